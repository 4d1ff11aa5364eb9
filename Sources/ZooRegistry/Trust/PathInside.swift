import Glibc

/// Where a file lies in a directory.
public enum PathInside {
    /// The path of `file`, which need not exist, relative to `directory`; nil where it lies elsewhere.
    public static func path(_ file: String, inside directory: String) -> String? {
        let slash = file.lastIndex(of: "/")
        let parent = slash.map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
        let name = slash.map { String(file[file.index(after: $0)...]) } ?? file
        guard let root = real(directory), let place = real(parent) else { return nil }
        if place == root { return name }
        return place.hasPrefix(root + "/") ? "\(place.dropFirst(root.count + 1))/\(name)" : nil
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
