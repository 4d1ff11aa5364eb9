import CKernels
import Dispatch
import Foundation
import Glibc
import ZooFiles
import ZooModel

/// Tables on the disk, each under the digest of its source and the way it was read.
///
/// Whatever is wrong with a cached table, it is as if it were not there.
struct TableCache {
    /// The directory, which need not exist.
    let directory: String
    /// Cached tables unused for so many seconds are removed.
    static let lifetime = 30 * 86_400

    private static let magic = Array("ZOOTABL1".utf8)
    private static let prefixCount = 64

    init(_ directory: String) { self.directory = directory }

    /// A short name for a format and the columns wanted.
    static func key(_ format: TableFormat, _ columns: [ColumnRequest], maxBadRows: Int) -> String {
        let digest = StreamDigest()
        let text = "\(format) \(columns) \(maxBadRows)"
        Array(text.utf8).withUnsafeBytes { digest.update($0) }
        return String(digest.finish().dropFirst(7).prefix(16))
    }

    private func path(_ key: String, _ digest: String) -> String {
        "\(directory)/\(key)-\(digest.dropFirst(7).prefix(32)).table"
    }

    /// Whether there may be a table for this way of reading and a source of this size.
    func mayHold(key: String) -> Bool {
        guard let names = try? OpenFile(directory, flags: O_RDONLY | O_DIRECTORY).names() else { return false }
        return names.contains { $0.hasPrefix(key + "-") }
    }

    /// The digest of a file, if it was noted and the file has not changed since.
    func knownDigest(path: String, _ identity: SourceIdentity) -> String? {
        guard let file = try? OpenFile(notePath(path)), let bytes = try? file.readAll(limit: 4096) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.count == 2, lines[0] == identity.line, lines[1].count == 71 else { return nil }
        return String(lines[1])
    }

    /// Notes the digest of a file, unless the file is so new that its times say little.
    func note(_ digest: String, path: String, _ identity: SourceIdentity) {
        guard !identity.isFresh, makeDirectory() else { return }
        try? AtomicFile.write(Array("\(identity.line)\n\(digest)\n".utf8), to: notePath(path))
    }

    private func notePath(_ path: String) -> String {
        let digest = StreamDigest()
        let absolute = realpath(path, nil)
        defer { free(absolute) }
        Array((absolute.map { String(cString: $0) } ?? path).utf8).withUnsafeBytes { digest.update($0) }
        return "\(directory)/\(digest.finish().dropFirst(7).prefix(32)).digest"
    }

    private func makeDirectory() -> Bool {
        (try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)) != nil
    }

    /// Maps a cached table.
    func open(key: String, digest: String, requests: [ColumnRequest], source: String) -> Table? {
        let path = path(key, digest)
        guard let file = try? OpenFile(path), let size = try? file.status().size, size >= Self.prefixCount,
            let storage = try? TableStorage(mapping: file.descriptor, count: size, isWritable: false, path: path),
            let prefix = Prefix(storage), prefix.isIntact(storage),
            let layout = try? JSONDecoder().decode(TableLayout.self, from: prefix.json(storage)),
            layout.key == key, layout.digest == digest, layout.fits(prefix.payloadCount, requests)
        else { return nil }
        utimensat(AT_FDCWD, path, nil, 0)
        let found = layout.present.map { requests[$0] }
        let place = TableLayout.Place(storage: storage, payload: prefix.payloadStart)
        return layout.makeTable(place, requests: found, source: source, isCached: true)
    }

    /// Builds a table in the cache and maps it; `nil` if the cache cannot be written.
    func write(_ layout: TableLayout, from builder: TableBuilder, requests: [ColumnRequest], threads: Int) throws
        -> Table?
    {
        guard let digest = layout.digest, makeDirectory(), let json = try? JSONEncoder().encode(layout) else {
            return nil
        }
        let payloadStart = (Self.prefixCount + json.count + 4095) & ~4095
        let total = payloadStart + layout.payloadCount
        let temporary = "\(directory)/.table.\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        guard let file = try? OpenFile(temporary, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW) else { return nil }
        defer { unlink(temporary) }
        // Without its blocks a full disk would end the process at the first write through the mapping.
        guard posix_fallocate(file.descriptor, 0, total) == 0,
            let storage = try? TableStorage(mapping: file.descriptor, count: total, isWritable: true, path: temporary)
        else { return nil }
        try layout.fill(storage, at: payloadStart, from: builder, threads: threads)
        Prefix(payloadStart: payloadStart, payloadCount: layout.payloadCount, json: json).write(storage, json)
        let path = path(layout.key, digest)
        // Not synced: a table that a power failure tore fails its checksums and is built again.
        guard rename(temporary, path) == 0 else { return nil }
        removeOld()
        let place = TableLayout.Place(storage: storage, payload: payloadStart)
        return layout.makeTable(place, requests: requests, source: builder.name, isCached: false)
    }

    /// Removes tables that nobody has used for long, and what interrupted processes left.
    private func removeOld() {
        guard let folder = try? OpenFile(directory, flags: O_RDONLY | O_DIRECTORY), let names = try? folder.names()
        else {
            return
        }
        let now = time(nil)
        for name in names where name.hasSuffix(".table") || name.hasPrefix(".table.") || name.hasSuffix(".digest") {
            guard let status = try? folder.status(of: name) else { continue }
            let age = now - Int(status.modified / 1_000_000_000)
            if age > (name.hasPrefix(".") ? 86_400 : Self.lifetime) { _ = try? folder.remove(name) }
        }
    }
}

