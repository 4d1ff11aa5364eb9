import Glibc
import ZooFiles

/// Where `zoo predict --out` puts the scores: a file that appears whole, or a stream that they are copied into.
struct ScoresDestination {
    /// The file to write.
    let path: String
    private let stream: String?

    /// Decides by what is there: a link is followed, and a device or a pipe is written into rather than replaced.
    ///
    /// - Throws: ``CommandError`` (`usage`) for a directory, and for the file that the rows come from.
    init(_ out: String, data: DataArgument, in workspace: borrowing ScratchDirectory) throws {
        let status = out == "-" ? nil : FileStatus(of: out)
        if status?.kind == .directory {
            throw CommandError(.usage, "--out \(out) is a directory: name a file")
        }
        if let status, status.kind == .file, !data.isPiped,
            let rows = FileStatus(of: data.path),
            (rows.device, rows.inode) == (status.device, status.inode)
        {
            throw CommandError(.usage, "--out \(out) is the file of --data: the scores would replace the rows")
        }
        if out == "-" || status?.kind == .other {
            (path, stream) = (workspace.path + "/scores.csv", out)
        } else {
            (path, stream) = (status == nil ? out : Self.followed(out), nil)
        }
    }

    /// Copies the scores to where they go, if that is no file.
    ///
    /// - Throws: ``CommandError`` (`inputOutput`), `FileError`.
    func finish() throws {
        guard let stream else { return }
        if stream == "-" { return try FileCopy.copy(from: path, to: STDOUT_FILENO, named: "standard output") }
        let target = try OpenFile(stream, flags: O_WRONLY)
        try FileCopy.copy(from: path, to: target.descriptor, named: "'\(stream)'")
    }

    /// The file that a path leads to.
    private static func followed(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
