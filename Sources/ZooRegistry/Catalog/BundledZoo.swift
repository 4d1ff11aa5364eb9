import Glibc

/// The zoo that comes with the program: a read-only layout beside the executable or in its source tree.
public enum BundledZoo {
    /// The layout's directory: `$ZOO_BUNDLED` (empty for none), else `zoo/layout` or `share/zoo/layout` in the
    /// executable's directory or the nearest one above it.
    public static var path: String? {
        if let named = getenv("ZOO_BUNDLED").map({ String(cString: $0) }) {
            return named.isEmpty ? nil : named
        }
        guard let executable = realpath("/proc/self/exe", nil) else {
            return nil
        }
        defer { free(executable) }
        return path(near: String(cString: executable))
    }

    /// As ``path``, for an executable at `executable`.
    package static func path(near executable: String) -> String? {
        var directory = executable[...]
        while let slash = directory.lastIndex(of: "/") {
            directory = directory[..<slash]
            for candidate in ["\(directory)/zoo/layout", "\(directory)/share/zoo/layout"]
            where access("\(candidate)/oci-layout", R_OK) == 0 {
                return candidate
            }
        }
        return nil
    }
}
