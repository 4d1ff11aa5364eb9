import ZooFiles

/// Signatures, attestations and other manifests about a manifest: those whose `subject` it is.
///
/// They are entries of `index.json` without a name, as other OCI tools write them. A referrer lives as long as its
/// subject: garbage collection keeps it while the subject is kept, and drops entry and content after.
extension LayoutStore {
    /// Says in an index entry what its manifest is about, so that finding referrers opens no manifest.
    static let subjectKey = "dev.zoo.subject"

    /// The manifests about `subject`, sorted by digest, with their own annotations and artifact types.
    ///
    /// - Parameter artifactType: only manifests of that type.
    /// - Throws: ``OCIError`` if the index cannot be read. An entry that cannot be read is about nothing.
    public func referrers(of subject: Digest, artifactType: String? = nil) throws -> [Descriptor] {
        // Several repositories may list the same manifest.
        var seen: Set<Digest> = []
        return try indexFile().load().index.manifests
            .filter { $0.referenceName == nil && self.subject(of: $0) == subject }
            .map { described($0) }
            .filter { artifactType == nil || $0.artifactType == artifactType }
            .filter { seen.insert($0.digest).inserted }
    }

    /// All referrers by what they are about: one reading of the index for any number of questions.
    ///
    /// - Parameter artifactType: only manifests of that type.
    public func referrersBySubject(artifactType: String? = nil) throws -> [Digest: [Descriptor]] {
        var found: [Digest: [Descriptor]] = [:]
        var seen: Set<Digest> = []
        for entry in try indexFile().load().index.manifests {
            guard let (subject, referrer) = referrer(entry), seen.insert(entry.digest).inserted else { continue }
            guard artifactType == nil || referrer.artifactType == artifactType else { continue }
            found[subject, default: []].append(referrer)
        }
        return found
    }

    /// A manifest about another one.
    package typealias Referrer = (subject: Digest, descriptor: Descriptor)

    /// What an entry of the index is about, and how a listing shows it; nil for what is about nothing.
    package func referrer(_ entry: Descriptor) -> Referrer? {
        guard entry.referenceName == nil, let subject = subject(of: entry) else { return nil }
        return (subject, described(entry))
    }

    /// As ``referrers(of:artifactType:)``, with the manifests about those manifests, and so on.
    public func allReferrers(of subject: Digest) throws -> [Descriptor] {
        let referrers = try referrersBySubject()
        var found: [Descriptor] = []
        var seen: Set<Digest> = [subject]
        var open = [subject]
        while let next = open.popLast() {
            for referrer in referrers[next] ?? [] where seen.insert(referrer.digest).inserted {
                found.append(referrer)
                open.append(referrer.digest)
            }
        }
        return found
    }

    /// A manifest and all that is about it.
    func withReferrers(_ entry: Descriptor) throws -> [Descriptor] {
        try [entry] + allReferrers(of: entry.digest)
    }

    /// Lists manifests that have a subject, in one step; does nothing for those that are listed.
    ///
    /// - Parameter referrers: manifests in the store, with all their content; the subject itself may be missing.
    /// - Throws: ``OCIError`` `.invalid` for a manifest without a subject, `.incomplete` if content is missing.
    public func attach(_ referrers: [Descriptor]) throws {
        let listed = try indexFile().load().index.unnamedDigests
        let new = referrers.filter { !listed.contains($0.digest) }
        guard !new.isEmpty else { return }
        // Under the gate: what is found complete stays until the index refers to it.
        try withGate(.shared) {
            let entries = try new.map { try referrerEntry($0) }
            try indexFile().update { $0.list(entries) }
        }
    }

    /// The index entry of a referrer that is in the store with its content.
    func referrerEntry(_ descriptor: Descriptor) throws -> Descriptor {
        try checkComplete(descriptor)
        let manifest = try manifest(descriptor)
        guard let subject = manifest.subject else {
            throw OCIError(.invalid, "\(descriptor.digest) has no subject: it is about no other manifest")
        }
        var entry = Self.entry(of: manifest, descriptor)
        entry.annotations[Self.subjectKey] = subject.digest.description
        return entry
    }

