import Glibc
import ZooFiles

/// What a garbage collection removed, or would remove.
public struct GarbageReport: Sendable {
    /// Content that nothing refers to.
    public var blobs: [Digest] = []
    /// Bytes that it takes.
    public var bytes = 0
    /// Temporary files and leases of dead processes.
    public var leftovers = 0
    /// Content that nothing refers to, kept because it is young or leased.
    public var kept = 0
}

extension LayoutStore {
    /// Seconds that content stays where locks cannot be trusted.
    public static let cautiousAge = 3600

    /// Seconds that an unfinished download waits to be taken up again.
    public static let partialAge = 86_400

    /// Removes content that no entry of the index refers to and no lease protects, and what dead processes left.
    ///
    /// A manifest with a subject is kept while its subject is; see ``referrers(of:artifactType:)``. What clients of a
    /// registry have sent stays for ``RepositoryBlobs/lifetime`` without a manifest that refers to it, their unfinished
    /// uploads for ``uploadLifetime``.
    ///
    /// - Parameters:
    ///   - dryRun: only reports.
    ///   - minimumAge: seconds; younger content stays. By default 0 where ``locksAreTrusted``, else ``cautiousAge``.
    /// - Throws: ``OCIError`` if a listed manifest is missing or damaged: what it refers to is not known, so nothing
    ///   is removed.
    public func collectGarbage(dryRun: Bool = false, minimumAge: Int? = nil) throws -> GarbageReport {
        let locksAreTrusted = try locksAreTrusted
        let age = max(minimumAge ?? 0, locksAreTrusted ? 0 : Self.cautiousAge)
        var report = GarbageReport()
        // Writing the index takes the gate too, so this comes first.
        if !dryRun { try dropOrphans() }
        try withGate(.exclusive) {
            let youngest = Int64(time(nil)) - Int64(age)
            func isOld(_ status: FileStatus) -> Bool {
                // The rounding keeps a file written in this second removable with an age of zero.
                status.modified / 1_000_000_000 <= youngest
            }
            var index = try indexFile().load().index
            if dryRun { index = try withoutOrphans(index, keeping: leasedDigests()) }
            let entries = index.manifests
            var live = try liveDigests(from: entries)
            live.formUnion(try RepositoryBlobs.sweep(self, dryRun: dryRun) { Self.wanted($0, entries) })
            report.leftovers += try expireUploads(after: Self.uploadLifetime, dryRun: dryRun).gone.count
            report.leftovers += try sweepLocked(
                "tmp",
                dryRun: dryRun,
                locksAreTrusted: locksAreTrusted,
                isOld,
                live: nil
            )
            report.leftovers += try sweepPartial(dryRun: dryRun, locksAreTrusted: locksAreTrusted)
            report.leftovers += try sweepLocked("leases", dryRun: dryRun, locksAreTrusted: locksAreTrusted, isOld) {
                live.formUnion(
                    $0.split(separator: UInt8(ascii: "\n")).compactMap {
                        try? Digest(String(decoding: $0, as: UTF8.self))
                    }
                )
            }
            try forEachBlob { directory, digest, status in
                if live.contains(digest) { return }
                guard isOld(status) else {
                    report.kept += 1
                    return
                }
                report.blobs.append(digest)
                report.bytes += status.size
                guard !dryRun else { return }
                try directory.remove(digest.hex)
                try forgetDamage(digest)
            }
        }
        return report
    }

    /// Some hundred thousand digests.
    private static let leaseLimit = 64 << 20

    /// Every digest that is named in a lease, of the living or the dead.
    func leasedDigests() throws -> Set<Digest> {
        let directory = try workDirectory("leases")
        var leased: Set<Digest> = []
        for name in try directory.names() {
            guard let file = try directory.openIfPresent(name, flags: O_RDONLY | O_NOFOLLOW) else { continue }
            let lines = try file.readAll(limit: Self.leaseLimit)?.split(separator: UInt8(ascii: "\n")) ?? []
            leased.formUnion(lines.compactMap { try? Digest(String(decoding: $0, as: UTF8.self)) })
        }
        return leased
    }

    /// Every digest that entries of the index reach.
    func liveDigests(from entries: [Descriptor]) throws -> Set<Digest> {
        var live: Set<Digest> = []
        try reach(entries.filter { $0.missing.isEmpty }, missing: [], &live)
        for entry in entries where !entry.missing.isEmpty {
            var own: Set<Digest> = []
            try reach([entry], missing: entry.missing, &own)
            live.formUnion(own)
        }
        return live
    }

    private func reach(_ entries: [Descriptor], missing: Set<Digest>, _ live: inout Set<Digest>) throws {
        var open = entries
        while let descriptor = open.popLast() {
            guard live.insert(descriptor.digest).inserted else { continue }
            do {
                open += try references(of: descriptor).filter { !missing.contains($0.digest) }
            } catch {
                let name = descriptor.referenceName ?? "an entry of the index"
                throw OCIError(
                    .damaged,
                    "nothing was removed: what \(name) refers to cannot be read; publish it again or remove it",
                    cause: error
                )
            }
        }
    }

    /// What manifests of a repository refer to that was not there when they were pushed.
    private static func wanted(_ repository: RepositoryName, _ entries: [Descriptor]) -> Set<Digest> {
        entries.reduce(into: []) { wanted, entry in
            if entry.place?.repository == repository { wanted.formUnion(entry.missing) }
        }
    }

    /// Removes files of dead owners from a working directory and shows the content of the others.
    private func sweepLocked(
        _ name: String,
        dryRun: Bool,
        locksAreTrusted: Bool,
        _ isOld: (FileStatus) -> Bool,
        live: (([UInt8]) -> Void)?
    ) throws -> Int {
        let directory = try workDirectory(name)
        var removed = 0
        for name in try directory.names() {
            guard let file = try directory.openIfPresent(name, flags: O_RDWR | O_NOFOLLOW) else { continue }
            let isDead = try file.lock(.exclusive, wait: false) && (locksAreTrusted || isOld(file.status()))
            if isDead {
                if !dryRun { try directory.remove(name) }
                removed += 1
            } else if let live {
                live(try file.readAll(limit: Self.leaseLimit) ?? [])
            }
        }
        return removed
    }

    /// Removes unfinished downloads that nobody works on and nobody has taken up for ``partialAge``, and those that have
    /// nothing to take up.
    private func sweepPartial(dryRun: Bool, locksAreTrusted: Bool) throws -> Int {
        let youngest = Int64(time(nil)) - Int64(Self.partialAge)
        return try sweepLocked(
            "partial",
            dryRun: dryRun,
            locksAreTrusted: false,
            { $0.modified / 1_000_000_000 <= youngest || locksAreTrusted && $0.size == 0 },
            live: nil
        )
    }

    /// Visits every file of the store that is named as content.
    func forEachBlob(_ body: (borrowing OpenFile, Digest, FileStatus) throws -> Void) throws {
        guard let blobs = try root.openIfPresent("blobs", flags: O_RDONLY | O_DIRECTORY) else { return }
        for algorithm in Digest.Algorithm.allCases {
            guard let directory = try blobs.openIfPresent(algorithm.rawValue, flags: O_RDONLY | O_DIRECTORY) else {
                continue
            }
            for name in try directory.names() {
                guard let digest = Digest(algorithm, hex: name), let status = try directory.status(of: name),
                    status.kind == .file
                else { continue }
                try body(directory, digest, status)
            }
        }
    }
}
