import OCI
import Synchronization
import ZooRegistry

/// Signatures of models and words against them, read again only when the store has changed.
final class AttachmentReader: Sendable {
    struct Known: Sendable {
        fileprivate let yanks: [Digest: [YankEvent]]
        fileprivate let referrers: [Digest: [Descriptor]]
        /// The models against which a word stands.
        let yanked: Set<Digest>

        /// Words against a model and their withdrawals, oldest first.
        func events(of digest: String) -> [YankEvent] { (try? Digest(digest)).flatMap { yanks[$0] } ?? [] }

        /// The word that stands against a model.
        func yank(of digest: String) -> YankEvent? { events(of: digest).standing }

        /// Signatures and provenance of a model, as they name themselves: nothing is verified here.
        func attachments(of artifact: ModelArtifact) -> [(title: String, detail: String)] {
            ModelRegistry.attachments(referrers[artifact.digest] ?? [], of: artifact).compactMap { attachment in
                switch attachment.kind {
                case "signature": ("Signature", "\(attachment.detail); zoo verify checks it")
                case "provenance": ("Provenance", "attached")
                default: nil
                }
            }
        }
    }

    private struct State {
        var version: Int?
        var known = Known(yanks: [:], referrers: [:], yanked: [])
        /// What unnamed entries are about, nil for nothing: manifests never change, so each is opened once.
        var subjects: [Digest: LayoutStore.Referrer?] = [:]
    }

    private let reader: IndexReader
    private let state = Mutex(State())

    /// - Parameter reader: of the store's index.
    init(_ reader: IndexReader) { self.reader = reader }

    func current() throws -> Known {
        try state.withLock { state in
            let (index, version) = try reader.current()
            if state.version == version { return state.known }
            var subjects: [Digest: LayoutStore.Referrer?] = [:]
            var referrers: [Digest: [Descriptor]] = [:]
            for entry in index.manifests where entry.referenceName == nil && subjects[entry.digest] == nil {
                let found = state.subjects[entry.digest] ?? reader.store.referrer(entry)
                subjects.updateValue(found, forKey: entry.digest)
                if let found { referrers[found.subject, default: []].append(found.descriptor) }
            }
            let yanks = ModelRegistry.yanks(among: referrers, in: reader.store)
            state.subjects = subjects
            state.known = Known(
                yanks: yanks,
                referrers: referrers,
                yanked: Set(yanks.filter { $0.value.standing != nil }.keys)
            )
            state.version = version
            return state.known
        }
    }
}
