import Glibc
import ZooFiles

/// `index.json`, changed by compare-and-swap.
///
/// Every update creates `.zoo/index/<generation>` by `link`, which fails if another process has made that generation:
/// that is the swap, and it needs no lock. Only then is `index.json` replaced. The generation and a checksum of the
/// entries stand in `index.json`'s annotations. So a reader that finds `index.json` behind the newest generation knows
/// that its writer was killed or is on its way, and takes the generation; and a writer can tell the work of another
/// program (its checksum is wrong) and builds on it. A lock keeps writers from redoing each other's work, no more.
///
/// An update holds once its generation is claimed. What comes after that, `index.json` and the line in the log, the next
/// update makes good; so a disk that has no room for it does not make an error of a change that is in force.
struct IndexFile {
    static let name = "index.json"
    static let generationKey = "dev.zoo.index.generation"
    static let checksumKey = "dev.zoo.index.checksum"
    /// Generations whose content is kept.
    private static let generationsKept = 3
    /// Nanoseconds for which an older generation's number stays taken, so that no writer that slept takes it again.
    private static let markerAge: Int64 = 600 * 1_000_000_000
    private static let attempts = 10_000

    let store: LayoutStore

    /// What the index is now.
    struct State {
        var index: ImageIndex
        var generation: Int
        /// Whether `index.json` shows this very state.
        var isInstalled: Bool
        /// The text that it was read from; nil for one that was merged from two.
        var source: [UInt8]?
    }

    /// The index as all finished updates have left it, without zoo's annotations.
    func load() throws -> State {
        for attempt in 0..<Self.attempts {
            if let state = try attemptToLoad(attempt) { return state }
            usleep(1000)
        }
        throw OCIError(.contended, "\(store.path)/index.json keeps changing; try again")
    }

    /// Changes the index; `change` may run more than once, each time on the newest state.
    ///
    /// - Returns: the generation written, or that of the unchanged index.
    @discardableResult
    func update(_ change: (inout ImageIndex) throws -> Void) throws -> Int {
        let work = try store.root.directory(".zoo", create: true)
        let lock = try work.open("lock", flags: O_RDWR | O_CREAT)
        try lock.lock(.exclusive)
        let generations = try store.workDirectory("index")
        for _ in 0..<Self.attempts {
            let state = try currentOrEmpty()
            var next = state.index
            try change(&next)
            if next == state.index, state.isInstalled { return state.generation }
            // What another program changed since our last generation is not in the log yet.
            let ours = try content(ofGeneration: state.generation)
            let isOurs = ours != nil && ours == state.source
            let generation = state.generation + 1
            let (signed, content) = Self.signed(next, generation: generation)
            // Written before the claim, so that showing it needs no room.
            let replacement = try TemporaryFile(store: store, content: content)
            guard try claim(content, generation: generation, in: generations) else { continue }
            store.indexCache.note(signed, of: content)
            do {
                try install(replacement, generation: generation, in: generations)
                try removeOldGenerations(before: generation, in: generations)
                try TagLog(store: store)
                    .record(
                        from: isOurs ? state.index : nil,
                        generation: state.generation,
                        to: next,
                        generation: generation
                    )
            } catch let error as FileError where error.isOutOfSpace {
                // The change holds, so its writer is told of no failure; the next one does the rest.
            }
            return generation
        }
        throw OCIError(.contended, "\(store.path)/index.json keeps changing; try again")
    }

    private func currentOrEmpty() throws -> State {
        if try store.root.status(of: Self.name) == nil, try newestGeneration() == 0 {
            return State(index: ImageIndex(), generation: 0, isInstalled: false)
        }
        return try load()
    }

    /// nil if something changed between two looks.
    private func attemptToLoad(_ attempt: Int) throws -> State? {
        let newest = try newestGeneration()
        guard let bytes = try store.root.openIfPresent(Self.name)?.readAll(limit: ImageIndex.byteLimit) else {
            if newest > 0 { return try generation(newest) }
            throw OCIError(.notFound, "no index.json in \(store.path)")
        }
        let shown: ImageIndex
        do {
            shown = try store.indexCache.index(parsing: bytes)
        } catch {
            // Another program may be writing it in place; if it was killed there, the newest generation stands.
            if attempt < 100 { return nil }
            if newest > 0 { return try generation(newest) }
            throw OCIError(.damaged, "\(store.path)/index.json is damaged", cause: error)
        }
        let number = shown.annotations[Self.generationKey].flatMap { Int($0) }.map { max($0, 0) }
        guard let number, number < newest else {
            let index = Self.plain(shown)
            return State(index: index, generation: max(newest, number ?? 0), isInstalled: true, source: bytes)
        }
        guard var state = try generation(newest) else { return nil }
        if shown.annotations[Self.checksumKey] != Self.checksum(of: Self.plain(shown)) {
            // Another program has written on top of an older state: its entries win, ours that it did not see stay.
            state.index = Self.merge(Self.plain(shown), into: state.index)
            state.source = nil
        }
        return state
    }

