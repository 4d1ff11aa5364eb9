public import OCI
import ZooArchive

/// What verification found.
public struct Verification: Sendable {
    /// Something wrong.
    public struct Problem: Sendable, Equatable {
        /// The content.
        public let digest: Digest
        /// What is wrong.
        public let reason: String
        /// Tags that need it.
        public let tags: [String]
    }

    /// Models looked at.
    public var models = 0
    /// Pieces of content hashed.
    public var blobs = 0
    /// Bytes hashed.
    public var bytes = 0
    /// What is wrong; empty if all is well.
    public var problems: [Problem] = []
}

extension ModelRegistry {
    /// Hashes content again and checks what the formats demand: manifests, ModelPack's rules, the digests of
    /// uncompressed layers, and that every pinned base is at hand.
    ///
    /// - Parameter reference: one model; nil for everything in the user's store.
    public func verify(_ reference: String? = nil) throws -> Verification {
        let chosen = try reference.map { [try resolve($0)] } ?? entries().filter { $0.origin == .own }
        var result = Verification()
        var damaged: Set<Digest> = []
        if reference == nil, let own = try existingOwnStore() {
            let report = try own.verify()
            result.blobs = report.blobs
            result.bytes = report.bytes
            result.problems = report.problems.map { .init(digest: $0.digest, reason: $0.reason, tags: $0.tags) }
            damaged = Set(report.problems.map(\.digest))
        }
        var seen: Set<Digest> = []
        for entry in chosen where seen.insert(entry.descriptor.digest).inserted {
            let tags = chosen.filter { $0.descriptor.digest == entry.descriptor.digest }.compactMap(\.reference)
            try verify(entry, tags: tags, hashing: reference != nil, damaged: damaged, &result)
        }
        try verifyAttachments(of: chosen, hashing: reference != nil, &result)
        return result
    }

    private func verify(
        _ entry: Entry,
        tags: [String],
        hashing: Bool,
        damaged: Set<Digest>,
        _ result: inout Verification
    ) throws {
        func problem(_ digest: Digest, _ reason: String) {
            result.problems.append(.init(digest: digest, reason: TextLine.flatten(reason), tags: tags))
        }
        let store = try store(of: entry)
        guard
            entry.summary.kind != nil || (try? store.manifest(entry.descriptor).artifactType) == ModelMediaType.manifest
        else {
            return
        }
        result.models += 1
        let artifact: ModelArtifact
        do {
            artifact = try ModelArtifact(store: store, descriptor: entry.descriptor)
        } catch {
            if !damaged.contains(entry.descriptor.digest) {
                problem(entry.descriptor.digest, "\(error)")
            }
            return
        }
        for layer in artifact.layers where !damaged.contains(layer.descriptor.digest) {
            do {
                if hashing {
                    try store.readBlob(layer.descriptor) { _ in }
                    result.blobs += 1
                    result.bytes += layer.descriptor.size
                }
                if layer.role.isCompressed {
                    try checkDiffID(layer, in: store)
                }
            } catch {
                problem(layer.descriptor.digest, "\(layer.title): \(error)")
            }
        }
        if let missing = try ancestors(of: artifact).last, missing.entry == nil {
            let name = missing.reference ?? "base"
            problem(artifact.digest, "its base \(name)@\(missing.digest) is missing; zoo pull \(name) or import it")
        }
    }

    private func checkDiffID(_ layer: ModelLayer, in store: LayoutStore) throws {
        let stream = try RawStream(path: store.blobPath(layer.descriptor.digest))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        var hasher = ContentHasher(layer.diffID.algorithm)
        var total = 0
        while true {
            let count = try stream.read(into: buffer)
            guard count > 0 else {
                break
            }
            total += count
            guard total <= ModelArtifact.configurationLimit else {
                throw RegistryError(.damaged, "it unpacks to more than \(ModelArtifact.configurationLimit) bytes")
            }
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        let actual = hasher.digest()
        guard actual == layer.diffID else {
            throw RegistryError(.damaged, "its uncompressed content is \(actual), not the diffId \(layer.diffID)")
        }
    }
}

/// Error texts as parts of a line.
enum TextLine {
    static func flatten(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