extension TableCache {
    /// The first bytes of a cached table: where everything is, and sums to check it by.
    private struct Prefix {
        var payloadStart: Int
        var payloadCount: Int
        var jsonCount: Int

        init(payloadStart: Int, payloadCount: Int, json: Data) {
            self.payloadStart = payloadStart
            self.payloadCount = payloadCount
            jsonCount = json.count
        }

        /// Reads the prefix; `nil` if it is damaged or the file has another length than it says.
        init?(_ storage: TableStorage) {
            let words = (0..<6).map {
                Int(truncatingIfNeeded: storage.base.load(fromByteOffset: 8 + 8 * $0, as: UInt64.self))
            }
            let sum = zoo_checksum(storage.base.assumingMemoryBound(to: UInt8.self), 56, 1)
            guard memcmp(storage.base, magic, 8) == 0, storage.base.load(fromByteOffset: 56, as: UInt64.self) == sum,
                words[0] >= prefixCount, words[1] >= 0, words[2] >= 0, words[0] <= storage.count,
                words[1] == storage.count - words[0], words[2] <= words[0] - prefixCount
            else { return nil }
            (payloadStart, payloadCount, jsonCount) = (words[0], words[1], words[2])
        }

        func json(_ storage: TableStorage) -> Data { Data(bytes: storage.base + prefixCount, count: jsonCount) }

        private func sums(_ storage: TableStorage) -> (json: UInt64, payload: UInt64) {
            let bytes = storage.base.assumingMemoryBound(to: UInt8.self)
            let pieces = (payloadCount + pieceCount - 1) / pieceCount
            let sums = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: max(1, pieces))
            defer { sums.deallocate() }
            let job = ChecksumJob(storage: storage, start: payloadStart, count: payloadCount, sums: sums)
            DispatchQueue.concurrentPerform(iterations: pieces) { job.run($0) }
            let payload = zoo_checksum(
                UnsafeRawPointer(sums.baseAddress!).assumingMemoryBound(to: UInt8.self),
                pieces * 8,
                3
            )
            return (zoo_checksum(bytes + prefixCount, jsonCount, 2), payload)
        }

        /// Whether the header and the columns are as they were written.
        func isIntact(_ storage: TableStorage) -> Bool {
            let found = sums(storage)
            return storage.base.load(fromByteOffset: 32, as: UInt64.self) == found.json
                && storage.base.load(fromByteOffset: 40, as: UInt64.self) == found.payload
        }

        /// Writes the prefix and the header before the columns, which are there already.
        func write(_ storage: TableStorage, _ json: Data) {
            json.withUnsafeBytes { (storage.base + prefixCount).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
            storage.base.copyMemory(from: magic, byteCount: 8)
            let found = sums(storage)
            let words = [UInt64(payloadStart), UInt64(payloadCount), UInt64(jsonCount), found.json, found.payload, 0]
            for (index, word) in words.enumerated() {
                storage.base.storeBytes(of: word, toByteOffset: 8 + 8 * index, as: UInt64.self)
            }
            let sum = zoo_checksum(storage.base.assumingMemoryBound(to: UInt8.self), 56, 1)
            storage.base.storeBytes(of: sum, toByteOffset: 56, as: UInt64.self)
        }
    }

    private static let pieceCount = 1 << 22

    /// Sums pieces of memory independently.
    private struct ChecksumJob: @unchecked Sendable {
        let storage: TableStorage
        let start: Int
        let count: Int
        let sums: UnsafeMutableBufferPointer<UInt64>

        func run(_ index: Int) {
            let bytes = storage.base.assumingMemoryBound(to: UInt8.self) + start + index * pieceCount
            let length = min(pieceCount, count - index * pieceCount)
            sums[index] = zoo_checksum(bytes, length, UInt64(index))
            storage.release(start + index * pieceCount, length)
        }
    }
}

extension TableLayout {
    /// Whether all sections lie in a payload of this size and there is one column a request.
    fileprivate func fits(_ count: Int, _ requests: [ColumnRequest]) -> Bool {
        let sections = columns.flatMap(\.sections) + [lines]
        return payloadCount == count && columns.count == present.count
            && present.allSatisfy { requests.indices.contains($0) }
            && sections.allSatisfy { $0.offset >= 0 && $0.count >= 0 && $0.offset <= count - $0.count }
    }
}
