public import OCI

extension ModelRegistry {
    /// Finds what a reference means, in the user's store first, then in the bundled zoo.
    ///
    /// `NAME:TAG` is that tag. `NAME` alone is its tag `latest`, or the only tag it has. `…@sha256:…`, and a digest
    /// alone, whole or its first six digits or more, is the model with that digest. `NAME@prod` is what that alias means.
    /// - Throws: ``RegistryError``: `usage` for what is no reference, `notFound` with the nearest names, `conflict`
    ///   where a name alone has several tags.
    public func resolve(_ text: String) throws -> Entry {
        if let alias = try Alias(text) {
            return try resolve(alias)
        }
        return try summarised(find(text, in: entries(readsContent: false)))
    }

    private func find(_ text: String, in entries: [Entry]) throws -> Entry {
        if let entry = try find(digest: text, in: entries) {
            return entry
        }
        let reference: Reference
        do {
            reference = try Reference(text)
        } catch let error as OCIError {
            throw RegistryError(.usage, error.message)
        }
        if let registry = reference.registry {
            throw RegistryError(
                .usage,
                "\(text) is in the registry \(registry); zoo pull \(text) first, and use the name that it gets here"
            )
        }
        if let digest = reference.digest {
            return try find(digest, in: entries)
        }
        if let tag = reference.tag {
            if let entry = entries.first(where: { $0.reference == "\(reference.name):\(tag)" }) {
                return entry
            }
            throw notFound(text, name: reference.name, entries)
        }
        return try findByName(reference.name, in: entries)
    }

    /// The model with a digest, from any store, tagged or not; nil where no store has it.
    public func entry(for digest: Digest) throws -> Entry? {
        try? summarised(find(digest, in: entries(readsContent: false)))
    }

    private func summarised(_ entry: Entry) throws -> Entry {
        var entry = entry
        entry.summary = try ModelSummary(entry.descriptor, in: store(of: entry))
        return entry
    }

    private func findByName(_ name: String, in entries: [Entry]) throws -> Entry {
        for origin in [Origin.own, .bundled] {
            let tagged = entries.filter { $0.origin == origin && $0.name == name }
            if let latest = tagged.first(where: { $0.reference == "\(name):\(Reference.defaultTag)" }) {
                return latest
            }
            if tagged.count > 1 {
                let tags = tagged.compactMap(\.reference).joined(separator: ", ")
                throw RegistryError(.usage, "\(name) has several tags and none is \"latest\"; say which: \(tags)")
            }
            if let only = tagged.first {
                return only
            }
        }
        throw notFound(name, name: name, entries)
    }

    private func find(digest text: String, in entries: [Entry]) throws -> Entry? {
        let hex =
            text.hasPrefix("sha256:") ? text.dropFirst(7) : text.hasPrefix("@sha256:") ? text.dropFirst(8) : text[...]
        let isHex = hex.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard isHex, (6...64).contains(hex.utf8.count) else {
            return nil
        }
        if let digest = Digest(.sha256, hex: String(hex)) {
            return try find(digest, in: entries)
        }
        // A name may look like the start of a digest: names win.
        let matches = entries.filter { $0.descriptor.digest.hex.hasPrefix(hex) }
        guard let first = matches.first, !entries.contains(where: { $0.name == text }) else {
            return nil
        }
        guard matches.allSatisfy({ $0.descriptor.digest == first.descriptor.digest }) else {
            throw RegistryError(.usage, "\(text) begins the digests of several models; give more digits")
        }
        return first
    }

    private func find(_ digest: Digest, in entries: [Entry]) throws -> Entry {
        if let entry = entries.first(where: { $0.descriptor.digest == digest }) {
            return entry
        }
        for (origin, store) in try stores() {
            if let descriptor = try? store.resolve(digest) {
                let summary = ModelSummary(foreignSize: descriptor.size)
                return Entry(origin: origin, reference: nil, descriptor: descriptor, summary: summary)
            }
        }
        throw RegistryError(.notFound, "no model with digest \(digest), here or in the bundled zoo")
    }

    private func notFound(_ text: String, name: String, _ entries: [Entry]) -> RegistryError {
        let sameName = entries.filter { $0.name == name }.compactMap(\.reference)
        if !sameName.isEmpty {
            return RegistryError(.notFound, "no model \(text); there is \(sameName.prefix(8).joined(separator: ", "))")
        }
        let near = NearestNames.nearest(to: name, among: Set(entries.compactMap(\.name)))
        let hint = near.isEmpty ? "zoo list shows what there is" : "did you mean \(near.joined(separator: " or "))?"
        return RegistryError(.notFound, "no model \(text); \(hint)")
    }
}
