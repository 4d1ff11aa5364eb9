import Fuzzing
import OCI

@testable import OCIClient

/// What a registry and its token service say to the client, and credential files; the first byte picks.
@main struct Main {
    static func main() {
        let file = InputFile()
        let page = HTTPAddress("https://registry.example.com/v2/team/shop/tags/list?n=10")!
        Fuzzing.run { input in
            guard let kind = input.first else { return }
            let bytes = Array(input.dropFirst())
            let text = String(decoding: bytes, as: UTF8.self)
            switch kind & 7 {
            case 0:
                for challenge in Challenge.parse(text.split(separator: "\n").map(String.init)) {
                    precondition(!challenge.scheme.isEmpty && challenge.scheme == challenge.scheme.lowercased())
                    let scopes = Scope.parse(challenge.parameters["scope"] ?? "")
                    precondition(Scope.merge(Scope.merge(scopes)) == Scope.merge(scopes))
                }
            case 1:
                guard let next = RegistryClient.next([text]), let address = page.resolving(next) else { return }
                precondition(["http", "https"].contains(address.origin.scheme) && !address.text.contains("#"))
                precondition(HTTPAddress(address.text)?.origin == address.origin)
            case 2:
                let exchange = HTTPExchange(
                    method: .GET,
                    address: page,
                    headers: ["authorization": "Basic secret", "range": "bytes=5-"]
                )
                let next = try exchange.redirected(to: text)
                precondition(next.address.origin.scheme == "https" && next.headers.contains(name: "range"))
                precondition(next.headers.contains(name: "authorization") == (next.address.origin == page.origin))
            case 3:
                if let wait = RetryPolicy.retryAfter(text) { precondition(wait >= .zero) }
            case 4:
                let exchange = HTTPExchange(method: .GET, address: page)
                let grant = try TokenFetcher.grant(bytes, exchange)
                precondition(grant.life > .zero && grant.life <= .seconds(86_400))
            case 5:
                let line = ErrorDocument.text(bytes)
                precondition(!line.contains(where: \.isNewline))
            case 6:
                _ = try RegistryClient.names(bytes, member: "tags")
            default:
                file.write(bytes[...])
                let file = try AuthFile(file.path)
                _ = file.helper(for: "registry.example.com")
                _ = try file.credential(for: "registry.example.com")
            }
        }
    }
}
