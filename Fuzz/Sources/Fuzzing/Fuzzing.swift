import CFuzzer
import Glibc

/// Runs a fuzzer under libFuzzer's driver.
public enum Fuzzing {
    private nonisolated(unsafe) static var parser: (([UInt8]) throws -> Void)?

    /// Feeds inputs to `parse` until the command line's limits are reached.
    ///
    /// An error is the right answer to bad input; a trap, a hang or memory without bound is what is looked for.
    public static func run(_ parse: @escaping ([UInt8]) throws -> Void) -> Never {
        parser = parse
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        let status = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            try? Fuzzing.parser?([UInt8](UnsafeBufferPointer(start: data, count: size)))
            return 0
        }
        exit(status)
    }
}
