#if canImport(Glibc)
    import Glibc
#endif

/// The clock and the line protocol of `Benchmarks/run`, as the peers in `peers/common.py` have them.
enum Report {
    /// Threads that both sides use.
    static let threads = environment("ZOO_BENCH_THREADS").flatMap { Int($0) } ?? 2
    /// Whether the scripts are only being tried out.
    static let isQuick = environment("ZOO_BENCH_QUICK") == "1"

    /// One figure as a JSON line on standard output.
    static func figure(_ metric: String, _ variant: String, _ value: Double, _ unit: String) {
        print(#"{"metric": "\#(metric)", "variant": "\#(variant)", "value": \#(value), "unit": "\#(unit)"}"#)
        fflush(nil)
    }

    /// Seconds of a monotonic clock.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Rows a second of `step`, each call `rows` rows, measured for about `seconds` after a warm-up.
    static func rate(rows: Int, seconds: Double = 4, _ step: () -> Void) -> Double {
        let (duration, warmUp) = isQuick ? (0.3, 2) : (seconds, 20)
        for _ in 0..<warmUp { step() }
        let started = now()
        var calls = 0
        while now() - started < duration {
            step()
            calls += 1
        }
        return Double(rows * calls) / (now() - started)
    }

    private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
