import Dispatch
import Glibc
import Logging
import Synchronization
package import ZooJSON

/// Writes the log: a line of JSON for each event, on standard error.
///
/// Lines are written by a thread of their own, so that a slow reader of the log holds up no request; when too many wait,
/// lines are dropped and counted.
package final class LogWriter: Sendable {
    private static let queueLimit = 10_000
    private let queue = DispatchQueue(label: "zoo.log")
    private let waiting = Atomic<Int>(0)
    private let dropped = Atomic<Int>(0)

    /// Writes to standard error.
    package init() {}

    /// Writes one event; members' names are sorted.
    package func write(_ members: [String: JSONValue]) {
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.queueLimit else {
            waiting.subtract(1, ordering: .relaxed)
            dropped.add(1, ordering: .relaxed)
            return
        }
        let time = Self.now()
        queue.async { [self] in
            var members = members
            members["time"] = .string(time)
            let dropped = dropped.exchange(0, ordering: .relaxed)
            if dropped > 0 { members["dropped_lines"] = .number(String(dropped)) }
            var line = JSONWriter.canonical(.object(members))
            line.append(UInt8(ascii: "\n"))
            var done = 0
            while done < line.count {
                let count = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress! + done, $0.count - done) }
                if count < 0, errno != EINTR { break }
                done += max(0, count)
            }
            waiting.subtract(1, ordering: .relaxed)
        }
    }

    /// Waits until everything is written.
    package func flush() { queue.sync {} }

    private static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let milliseconds = String(1000 + time.tv_nsec / 1_000_000).dropFirst()
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            + ".\(milliseconds)Z"
    }
}

/// Brings what libraries log into the server's log.
struct LibraryLogHandler: LogHandler {
    let writer: LogWriter
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        writer.write(["level": .string(event.level.rawValue), "message": .string("\(event.message)")])
    }
}
