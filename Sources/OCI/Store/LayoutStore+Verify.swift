import Dispatch
import Synchronization

/// What a verification found.
public struct VerifyReport: Sendable {
    /// Something wrong with the store.
    public struct Problem: Sendable, Hashable {
        /// The content.
        public let digest: Digest
        /// What it should be: its title, else its media type; nil for content that no tag needs.
        public let title: String?
        /// What is wrong, for people.
        public let reason: String
        /// Tags that need the content, sorted.
        public let tags: [String]
    }

    /// Pieces of content hashed.
    public var blobs = 0
    /// Bytes hashed.
    public var bytes = 0
    /// What is wrong, by digest; empty if all is well.
    public var problems: [Problem] = []
}

extension LayoutStore {
    /// Hashes all content again, on all cores, and checks that every tag has what it refers to.
    ///
    /// - Parameter name: only this tag, its content, and the manifests about it.
    /// - Throws: ``OCIError`` if the index itself cannot be read or has no such tag. Damage is in the report.
    public func verify(_ name: String? = nil) throws -> VerifyReport {
        let entries = try name.map { try withReferrers(resolve($0)) } ?? indexFile().load().index.manifests
        var needs = Needs()
        for entry in entries { needs.visit(entry, in: self) }
        var digests = Array(needs.contents.keys)
        if name == nil {
            try forEachBlob { _, digest, _ in
                if needs.contents[digest] == nil { digests.append(digest) }
            }
        }
        let found = Mutex<(report: VerifyReport, reasons: [Digest: String])>((VerifyReport(), needs.reasons))
        let (work, contents) = (digests, needs.contents)
        DispatchQueue.concurrentPerform(iterations: work.count) { index in
            let digest = work[index]
            let outcome = check(digest, size: contents[digest]?.size)
            found.withLock { found in
                found.report.blobs += 1
                found.report.bytes += outcome.bytes
                if let reason = outcome.reason { found.reasons[digest] = found.reasons[digest] ?? reason }
            }
        }
        return found.withLock { found in
            found.report.problems = found.reasons
                .map { digest, reason in
                    let content = contents[digest]
                    return .init(
                        digest: digest,
                        title: content?.title,
                        reason: reason,
                        tags: (content?.tags ?? []).sorted()
                    )
                }
                .sorted { $0.digest.description < $1.digest.description }
            return found.report
        }
    }

    /// What the tags need, by digest.
    private struct Needs {
        struct Content {
            let size: Int
            let title: String
            var tags: Set<String> = []
        }

        var contents: [Digest: Content] = [:]
        /// What is wrong with the documents that say so.
        var reasons: [Digest: String] = [:]

        /// Notes a descriptor and all that it refers to, but for what it may lack.
        mutating func visit(_ entry: Descriptor, in store: LayoutStore) {
            var open = [entry]
            var seen: Set<Digest> = []
            let missing = entry.missing
            while let descriptor = open.popLast() {
                note(descriptor, tag: entry.referenceName)
                guard seen.insert(descriptor.digest).inserted else { continue }
                do {
                    open += try store.references(of: descriptor).filter {
                        $0.digest != descriptor.digest && !missing.contains($0.digest)
                    }
                } catch let error as OCIError where error.code == .notFound {
                    reasons[descriptor.digest] = "missing"
                } catch {
                    reasons[descriptor.digest] = "\(error)"
                }
            }
        }

        private mutating func note(_ descriptor: Descriptor, tag: String?) {
            let title = descriptor.annotations[Annotation.title] ?? descriptor.mediaType
            var content = contents[descriptor.digest] ?? Content(size: descriptor.size, title: title)
            if content.size != descriptor.size {
                reasons[descriptor.digest] =
                    "two documents disagree about its size: \(content.size) and \(descriptor.size) bytes"
            }
            if let tag { content.tags.insert(tag) }
            contents[descriptor.digest] = content
        }
    }

    private func check(_ digest: Digest, size: Int?) -> (bytes: Int, reason: String?) {
        do {
            let actual = try blobSize(digest)
            if let size, actual != size { return (0, "has \(actual) bytes instead of \(size)") }
            try readBlob(Descriptor(mediaType: "", digest: digest, size: actual)) { _ in }
            // Somebody may have put a sound copy in its place. A store that may not be written keeps the mark.
            if try isKnownDamaged(digest) { try? forgetDamage(digest) }
            return (actual, nil)
        } catch let error as OCIError where error.code == .notFound {
            return (0, "missing")
        } catch let error as OCIError where error.code == .damaged {
            return (0, "content is not what the digest says")
        } catch {
            return (0, "\(error)")
        }
    }
}
