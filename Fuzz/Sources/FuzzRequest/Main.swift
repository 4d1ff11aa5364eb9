import Fuzzing
import OCI
import Synchronization

@testable import OCIServer

/// Lines of a request to the server: path and query, `Range`, `Content-Range`, `Authorization`, the digest and tag
/// parameters; nothing that is understood may name a file outside of the store.
@main struct Main {
    static func main() {
        let settings = try! AccessSettings(passwords: nil, tokens: nil, access: nil, anonymousRead: false)
        let authenticator = Authenticator(settings)
        Fuzzing.run { input in
            let lines = input.split(separator: UInt8(ascii: "\n"), maxSplits: 4, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            let parts = lines[0].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count > 1, let query = try? Query(parts[1]) {
                _ = (query["digest"], query.all("tag"), try? query.count)
            }
            if lines.count > 1 { checkRange(lines[1]) }
            if lines.count > 2, let chunk = ByteRange.chunk(lines[2]) {
                precondition(chunk.lowerBound >= 0 && !chunk.isEmpty)
            }
            if lines.count > 3 {
                let header = lines[3]
                Fuzzing.wait {
                    if let caller = try? await authenticator.caller(header) { precondition(caller.name == nil) }
                }
            }
            if let path = parts.first { try checkRoute(path) }
        }
    }

    private static func checkRange(_ header: String) {
        for size in [0, 1, 1000, Int.max] {
            if case .part(let range) = ByteRange.requested(header, size: size) {
                precondition(range.lowerBound >= 0 && range.upperBound <= size && !range.isEmpty)
            }
        }
    }

    private static func checkRoute(_ path: Substring) throws {
        let route = try Route(path: path)
        if let name = route.repository {
            precondition(try! RepositoryName(name.description) == name)
            let components = name.description.split(separator: "/", omittingEmptySubsequences: false)
            precondition(components.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("\0") })
        }
        switch route {
        case .manifest(_, .tag(let tag)): precondition(!tag.contains("/") && !tag.hasPrefix("."))
        case .manifest(_, .digest(let digest)), .blob(_, let digest), .referrers(_, let digest):
            precondition(digest.hex.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        default: break
        }
    }
}
