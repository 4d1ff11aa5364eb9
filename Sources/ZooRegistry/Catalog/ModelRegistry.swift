public import OCI

/// The user's own store and the bundled zoo, seen as one.
public struct ModelRegistry: Sendable {
    /// Where a model was found.
    public enum Origin: String, Sendable, Codable {
        /// The user's store.
        case own
        /// The zoo that comes with the program.
        case bundled
    }

    /// A tag in one of the stores.
    public struct Entry: Sendable {
        /// Where it is.
        public let origin: Origin
        /// `name:tag`; nil for content found by digest that no tag refers to.
        public let reference: String?
        /// What the tag points to.
        public let descriptor: Descriptor
        /// What listings show of it.
        public let summary: ModelSummary

        /// The part of ``reference`` before the tag.
        public var name: String? {
            guard let reference, let colon = reference.lastIndex(of: ":") else {
                return reference
            }
            return String(reference[..<colon])
        }
    }

    /// The directory of the user's store, which need not exist before something is published.
    public let home: String
    /// The zoo that comes with the program.
    public let bundled: LayoutStore?

    /// Opens the stores.
    ///
    /// - Parameters:
    ///   - home: the user's store; made by the first thing that writes to it.
    ///   - bundledPath: the bundled layout, nil for none.
    /// - Throws: `OCIError` if a bundled layout is named but is none.
    public init(home: String, bundledPath: String? = BundledZoo.path) throws {
        self.home = home
        bundled = try bundledPath.map { try LayoutStore.open(at: $0) }
    }

    /// The user's store, made if it is not there.
    public func ownStore() throws -> LayoutStore {
        try LayoutStore.open(at: home, create: true)
    }

    /// The user's store, nil before its first use.
    public func existingOwnStore() throws -> LayoutStore? {
        do {
            return try LayoutStore.open(at: home)
        } catch let error as OCIError where error.code == .notFound {
            return nil
        }
    }

    /// The stores that exist, the user's first.
    func stores() throws -> [(origin: Origin, store: LayoutStore)] {
        var stores: [(Origin, LayoutStore)] = []
        if let own = try existingOwnStore() {
            stores.append((.own, own))
        }
        if let bundled {
            stores.append((.bundled, bundled))
        }
        return stores
    }

    /// The store of an entry.
    public func store(of entry: Entry) throws -> LayoutStore {
        guard let found = try stores().first(where: { $0.origin == entry.origin }) else {
            throw RegistryError(.notFound, "there is no store at \(home)")
        }
        return found.store
    }

    /// Every tag of both stores, sorted by name, the user's own before bundled ones of the same name.
    public func entries() throws -> [Entry] {
        let lists = try stores().map { origin, store in
            try store.tags().filter { !Alias.isAlias($0.name) }.map { tag in
                Entry(
                    origin: origin,
                    reference: tag.name,
                    descriptor: tag.descriptor,
                    summary: ModelSummary(reading: tag.descriptor, in: store)
                )
            }
        }
        guard lists.count > 1 else {
            return lists.first ?? []
        }
        return lists.joined().enumerated()
            .sorted { ($0.element.reference ?? "", $0.offset) < ($1.element.reference ?? "", $1.offset) }
            .map(\.element)
    }

    /// Opens a model for reading.
    public func artifact(_ entry: Entry) throws -> ModelArtifact {
        try ModelArtifact(store: store(of: entry), descriptor: entry.descriptor)
    }
}
