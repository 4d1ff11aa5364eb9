import Glibc
import ZooFiles

extension ArchiveReader {
    /// Extracts everything into a directory, in which none of the files may exist.
    ///
    /// Files are opened relative to their directory, one component at a time, and never through a link; nothing that is
    /// there is replaced. On an error, what was extracted so far remains: extract into a fresh directory.
    ///
    /// - Returns: the paths of the files, in the archive's order.
    /// - Throws: ``ArchiveError``; `FileError`.
    @discardableResult
    public func extract(into path: String) throws -> [String] {
        let root = try OpenFile(path, flags: O_RDONLY | O_DIRECTORY)
        var files: [String] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        try forEach { entry, read in
            let components = entry.location.components
            if entry.isDirectory {
                _ = try Self.directory(components[...], in: root)
                return
            }
            guard let name = components.last else { return }
            let parent = try Self.directory(components.dropLast(), in: root)
            let mode = mode_t(entry.mode & 0o777) | 0o600
            let file = try parent.open(name, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
            while true {
                let count = try read(buffer)
                try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                if count < buffer.count { break }
            }
            files.append(entry.path)
        }
        return files
    }

    private static func directory(_ components: ArraySlice<String>, in root: borrowing OpenFile) throws -> OpenFile {
        var current = try root.open(".", flags: O_RDONLY | O_DIRECTORY)
        for component in components { current = try current.directory(component, create: true) }
        return current
    }
}
