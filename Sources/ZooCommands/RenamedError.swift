/// An error whose line names what the user knows in place of a file of ours.
struct RenamedError: ExitCodeProviding {
    let description: String
    let exitCode: Int32

    init(_ description: String, exitCode: Int32) {
        self.description = description
        self.exitCode = exitCode
    }
}
