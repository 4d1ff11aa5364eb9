import AsyncHTTPClient
import OCI

/// A client of one OCI registry (Distribution specification v1.1).
package struct RegistryClient {}
