import OCI
import OCIClient

extension RemoteSession {
    /// Repositories of a registry where the base of a model is likely to lie: beside the model under the base's name,
    /// under that name alone, in the model's own repository.
    ///
    /// Beside `hub/team/again` the base `team/shop` is `hub/team/shop`, since both names have `team`.
    static func candidates(_ base: ModelDocument.Base, near repository: String) -> [String] {
        guard let name = try? Reference(base.reference).name else { return [repository] }
        let directory = repository.split(separator: "/").dropLast()
        let parts = name.split(separator: "/")
        let shared = (0..<min(directory.count + 1, parts.count)).last { directory.suffix($0) == parts.prefix($0) } ?? 0
        let beside = [shared, 0].map { (directory.dropLast($0) + parts).joined(separator: "/") }
        var seen: Set<String> = []
        return (beside + [name, repository]).filter { seen.insert($0).inserted }
    }

    /// Where a registry has the base of the model of a reference; nil where it does not.
    ///
    /// - Parameter client: of the registry, or of a mirror.
    func find(
        _ base: ModelDocument.Base,
        near model: RemoteReference,
        _ client: RegistryClient
    ) async throws -> RemoteReference? {
        let digest = try Digest(base.digest)
        for repository in Self.candidates(base, near: model.repository)
        where try await Self.has(client, repository, digest) {
            return try RemoteReference(registry: model.registry, repository: repository, tag: nil, digest: digest)
        }
        return nil
    }

    /// As above, from the first registry of the reference that answers, mirrors first.
    func find(_ base: ModelDocument.Base, near model: RemoteReference) async throws -> RemoteReference? {
        for registry in sources(of: model.registry) {
            do {
                return try await find(base, near: model, client(registry))
            } catch let error as ClientError where registry != model.registry {
                ignore(registry, after: error)
            }
        }
        return nil
    }

    /// Whether a repository has a manifest; one that may not be read counts as one without it.
    static func has(_ client: RegistryClient, _ repository: String, _ digest: Digest) async throws -> Bool {
        do {
            return try await client.hasManifest(repository, digest)
        } catch let error as ClientError where error.code == .denied || error.code == .unauthorized {
            return false
        }
    }
}
