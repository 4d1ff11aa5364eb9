import Dispatch
import OCI
import Synchronization
import ZooJSON

extension ModelSummary {
    /// Sums an index entry up; from the content where the entry says nothing, because another program wrote it.
    init(_ entry: Descriptor, in store: LayoutStore) {
        self = ModelSummary(entry) ?? ModelSummary(readingIfModel: entry, in: store)
    }

    /// Sums models up from their content, each once, on all cores.
    static func read(_ entries: [Descriptor], in store: LayoutStore) -> [Digest: ModelSummary] {
        let distinct = Array(Dictionary(entries.map { ($0.digest, $0) }) { first, _ in first }.values)
        let summaries = Mutex<[Digest: ModelSummary]>([:])
        DispatchQueue.concurrentPerform(iterations: distinct.count) { index in
            let summary = ModelSummary(readingIfModel: distinct[index], in: store)
            summaries.withLock { $0[distinct[index].digest] = summary }
        }
        return summaries.withLock { $0 }
    }

    private init(readingIfModel entry: Descriptor, in store: LayoutStore) {
        self = (try? ModelSummary(reading: entry, in: store)) ?? ModelSummary(foreignSize: entry.size)
    }

    /// Reads as much of a model as a listing shows; what is wrong with the rest is for ``ModelArtifact`` to find.
    private init(reading entry: Descriptor, in store: LayoutStore) throws {
        // What the index says is something else, such as a statement about a model, need not be read.
        guard entry.artifactType ?? ModelMediaType.manifest == ModelMediaType.manifest else {
            throw RegistryError(.invalid, "\(entry.digest) is no zoo model")
        }
        let manifest = try store.manifest(entry)
        guard manifest.artifactType == ModelMediaType.manifest,
            let layer = manifest.layers.first(where: {
                $0.mediaType == ModelMediaType.document
                    && $0.annotations[ModelAnnotation.filePath] == ModelDocument.fileName
            })
        else {
            throw RegistryError(.invalid, "\(entry.digest) is no zoo model")
        }
        let document = try JSONValue(parsing: store.readBlob(layer.digest, maxBytes: ModelDirectory.textLimit))
        guard let kind = document[key: "kind"]?.text, ModelDocument.Kind(rawValue: kind) != nil else {
            throw RegistryError(.invalid, "\(entry.digest): zoo.json has no kind")
        }
        self.init(foreignSize: manifest.contents.reduce(entry.size) { $0.saturatingSum($1.size) })
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
