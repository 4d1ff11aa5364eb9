import HTTPTypes
import OCI

extension Registry {
    /// Answers a request under `/v2/`, once the caller's rights are checked.
    ///
    /// - Throws: ``RegistryFault``; what the store throws.
    func answer(_ route: Route, _ exchange: Exchange, _ body: BodyReader) async throws -> Answer {
        try await onDisk { [self] in try authorise(route, exchange) }
        switch (route, exchange.method) {
        case (.ping, .get), (.ping, .head): return .json(Array("{}".utf8))
        case (.catalog, .get): return try await repositories(exchange)
        case (.tags(let name), .get): return try await tags(of: name, exchange)
        case (.referrers(let name, let digest), .get): return try await referrers(of: digest, in: name, exchange)
        case (.manifest(let name, let manifest), .get), (.manifest(let name, let manifest), .head):
            return try await self.manifest(manifest, in: name, exchange)
        case (.manifest(let name, let manifest), .put):
            return try await putManifest(manifest, in: name, exchange, body)
        case (.manifest(let name, let manifest), .delete): return try await deleteManifest(manifest, in: name)
        case (.blob(let name, let digest), .get), (.blob(let name, let digest), .head):
            return try await blob(digest, in: name, exchange)
        case (.blob(let name, let digest), .delete): return try await deleteBlob(digest, in: name)
        case (.uploads(let name), .post): return try await beginUpload(name, exchange, body)
        case (.upload(let name, let identifier), .patch):
            return try await continueUpload(identifier, name, exchange, body)
        case (.upload(let name, let identifier), .put): return try await endUpload(identifier, name, exchange, body)
        case (.upload(let name, let identifier), .get): return try await uploadState(identifier, name, exchange)
        case (.upload(let name, let identifier), .delete): return try await cancelUpload(identifier, name)
        default:
            throw RegistryFault(
                .methodNotAllowed,
                .unsupported,
                "\(exchange.method.rawValue.prefix(16)) is not supported here",
                headers: [.allow: Self.methods(route)]
            )
        }
    }

    private func authorise(_ route: Route, _ exchange: Exchange) throws {
        let caller = exchange.caller
        let isReading = exchange.method == .get || exchange.method == .head
        guard let repository = route.repository else {
            // Clients learn here that they must log in, and with what.
            if caller.name == nil, settings.hasLogins, caller.rights == .none || Self.isPing(route) {
                throw RegistryFault(.unauthorized, .unauthorized, "log in first")
            }
            return
        }
        // An upload's state is the writers' business.
        let isUpload = if case .upload = route { true } else { false }
        let isAllowed =
            isReading && !isUpload ? caller.rights.mayRead(repository) : caller.rights.mayWrite(repository)
        if !isAllowed {
            if caller.name == nil, settings.hasLogins {
                throw RegistryFault(
                    .unauthorized,
                    .unauthorized,
                    "log in to \(isReading ? "read" : "write") \(repository)"
                )
            }
            throw RegistryFault(
                .forbidden,
                .denied,
                "\(caller.name ?? "who has not logged in") may not \(isReading ? "read" : "write") \(repository)"
            )
        }
        if isReadOnly, !isReading {
            throw RegistryFault(
                .methodNotAllowed,
                .unsupported,
                "this server is read-only",
                headers: [.allow: "GET, HEAD"]
            )
        }
    }

    private static func isPing(_ route: Route) -> Bool {
        if case .ping = route { true } else { false }
    }

    private static func methods(_ route: Route) -> String {
        switch route {
        case .ping: "GET, HEAD"
        case .catalog, .tags, .referrers: "GET"
        case .manifest: "GET, HEAD, PUT, DELETE"
        case .blob: "GET, HEAD, DELETE"
        case .uploads: "POST"
        case .upload: "GET, PATCH, PUT, DELETE"
        }
    }
}
