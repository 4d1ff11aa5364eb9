import Dispatch
import OCI
import Synchronization
import ZooJSON

extension ModelSummary {
    /// Sums index entries up, in their order; from the content where an entry says nothing: another program wrote it.
    static func summaries(of entries: [Descriptor], in store: LayoutStore) -> [ModelSummary] {
        let noted = entries.map { ModelSummary($0) }
        let silent = Array(Set(zip(entries, noted).lazy.filter { $1 == nil }.map(\.0.digest)))
        let read = Mutex<[Digest: ModelSummary]>([:])
        let sizes = Dictionary(entries.map { ($0.digest, $0.size) }) { first, _ in first }
        DispatchQueue.concurrentPerform(iterations: silent.count) { index in
            let (digest, size) = (silent[index], sizes[silent[index]] ?? 0)
            let summary = (try? ModelSummary(reading: digest, size: size, in: store)) ?? ModelSummary(foreignSize: size)
            read.withLock { $0[digest] = summary }
        }
        let found = read.withLock { $0 }
        return zip(entries, noted).map { entry, summary in
            summary ?? found[entry.digest] ?? ModelSummary(foreignSize: entry.size)
        }
    }

    /// Reads as much of a model as a listing shows; what is wrong with the rest is for ``ModelArtifact`` to find.
    private init(reading digest: Digest, size: Int, in store: LayoutStore) throws {
        let manifest = try Manifest(parsing: store.readBlob(digest, maxBytes: Manifest.byteLimit))
        guard manifest.artifactType == ModelMediaType.manifest,
            let layer = manifest.layers.first(where: {
                $0.mediaType == ModelMediaType.document
                    && $0.annotations[ModelAnnotation.filePath] == ModelDocument.fileName
            })
        else {
            throw RegistryError(.invalid, "\(digest) is no zoo model")
        }
        let document = try JSONValue(parsing: store.readBlob(layer.digest, maxBytes: ModelDirectory.textLimit))
        guard let kind = document[key: "kind"]?.text, ModelDocument.Kind(rawValue: kind) != nil else {
            throw RegistryError(.invalid, "\(digest): zoo.json has no kind")
        }
        self.init(foreignSize: manifest.contents.reduce(size) { $0.saturatingSum($1.size) })
        self.kind = kind
        encoder = document[key: "encoder"]?[key: "type"]?.text
        base = document[key: "base"]?[key: "reference"]?.text
        baseDigest = document[key: "base"]?[key: "digest"]?.text
        if case .array(let tasks)? = document[key: "tasks"] {
            self.tasks = tasks.compactMap { $0[key: "name"]?.text }
        }
    }
}

extension JSONValue {
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}

extension Int {
    /// The sum, or the largest number where that is larger: sizes in documents from strangers are what they like.
    func saturatingSum(_ other: Int) -> Int {
        let (sum, isPastEnd) = addingReportingOverflow(other)
        return isPastEnd ? .max : sum
    }
}
