#if canImport(Glibc)
    import Glibc
#endif

/// Measures zoo: `zoo-benchmarks NAME [ARGUMENTS]`. `Benchmarks/run` calls it alternately with the peers.
@main struct Benchmarks {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("wide", 1): TrainingBenchmark.wide()
        case ("census", 4): try TrainingBenchmark.census(arguments[1], arguments[2], dropout: Float(arguments[3]) ?? 0)
        case ("predict", 2): try InferenceBenchmark.run(arguments[1])
        case ("frozen", 2): try FrozenBenchmark.run(arguments[1])
        case ("csv", 2): try TableBenchmark.run(arguments[1])
        default:
            print(
                "usage: zoo-benchmarks wide | census DIR shared-bottom|mmoe DROPOUT | predict DIR | frozen DIR | csv FILE"
            )
            exit(64)
        }
    }
}
