import Foundation
import Testing

/// `zoo serve` over a store of its own, as long as the value lives.
final class ServedZoo {
    /// "127.0.0.1:PORT".
    let host: String
    private let running: ZooProcess.Running

    /// Starts one whose store is `directory`/store.
    init(directory: String, _ options: [String] = []) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let zoo = ZooProcess(directory: URL(fileURLWithPath: directory))
        running = try zoo.start(["serve", "--listen", "127.0.0.1:0", "--root", "\(directory)/store"] + options)
        running.waitForLine()
        host = try #require(running.output.dropLast().split(separator: "/").last.map(String.init), "\(running.errors)")
    }

    deinit {
        kill(running.process.processIdentifier, SIGKILL)
        _ = try? running.finish()
    }

    /// A request as the access log has it.
    struct Request: Decodable {
        let method: String
        let path: String
        let received: Int
        let sent: Int
    }

    /// The requests so far.
    var requests: [Request] {
        running.errors.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Request.self, from: Data($0.utf8))
        }
    }
}
