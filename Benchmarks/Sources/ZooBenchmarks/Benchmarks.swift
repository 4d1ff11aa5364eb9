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
            print("usage: zoo-benchmarks wide")
            exit(64)
        }
    }
}