    private func generation(_ number: Int) throws -> State? {
        // Emptied by now: a newer one is there.
        guard let bytes = try content(ofGeneration: number),
            let index = try? store.indexCache.index(parsing: bytes)
        else { return nil }
        return State(index: Self.plain(index), generation: number, isInstalled: false, source: bytes)
    }

    private func content(ofGeneration number: Int) throws -> [UInt8]? {
        try store.workDirectory("index").openIfPresent(String(number))?.readAll(limit: ImageIndex.byteLimit)
    }

    /// The highest generation claimed; 0 if none.
    private func newestGeneration() throws -> Int {
        guard let directory = try store.root.openIfPresent(".zoo/index", flags: O_RDONLY | O_DIRECTORY) else {
            return 0
        }
        return try Self.numbers(in: directory).last ?? 0
    }

    private static func numbers(in directory: borrowing OpenFile) throws -> [Int] {
        try directory.names().compactMap { Int($0) }.filter { $0 > 0 }.sorted()
    }

    private func claim(_ content: [UInt8], generation: Int, in generations: borrowing OpenFile) throws -> Bool {
        let temporary = try TemporaryFile(store: store, content: content)
        guard try temporary.claim(String(generation), in: generations) else { return false }
        try generations.sync()
        let numbers = try Self.numbers(in: generations)
        // Where locks do nothing, a writer that slept long may take a number that was used and removed before. Then
        // newer generations exist, and the one before is gone too, since they are removed in order.
        if let newest = numbers.last, newest > generation, !numbers.contains(generation - 1) {
            try generations.remove(String(generation))
            return false
        }
        return true
    }

    /// Shows a generation as `index.json`, and a newer one if another writer overtook.
    private func install(
        _ replacement: TemporaryFile,
        generation: Int,
        in generations: borrowing OpenFile
    ) throws {
        try replacement.move(to: Self.name, in: store.root)
        try store.root.sync()
        var shown = generation
        while let newest = try Self.numbers(in: generations).last, newest > shown {
            guard let bytes = try generations.openIfPresent(String(newest))?.readAll(limit: ImageIndex.byteLimit) else {
                continue
            }
            try store.replace(Self.name, with: bytes)
            shown = newest
        }
    }

    /// Empties what nobody needs; the names go later, in order.
    private func removeOldGenerations(before generation: Int, in generations: borrowing OpenFile) throws {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let oldest = Int64(now.tv_sec) * 1_000_000_000 - Self.markerAge
        for number in try Self.numbers(in: generations) where number <= generation - Self.generationsKept {
            guard let file = try generations.openIfPresent(String(number), flags: O_RDWR) else { continue }
            let status = try file.status()
            if status.size > 0 {
                ftruncate(file.descriptor, 0)
            } else if status.modified < oldest {
                try generations.remove(String(number))
            }
        }
    }

    private static func signed(_ index: ImageIndex, generation: Int) -> (index: ImageIndex, content: [UInt8]) {
        let plain = index.canonicalBytes
        var signed = index
        signed.annotations[checksumKey] = Digest.of(plain).description
        signed.annotations[generationKey] = String(generation)
        // Annotations come first; what follows is the same and, in a large index, not written twice.
        return (signed, signed.canonicalStart + plain.dropFirst(index.canonicalStart.count))
    }

    private static func plain(_ index: ImageIndex) -> ImageIndex {
        var index = index
        index.annotations[checksumKey] = nil
        index.annotations[generationKey] = nil
        return index
    }

    private static func checksum(of index: ImageIndex) -> String {
        Digest.of(index.canonicalBytes).description
    }

    private static func merge(_ foreign: ImageIndex, into own: ImageIndex) -> ImageIndex {
        var merged = own
        let names = Set(foreign.manifests.compactMap(\.referenceName))
        func key(_ entry: Descriptor) -> String { "\(entry.digest) \(entry.annotations[Annotation.repository] ?? "")" }
        let unnamed = Set(foreign.manifests.filter { $0.referenceName == nil }.map(key))
        merged.manifests.removeAll { entry in
            entry.referenceName.map(names.contains) ?? unnamed.contains(key(entry))
        }
        merged.manifests += foreign.manifests
        merged.sort()
        return merged
    }
}

extension ImageIndex {
    /// Orders the entries by name, then digest and repository, so that equal sets have equal bytes.
    mutating func sort() {
        manifests.sort { left, right in
            let (first, second) = (left.referenceName ?? "", right.referenceName ?? "")
            if first != second { return first < second }
            if left.digest != right.digest { return left.digest.description < right.digest.description }
            return left.annotations[Annotation.repository] ?? "" < right.annotations[Annotation.repository] ?? ""
        }
    }
}
