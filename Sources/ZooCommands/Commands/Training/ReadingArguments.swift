package import ArgumentParser
import Glibc

/// How a command reads a table and with how many threads it computes.
package struct ReadingArguments: ParsableArguments {
    @Option(name: .long, help: "Threads (default: every core); the result does not depend on it.")
    package var threads: Int?

    @Option(
        name: .long,
        help: ArgumentHelp("Skip and count up to this many rows that do not fit the schema.", valueName: "n")
    )
    package var maxBadRows = 0

    package init() {}

    package func validate() throws {
        guard threads.map({ (1...1024).contains($0) }) ?? true else {
            throw ValidationError("--threads must be between 1 and 1024")
        }
        guard maxBadRows >= 0 else {
            throw ValidationError("--max-bad-rows must not be negative")
        }
    }

    /// The threads to use.
    package var threadCount: Int {
        threads ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }
}
