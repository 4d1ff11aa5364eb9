import Glibc
import OCI
import ZooFiles

/// The files of any directory, hashed as OMS does it.
package enum DirectoryFiles {
    private static let depthLimit = 64
    /// What git keeps beside a model: other OMS tools leave it out, when they sign and when they verify.
    private static let gitPaths = [".git", ".gitattributes", ".github", ".gitignore"]

    /// The digests of all files under `path`.
    ///
    /// - Parameters:
    ///   - ignoring: paths inside it that are passed over, with all that lies under them.
    ///   - followsLinks: hashes the file that a link leads to; links are refused otherwise.
    /// - Throws: ``RegistryError`` (`invalid`) for links and special files; `FileError`.
    package static func digests(
        of path: String,
        ignoring: [String] = [],
        followsLinks: Bool = false
    ) throws -> FileDigests {
        let ignored = Set(ignoring.map { ExactPath(normal($0)) })
        var files: FileDigests = [:]
        try visit(OpenFile(path, flags: O_RDONLY | O_DIRECTORY), "", ignored, followsLinks, depth: 0, &files)
        return files
    }

    /// Git's own paths, those that `path` has.
    static func gitPaths(in path: String) throws -> [String] {
        let directory = try OpenFile(path, flags: O_RDONLY | O_DIRECTORY)
        return try gitPaths.filter { try directory.status(of: $0) != nil }
    }

    private static func visit(
        _ directory: borrowing OpenFile,
        _ prefix: String,
        _ ignored: Set<ExactPath>,
        _ followsLinks: Bool,
        depth: Int,
        _ files: inout FileDigests
    ) throws {
        guard depth < depthLimit else {
            throw RegistryError(.invalid, "\(directory.path) lies more than \(depthLimit) directories deep")
        }
        for name in try directory.names() {
            let path = ExactPath(prefix + name)
            if ignored.contains(path) { continue }
            let unreadable = RegistryError(.invalid, "\(directory.path)/\(name) is gone, or its name is not UTF-8")
            func add(_ digest: Digest) throws {
                // Names that are not UTF-8 are read as one that is, which another file may have.
                guard files.updateValue(digest, forKey: path) == nil else { throw unreadable }
            }
            switch try directory.status(of: name)?.kind {
            case .directory:
                let child = try directory.directory(name)
                try visit(child, "\(prefix)\(name)/", ignored, followsLinks, depth: depth + 1, &files)
            case .file:
                try add(Digest.of(directory.open(name, flags: O_RDONLY | O_NOFOLLOW)))
            case .other:
                guard followsLinks, let file = try? directory.open(name, flags: O_RDONLY | O_NONBLOCK),
                    try file.status().kind == .file
                else {
                    throw RegistryError(
                        .invalid,
                        "\(directory.path)/\(name) is no regular file: the signature covers no links or devices"
                    )
                }
                try add(Digest.of(file))
            case nil: throw unreadable
            }
        }
    }

    /// `./a/b/` as `a/b`.
    private static func normal(_ path: String) -> String {
        path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
