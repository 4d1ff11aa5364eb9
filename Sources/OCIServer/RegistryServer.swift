import CCrypt
import Hummingbird
import HummingbirdTLS
import OCI

/// Serves an OCI image layout by the Distribution specification v1.1.
package struct RegistryServer {}