    /// The index without the referrers of what nothing keeps.
    ///
    /// - Parameter kept: digests that are kept for another reason: a lease.
    func withoutOrphans(_ index: ImageIndex, keeping kept: Set<Digest>) throws -> ImageIndex {
        var open: [(entry: Descriptor, subject: Digest)] = []
        var roots: [Descriptor] = []
        for entry in index.manifests {
            // What a client has pushed to a repository stays there until it is deleted, like all that is pushed by digest.
            if entry.referenceName == nil, entry.place == nil, let subject = subject(of: entry) {
                open.append((entry, subject))
            } else {
                roots.append(entry)
            }
        }
        var live = kept.union(roots.map(\.digest))
        func keepReferrers() {
            var count = -1
            while count != open.count {
                count = open.count
                for (entry, subject) in open where live.contains(subject) { live.insert(entry.digest) }
                open.removeAll { live.contains($0.entry.digest) }
            }
        }
        keepReferrers()
        guard !open.isEmpty else { return index }
        // A subject may also be a manifest inside a listed index: only now is that worth reading them all.
        live.formUnion(try liveDigests(from: roots))
        keepReferrers()
        let orphans = Set(open.map(\.entry.digest))
        var index = index
        index.manifests.removeAll { $0.referenceName == nil && orphans.contains($0.digest) }
        return index
    }

    /// Takes the referrers of what nothing keeps out of the index.
    func dropOrphans() throws {
        let leased = try leasedDigests()
        let index = try indexFile().load().index
        guard try withoutOrphans(index, keeping: leased) != index else { return }
        try indexFile().update { $0 = try withoutOrphans($0, keeping: leased) }
    }

    /// What an entry that ``attach(_:)`` made is about, without opening the manifest.
    package static func attachedSubject(of entry: Descriptor) -> Digest? {
        guard entry.referenceName == nil else { return nil }
        return entry.annotations[subjectKey].flatMap { try? Digest($0) }
    }

    /// What an entry of the index is about; nil for a manifest without a subject, or one that cannot be read.
    private func subject(of entry: Descriptor) -> Digest? {
        if let hint = entry.annotations[Self.subjectKey], let digest = try? Digest(hint) { return digest }
        switch entry.mediaType {
        case MediaType.manifest: return (try? manifest(entry))?.subject?.digest
        case MediaType.index:
            let bytes = try? readBlob(entry.digest, maxBytes: ImageIndex.byteLimit)
            return bytes.flatMap { try? ImageIndex(parsing: $0) }?.subject?.digest
        default: return nil
        }
    }

    /// The descriptor that a listing of referrers shows (OCI distribution specification 1.1, "Listing Referrers").
    private func described(_ entry: Descriptor) -> Descriptor {
        guard entry.annotations[Self.subjectKey] == nil else {
            var entry = entry
            entry.annotations[Self.subjectKey] = nil
            return entry
        }
        guard entry.mediaType == MediaType.manifest, let manifest = try? manifest(entry) else { return entry }
        return Self.entry(of: manifest, entry)
    }

    private static func entry(of manifest: Manifest, _ descriptor: Descriptor) -> Descriptor {
        var entry = descriptor
        entry.artifactType = manifest.artifactType ?? manifest.config.mediaType
        entry.annotations = manifest.annotations
        return entry
    }
}

extension ImageIndex {
    /// Adds entries without a name, unless they are there.
    mutating func list(_ entries: [Descriptor]) {
        let listed = unnamedDigests
        manifests += entries.filter { !listed.contains($0.digest) }
        sort()
    }

    /// The digests of the entries without a name.
    fileprivate var unnamedDigests: Set<Digest> {
        Set(manifests.filter { $0.referenceName == nil }.map(\.digest))
    }
}
