public import OCI
import ZooArchive

/// What verification found.
public struct Verification: Sendable {
    /// Something wrong.
    public struct Problem: Sendable, Equatable {
        /// The content.
        public let digest: Digest
        /// What it should be: `encoder-weights.tar`, `zoo.json`, else a media type; nil for what no tag needs.
        public let title: String?
        /// What is wrong.
        public let reason: String
        /// Tags that need it.
        public let tags: [String]
    }

    /// A model whose pinned base no store has: nothing is damaged, but its line of descent cannot be followed.
    public struct Orphan: Sendable, Equatable {
        /// The model.
        public let digest: Digest
        /// Its tags.
        public let tags: [String]
        /// The nearest missing base, `name:tag@digest`.
        public let base: String
    }

    /// Models looked at.
    public var models = 0
    /// Pieces of content hashed.
    public var blobs = 0
    /// Bytes hashed.
    public var bytes = 0
    /// What is wrong; empty if all is well.
    public var problems: [Problem] = []
    /// Models without their base.
    public var orphans: [Orphan] = []
}

extension ModelRegistry {
    /// Hashes content again and checks what the formats demand: manifests, ModelPack's rules, the digests of
    /// uncompressed layers. Notes which pinned bases are not at hand.
    ///
    /// - Parameter reference: one model; nil for everything in the user's store.
    public func verify(_ reference: String? = nil) throws -> Verification {
        let all = try entries()
        let known = Dictionary(all.map { ($0.descriptor.digest, $0) }) { first, _ in first }
        let chosen = try reference.map { [try resolve($0)] } ?? all.filter { $0.origin == .own }
        var result = Verification()
        var damaged: Set<Digest> = []
        if reference == nil, let own = try existingOwnStore() {
            let report = try own.verify()
            result.blobs = report.blobs
            result.bytes = report.bytes
            result.problems = report.problems.map {
                .init(digest: $0.digest, title: $0.title, reason: TextLine.flatten($0.reason), tags: $0.tags)
            }
            damaged = Set(report.problems.map(\.digest))
        }
        let tags = Dictionary(grouping: chosen, by: \.descriptor.digest).mapValues { $0.compactMap(\.reference) }
        var seen: Set<Digest> = []
        for entry in chosen where seen.insert(entry.descriptor.digest).inserted {
            let tags = tags[entry.descriptor.digest] ?? []
            try verify(entry, tags: tags, known: known, hashing: reference != nil, damaged: damaged, &result)
        }
        try verifyAttachments(of: chosen, hashing: reference != nil, &result)
        return result
    }

    private func verify(
        _ entry: Entry,
        tags: [String],
        known: [Digest: Entry],
        hashing: Bool,
        damaged: Set<Digest>,
        _ result: inout Verification
    ) throws {
        func problem(_ content: Descriptor, _ error: any Error) {
            result.problems.append(
                .init(
                    digest: content.digest,
                    title: content.annotations[Annotation.title] ?? content.mediaType,
                    reason: TextLine.flatten("\(error)"),
                    tags: tags
                )
            )
        }
        let store = try store(of: entry)
        let manifest = try? store.manifest(entry.descriptor)
        guard entry.summary.kind != nil || manifest?.artifactType == ModelMediaType.manifest else {
            return
        }
        result.models += 1
        var damaged = damaged
        let contents = [entry.descriptor] + (manifest?.contents ?? [])
        for content in hashing ? contents : [] {
            do {
                try store.readBlob(content) { _ in }
                result.blobs += 1
                result.bytes += content.size
            } catch {
                problem(content, error)
                damaged.insert(content.digest)
            }
        }
        let artifact: ModelArtifact
        do {
            artifact = try ModelArtifact(store: store, descriptor: entry.descriptor)
        } catch {
            // What is damaged is named already.
            if !contents.contains(where: { damaged.contains($0.digest) }) {
                problem(entry.descriptor, error)
            }
            return
        }
        for layer in artifact.layers where layer.role.isCompressed && !damaged.contains(layer.descriptor.digest) {
            do {
                try checkDiffID(layer, in: store)
            } catch {
                problem(layer.descriptor, error)
            }
        }
        // Damage in a base is named where the base is looked at.
        if let missing = (try? ancestors(of: artifact, known: known))?.last, missing.entry == nil {
            let base = "\(missing.reference ?? "")@\(missing.digest)"
            result.orphans.append(.init(digest: artifact.digest, tags: tags, base: base))
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
