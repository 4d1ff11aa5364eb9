#if canImport(Glibc)
import Glibc
#endif

/// Measures zoo: `zoo-benchmarks NAME [DATA]`. `Benchmarks/run` calls it alternately with the peers.
@main struct Benchmarks {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch arguments.first {
        case "wide": WideBenchmark().run()
        default:
            fputs("usage: zoo-benchmarks wide\n", stderr)
            exit(64)
        }
    }
}
