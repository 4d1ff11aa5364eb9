package import OCI

/// A model in a registry.
package struct RemoteReference: Hashable, Sendable, CustomStringConvertible {
    /// Host and port of the registry.
    package let registry: String
    /// The repository's path in it.
    package let repository: String
    /// The tag, if one is given.
    package let tag: String?
    /// The digest, if one is given; it decides.
    package let digest: Digest?

    package init(registry: String, repository: String, tag: String?, digest: Digest? = nil) throws {
        let checked = try Reference(registry: registry, name: repository, tag: tag, digest: digest)
        self.registry = registry
        self.repository = checked.name
        self.tag = tag
        self.digest = digest
    }

    /// What a text names in a registry; nil where it names none and there is no default one.
    ///
    /// - Throws: ``RegistryError`` (`usage`) for what is no reference.
    package init?(_ text: String, defaultRegistry: String?) throws {
        do {
            let reference = try Reference(text)
            if let registry = reference.registry {
                try self.init(
                    registry: registry,
                    repository: reference.name,
                    tag: reference.tag,
                    digest: reference.digest
                )
            } else if let defaultRegistry {
                let place = RemotePlace(defaultRegistry)
                try self.init(
                    registry: place.registry,
                    repository: place.prefix + reference.name,
                    tag: reference.tag,
                    digest: reference.digest
                )
            } else {
                return nil
            }
        } catch let error as OCIError {
            throw RegistryError(.usage, error.message)
        }
    }

    /// The text after the repository in the API: the digest, else the tag, else `latest`.
    package var selector: String { digest?.description ?? tag ?? Reference.defaultTag }

    /// The name under which the user's store keeps it: without the registry, and without the default one's prefix.
    package func localName(defaultRegistry: String?, digest: Digest) -> String {
        var name = repository
        if let place = defaultRegistry.map(RemotePlace.init), place.registry == registry, name.hasPrefix(place.prefix) {
            name = String(name.dropFirst(place.prefix.count))
        }
        if let tag { return "\(name):\(tag)" }
        return self.digest == nil ? "\(name):\(Reference.defaultTag)" : "\(name):\(digest.short)"
    }

    /// The same repository with another tag.
    package func with(tag: String) throws -> RemoteReference {
        try RemoteReference(registry: registry, repository: repository, tag: tag)
    }

    package var description: String {
        var text = "\(registry)/\(repository)"
        if let tag { text += ":\(tag)" }
        if let digest { text += "@\(digest)" }
        return text
    }
}

/// A registry and a path in it under which repositories lie: `HOST[:PORT][/PREFIX]`.
package struct RemotePlace: Hashable, Sendable {
    /// Host and port.
    package let registry: String
    /// Empty, or a path that ends with a slash.
    package let prefix: String

    package init(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        registry = parts.first ?? text
        let path = parts.count > 1 ? parts[1] : ""
        prefix = path.isEmpty || path.hasSuffix("/") ? path : path + "/"
    }

    /// Whether a text is a registry alone, rather than a reference: `localhost`, `host:5000`, `registry.example.com`.
    package static func isRegistry(_ text: String) -> Bool {
        guard !text.contains("/"), !text.contains("@"), let probe = try? Reference("\(text)/probe") else {
            return false
        }
        return probe.registry == text
    }
}
