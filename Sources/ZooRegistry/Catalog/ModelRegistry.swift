public import OCI
import Synchronization
import ZooFiles

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
        /// `name:tag`, or `name@alias` where no tag is left; nil for content found by digest that neither refers to.
        public let reference: String?
        /// What the tag points to.
        public let descriptor: Descriptor
        /// What listings show of it.
        public internal(set) var summary: ModelSummary

        /// The part of ``reference`` before the tag or the alias.
        public var name: String? {
            reference.map { text in
                let end = text.utf8.firstIndex(of: UInt8(ascii: "@")) ?? Self.colon(in: text)
                return String(text[..<(end ?? text.endIndex)])
            }
        }

        /// The part of ``reference`` after the name; nil where there is none.
        public var tag: String? {
            reference.flatMap { text in Self.colon(in: text).map { String(text[text.utf8.index(after: $0)...]) } }
        }

        private static func colon(in reference: String) -> String.Index? {
            reference.utf8.lastIndex(of: UInt8(ascii: ":"))
        }
    }

    /// The directory of the user's store, which need not exist before something is published.
    public let home: String
    /// The zoo that comes with the program.
    public let bundled: LayoutStore?
    private let own = OwnStore()

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
    public func ownStore() throws -> LayoutStore { try own.open(at: home, create: true) }

    /// The user's store, nil before its first use.
    ///
    /// - Throws: `OCIError` where something else is in its place.
    public func existingOwnStore() throws -> LayoutStore? {
        do {
            return try own.open(at: home, create: false)
        } catch let error as OCIError where error.code == .notFound {
            if let status = FileStatus(of: home), status.kind != .directory { throw error }
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
    public func entries() throws -> [Entry] { try entries(readsContent: true) }

    /// Every tag; where an index says nothing of a model, its summary is read from its content, or says nothing too.
    func entries(readsContent: Bool) throws -> [Entry] {
        let lists = try stores().map { try Self.entries($0.origin, in: $0.store, readsContent: readsContent) }
            .filter { !$0.isEmpty }
        guard lists.count > 1 else {
            return lists.first ?? []
        }
        // Entries of one name are in the stores' order, and stay so: the sort is stable.
        return lists.joined().sorted { ($0.reference ?? "") < ($1.reference ?? "") }
    }

    private static func entries(_ origin: Origin, in store: LayoutStore, readsContent: Bool) throws -> [Entry] {
        let tags = try store.tags()
        var silent: [Int] = []
        var entries: [Entry] = []
        entries.reserveCapacity(tags.count)
        for index in tags.indices where !Alias.isAlias(tags[index].name) {
            let summary = ModelSummary(tags[index].descriptor)
            if summary == nil {
                silent.append(entries.count)
            }
            entries.append(
                Entry(
                    origin: origin,
                    reference: tags[index].name,
                    descriptor: tags[index].descriptor,
                    summary: summary ?? ModelSummary(foreignSize: tags[index].descriptor.size)
                )
            )
        }
        if readsContent, !silent.isEmpty {
            let read = ModelSummary.read(silent.map { entries[$0].descriptor }, in: store)
            for index in silent {
                if let summary = read[entries[index].descriptor.digest] {
                    entries[index].summary = summary
                }
            }
        }
        return entries
    }

    /// The user's store, opened once: it need not parse again the index that it has read.
    private final class OwnStore: Sendable {
        private let opened = Mutex<LayoutStore?>(nil)

        func open(at path: String, create: Bool) throws -> LayoutStore {
            try opened.withLock { opened in
                if let opened { return opened }
                let store = try LayoutStore.open(at: path, create: create)
                opened = store
                return store
            }
        }
    }

    /// Opens a model for reading.
    public func artifact(_ entry: Entry) throws -> ModelArtifact {
        try ModelArtifact(store: store(of: entry), descriptor: entry.descriptor)
    }
}
