import Dispatch
import Synchronization

/// What a verification found.
public struct VerifyReport: Sendable {
    /// Something wrong with the store.
    public struct Problem: Sendable, Hashable {
        /// The content.
        public let digest: Digest
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
        var users: [Digest: Set<String>] = [:]
        var expected: [Digest: Int] = [:]
        var reasons: [Digest: String] = [:]
        let entries = try name.map { try withReferrers(resolve($0)) } ?? indexFile().load().index.manifests
        for entry in entries { try visit(entry, tag: entry.referenceName, &users, &expected, &reasons) }
        var digests = Array(expected.keys)
        if name == nil {
            try forEachBlob { _, digest, _ in
                if expected[digest] == nil { digests.append(digest) }
            }
        }
        let found = Mutex<(report: VerifyReport, reasons: [Digest: String])>((VerifyReport(), reasons))
        let (work, sizes) = (digests, expected)
        DispatchQueue.concurrentPerform(iterations: work.count) { index in
            let digest = work[index]
            let outcome = check(digest, size: sizes[digest])
            found.withLock { found in
                found.report.blobs += 1
                found.report.bytes += outcome.bytes
                if let reason = outcome.reason { found.reasons[digest] = found.reasons[digest] ?? reason }
            }
        }
        return found.withLock { found in
            found.report.problems = found.reasons
                .map { .init(digest: $0.key, reason: $0.value, tags: (users[$0.key] ?? []).sorted()) }
                .sorted { $0.digest.description < $1.digest.description }
            return found.report
        }
    }

    /// Notes a descriptor and all that it refers to.
    private func visit(
        _ descriptor: Descriptor,
        tag: String?,
        _ users: inout [Digest: Set<String>],
        _ expected: inout [Digest: Int],
        _ reasons: inout [Digest: String]
    ) throws {
        if let tag { users[descriptor.digest, default: []].insert(tag) }
        if let size = expected[descriptor.digest], size != descriptor.size {
            reasons[descriptor.digest] = "two documents disagree about its size: \(size) and \(descriptor.size) bytes"
        }
        expected[descriptor.digest] = descriptor.size
        do {
            for child in try references(of: descriptor) where child.digest != descriptor.digest {
                try visit(child, tag: tag, &users, &expected, &reasons)
            }
        } catch let error as OCIError where error.code == .notFound {
            reasons[descriptor.digest] = "missing"
        } catch let error as OCIError {
            reasons[descriptor.digest] = error.description
        }
    }

    private func check(_ digest: Digest, size: Int?) -> (bytes: Int, reason: String?) {
        do {
            let actual = try blobSize(digest)
            if let size, actual != size { return (0, "has \(actual) bytes instead of \(size)") }
            try readBlob(Descriptor(mediaType: "", digest: digest, size: actual)) { _ in }
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
