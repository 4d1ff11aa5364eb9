public import OCI

/// What `zoo log` tells of a model: its line of descent, what its names meant, what is said about it.
public struct ModelLog: Sendable {
    /// Something attached to the model.
    public struct Attachment: Sendable {
        /// The manifest.
        public let digest: Digest
        /// `signature`, `provenance`, `yank`, or another artifact type.
        public let kind: String
        /// What it says, in a few words.
        public let detail: String
    }

    /// The model.
    public let entry: ModelRegistry.Entry
    /// Nearest first; the last has no entry where a base is missing.
    public let bases: [LineageNode]
    /// What is built on it.
    public let descendants: [LineageNode]
    /// Moves of tags and aliases to and from the model, of its own tag, and of the aliases of its name; oldest first.
    public let moves: [TagEvent]
    /// What was said against it and taken back, oldest first.
    public let yanks: [YankEvent]
    /// Signatures and statements.
    public let attachments: [Attachment]
}

extension ModelRegistry {
    /// Gathers what there is to tell of a model's history.
    public func log(of entry: Entry) throws -> ModelLog {
        let artifact = try artifact(entry)
        let digest = artifact.digest
        let moves = try existingOwnStore()?.history().filter { event in
            event.digest == digest || event.previous == digest || event.name == entry.reference
                || (entry.name.map { event.name.hasPrefix("\($0)@") } ?? false)
        }
        return ModelLog(
            entry: entry,
            bases: try ancestors(of: artifact),
            descendants: try descendants(of: digest),
            moves: moves ?? [],
            yanks: try yankEvents(of: digest),
            attachments: Self.attachments(try artifact.store.referrers(of: digest), of: artifact)
        )
    }

    /// What manifests about a model say of it, without verifying anything.
    package static func attachments(_ referrers: [Descriptor], of artifact: ModelArtifact) -> [ModelLog.Attachment] {
        referrers.map { attachment($0, of: artifact) }
    }

    private static func attachment(_ referrer: Descriptor, of artifact: ModelArtifact) -> ModelLog.Attachment {
        func attachment(_ kind: String, _ detail: String) -> ModelLog.Attachment {
            .init(digest: referrer.digest, kind: kind, detail: detail)
        }
        let type = referrer.artifactType ?? "unknown"
        guard
            let bytes = try? artifact.store.referrerContent(
                referrer,
                about: artifact.digest,
                maxBytes: SignatureBundle.byteLimit
            )
        else { return attachment(type, "unreadable") }
        switch type {
        case SignatureBundle.mediaType:
            guard let bundle = try? SignatureBundle(parsing: bytes, what: "") else {
                return attachment("signature", "of another form")
            }
            return attachment("signature", bundle.keyIdentifier.map { "says key \($0.prefix(12))" } ?? "names no key")
        case Statement.mediaType:
            guard let statement = try? Statement(parsing: bytes, what: "") else {
                return attachment(type, "unreadable")
            }
            if let event = YankEvent(referrer.digest, statement) {
                return attachment("yank", "\(event.isYanked ? "yanked" : "restored"): \(event.reason)")
            }
            let isProvenance = statement.predicateType == Provenance.predicateType
            return attachment(isProvenance ? "provenance" : "statement", statement.predicateType)
        default: return attachment(type, "\(referrer.size) bytes of manifest")
        }
    }
}
