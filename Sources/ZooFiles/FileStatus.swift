import Glibc

/// What `stat` says of a file.
package struct FileStatus: Sendable, Equatable {
    /// What the name leads to.
    package enum Kind: Sendable {
        case file, directory, other
    }

    package let kind: Kind
    package let size: Int
    package let device: UInt64
    package let inode: UInt64
    package let links: Int
    /// Last change of the content, in nanoseconds since 1970.
    package let modified: Int64

    /// Of what a path leads to, links followed; nil where nothing can be found there.
    package init?(of path: String) {
        var raw = stat()
        guard stat(path, &raw) == 0 else { return nil }
        self.init(raw)
    }

    init(_ raw: stat) {
        kind =
            switch raw.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            default: .other
            }
        size = Int(raw.st_size)
        device = UInt64(raw.st_dev)
        inode = UInt64(raw.st_ino)
        links = Int(raw.st_nlink)
        modified = Int64(raw.st_mtim.tv_sec) * 1_000_000_000 + Int64(raw.st_mtim.tv_nsec)
    }
}
