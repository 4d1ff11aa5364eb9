import HTTPTypes
package import Hummingbird
import NIOPosix
package import OCI
package import OCIServer
import ZooIndex

/// The zoo in a browser: pages for people at `/` and `/models/NAME`, and the search as JSON at `/search`.
///
/// Nothing is shown of repositories that the caller may not read. Pages need no script.
package struct WebPages: Sendable {
    let index: ModelIndex
    let attachments: AttachmentReader
    /// Whether there is anybody to log in as.
    let hasLogins: Bool
    /// Pages may wait for the search index; pushes and pulls need not wait with them.
    private let threads: NIOThreadPool

    /// The pages of a store.
    ///
    /// - Parameter reader: of the store's index.
    package init(_ reader: IndexReader, hasLogins: Bool) {
        index = ModelIndex(reader)
        attachments = AttachmentReader(reader)
        self.hasLogins = hasLogins
        threads = NIOThreadPool(numberOfThreads: 4)
        threads.start()
    }

    /// Makes the index ready, so that the first visitor need not wait for it.
    package func prepare() async throws {
        _ = try await threads.runIfActive {
            _ = try attachments.current()
            _ = try index.search(ModelFilter()) { _ in true }
        }
    }

    /// Answers a request; nil for none, as ``RegistryServer/Pages`` wants it.
    ///
    /// - Throws: ``RegistryFault`` 401 where a program must log in to search; what reading the store throws.
    package func answer(_ request: Request, _ context: RegistryContext, _ caller: Caller) async throws -> Page? {
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = try Query(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
        let path = PercentEncoding.decode(parts.first ?? "/", plusIsSpace: false) ?? "/"
        return try await answer(
            path: path,
            query: query,
            method: request.method,
            headers: request.headers,
            host: request.head.authority ?? "",
            caller: caller
        )
    }

    func answer(
        path: String,
        query: Query,
        method: HTTPRequest.Method,
        headers: HTTPFields,
        host: String,
        caller: Caller
    ) async throws -> Page {
        guard method == .get || method == .head else {
            return Reply.message(.methodNotAllowed, "Pages can only be read.", headers: [.allow: "GET, HEAD"])
        }
        if let asset = Asset.all.first(where: { "/assets/\($0.name)" == path }) {
            return Reply.asset(asset, headers, isPinned: query["v"] == asset.digest)
        }
        if caller.isRefused || hasLogins && caller.name == nil && caller.rights.areNone {
            guard path != "/search" else { throw RegistryFault(.unauthorized, .unauthorized, "log in first") }
            return Reply.logIn(isRefused: caller.isRefused)
        }
        if path == "/login" {
            return caller.name == nil && hasLogins ? Reply.logIn(isRefused: false) : Reply.redirect(to: "/")
        }
        let view = View(
            isStranger: caller.name == nil && hasLogins,
            user: caller.name,
            host: Self.host(host),
            mayRead: { caller.rights.mayRead($0) }
        )
        return try await threads.runIfActive {
            switch path {
            case "/": return Reply.page(try listPage(query, view), headers)
            case "/search": return Reply.json(try searchDocument(query, view), headers)
            case _ where path.hasPrefix("/models/"):
                if let page = try modelPage(String(path.dropFirst(8)), query, view) {
                    return Reply.page(page, headers)
                }
            default: break
            }
            return Reply.page(Self.missingPage(view), headers, .notFound)
        }
    }

    /// The name under which the visitor reaches the server, if it is one that may stand in a command.
    private static func host(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy {
            (97...122).contains($0) || (65...90).contains($0) || (48...58).contains($0)
                || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "["), UInt8(ascii: "]")].contains($0)
        }
        return isPlain && !text.isEmpty && text.utf8.count <= 255 ? text : "localhost"
    }
}

/// Who looks.
struct View: Sendable {
    let isStranger: Bool
    let user: String?
    let host: String
    let mayRead: @Sendable (RepositoryName) -> Bool
}
