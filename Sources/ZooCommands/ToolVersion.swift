/// The version of this build, as `zoo --version` prints it and artifacts record it.
package enum ToolVersion {
    package static let current = "0.1.0"
}
