import Glibc
import ZooFiles

/// The rows that `--data` names: a file, or with `-` what standard input gives.
struct DataArgument {
    /// What the user wrote.
    let text: String
    /// The file to read.
    let path: String
    /// Where the parsed table is kept. What comes down a pipe will not come again: caching it would only fill the disk.
    let cacheDirectory: String

    private static let name = "standard input"

    /// Takes standard input into `workspace`, where it is asked for.
    ///
    /// - Throws: ``CommandError`` (`inputOutput`).
    init(_ text: String, store: StoreOptions, in workspace: borrowing ScratchDirectory) throws {
        self.text = text
        if text == "-" {
            path = workspace.path + "/stdin"
            cacheDirectory = workspace.path + "/cache"
            try FileCopy.copy(from: STDIN_FILENO, to: path)
        } else {
            path = text
            cacheDirectory = try store.homePath + "/cache"
        }
    }

    /// Whether standard input is read.
    var isPiped: Bool { text == "-" }

    /// Runs `body`; errors about what standard input gave name it, not the place that nobody knows.
    func naming<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as any ExitCodeProviding where isPiped && error.description.contains(path) {
            throw RenamedError(error.description.replacing(path, with: Self.name), exitCode: error.exitCode)
        }
    }
}
