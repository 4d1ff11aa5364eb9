import Dispatch
import Glibc
import Synchronization
import ZooJSON

/// Ends the process when requests go on too long after SIGTERM or SIGINT, or at once at the second signal.
///
/// Dispatch sources may be used from any thread.
final class ShutdownDeadline: @unchecked Sendable {
    private let sources: [any DispatchSourceSignal]
    private let signals = Atomic<Int>(0)

    /// Watches the signals; the server, too, is told of them.
    init(seconds: Int, log: LogWriter) {
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number)
        }
        for source in sources {
            source.setEventHandler { [self] in
                guard signals.add(1, ordering: .relaxed).newValue == 1 else { Self.end(log, "stopped at once") }
                log.write(["level": .string("info"), "message": .string("stopping")])
                DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds)) {
                    Self.end(log, "stopped after \(seconds) s, with requests under way")
                }
            }
            source.resume()
        }
    }

    /// Watches no longer.
    func cancel() { for source in sources { source.cancel() } }

    private static func end(_ log: LogWriter, _ message: String) -> Never {
        log.write(["level": .string("warning"), "message": .string(message)])
        log.flush()
        exit(0)
    }
}
