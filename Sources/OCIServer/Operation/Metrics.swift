import Glibc
import OCI
import Synchronization

/// What the server counts, in Prometheus' text format.
final class Metrics: Sendable {
    private struct Key: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct State {
        var requests: [Key: Int] = [:]
        var durations: [String: (buckets: [Int], sum: Double, count: Int)] = [:]
        var received = 0
        var sent = 0
        var active = 0
    }

    private static let bounds = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60]
    private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    private let state = Mutex(State())

    /// Notes that a request has come.
    func begin() { state.withLock { $0.active += 1 } }

    /// Notes that a request has been answered.
    func end(method: String, route: String, status: Int, seconds: Double, received: Int, sent: Int) {
        let key = Key(method: Self.methods.contains(method) ? method : "other", route: route, status: status)
        state.withLock { state in
            state.active -= 1
            state.requests[key, default: 0] += 1
            state.received += received
            state.sent += sent
            var duration = state.durations[route] ?? ([Int](repeating: 0, count: Self.bounds.count), 0, 0)
            for (index, bound) in Self.bounds.enumerated() where seconds <= bound { duration.buckets[index] += 1 }
            duration.sum += seconds
            duration.count += 1
            state.durations[route] = duration
        }
    }

    /// The page that Prometheus reads.
    func text(uploads: Int, repositories: Int, tags: Int) -> String {
        let state = state.withLock { $0 }
        var text = ""
        func metric(_ name: String, _ type: String, _ help: String, _ lines: [String]) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" + lines.map { "\($0)\n" }.joined()
        }
        let requests = state.requests.sorted {
            ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
        }
        metric(
            "zoo_http_requests_total",
            "counter",
            "Requests answered.",
            requests.map {
                let key = $0.key
                return
                    "zoo_http_requests_total{method=\"\(key.method)\",route=\"\(key.route)\",status=\"\(key.status)\"} \($0.value)"
            }
        )
        var lines: [String] = []
        for (route, duration) in state.durations.sorted(by: { $0.key < $1.key }) {
            let name = "zoo_http_request_duration_seconds"
            for (bound, count) in zip(Self.bounds, duration.buckets) {
                lines.append("\(name)_bucket{route=\"\(route)\",le=\"\(bound)\"} \(count)")
            }
            lines.append("\(name)_bucket{route=\"\(route)\",le=\"+Inf\"} \(duration.count)")
            lines.append("\(name)_sum{route=\"\(route)\"} \(duration.sum)")
            lines.append("\(name)_count{route=\"\(route)\"} \(duration.count)")
        }
        metric("zoo_http_request_duration_seconds", "histogram", "Time from a request to the end of its answer.", lines)
        metric(
            "zoo_http_requests_active",
            "gauge",
            "Requests being answered.",
            ["zoo_http_requests_active \(state.active)"]
        )
        metric(
            "zoo_http_received_bytes_total",
            "counter",
            "Bytes of bodies received.",
            ["zoo_http_received_bytes_total \(state.received)"]
        )
        metric(
            "zoo_http_sent_bytes_total",
            "counter",
            "Bytes of bodies sent.",
            ["zoo_http_sent_bytes_total \(state.sent)"]
        )
        metric("zoo_uploads_open", "gauge", "Uploads begun and not ended.", ["zoo_uploads_open \(uploads)"])
        metric("zoo_repositories", "gauge", "Repositories with a manifest.", ["zoo_repositories \(repositories)"])
        metric("zoo_tags", "gauge", "Tags.", ["zoo_tags \(tags)"])
        metric(
            "process_resident_memory_bytes",
            "gauge",
            "Memory in use.",
            ["process_resident_memory_bytes \(Self.residentMemory)"]
        )
        return text
    }

    private static var residentMemory: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(
            separator: " "
        )
        return words.count > 1 ? (Int(words[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}
