import CKernels
import Glibc

/// The memory that columns live in: the heap's or a mapped file's.
final class TableStorage: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let count: Int
    private let isMapped: Bool

    /// Memory of the heap.
    init(count: Int) {
        base = .allocate(byteCount: max(1, count), alignment: 64)
        self.count = count
        isMapped = false
    }

    /// The first bytes of a file, to be written or to be read.
    init(mapping descriptor: Int32, count: Int, isWritable: Bool, path: String) throws {
        let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
        guard let address = mmap(nil, max(1, count), protection, MAP_SHARED, descriptor, 0), address != MAP_FAILED
        else {
            throw ZooTrainingError.system("cannot map", path)
        }
        base = address
        self.count = count
        isMapped = true
    }

    /// Memory of the heap, or a nameless file's if it is large.
    ///
    /// - Throws: `ZooTrainingError` `.io` where the directory cannot hold it.
    static func temporary(
        count: Int,
        memoryLimit: Int = 256 << 20,
        directory: String = temporaryDirectory
    ) throws -> TableStorage {
        guard count > memoryLimit else { return TableStorage(count: count) }
        let descriptor = try BlockStore.temporaryFile(in: directory)
        defer { close(descriptor) }
        // Without its blocks a full disk would end the process at the first write through the mapping.
        guard posix_fallocate(descriptor, 0, count) == 0 else {
            throw ZooTrainingError(.io, "\(directory): no room for \(count) bytes; free some, or set TMPDIR")
        }
        return try TableStorage(mapping: descriptor, count: count, isWritable: true, path: directory)
    }

    /// Brings one of several equal parts of the process's own memory to where it can be written.
    func prepare(_ part: Int, of parts: Int) {
        guard !isMapped else { return }
        let (start, end) = (count / parts * part, part + 1 == parts ? count : count / parts * (part + 1))
        zoo_populate(base + start, end - start)
    }

    /// `$TMPDIR`, or else `/tmp`.
    static var temporaryDirectory: String {
        guard let value = getenv("TMPDIR"), value.pointee != 0 else { return "/tmp" }
        return String(cString: value)
    }

    /// Mapped files up to this size stay: dropping them would save little.
    private static let keptCount = 64 << 20

    /// Lets a large mapped file's pages leave the process; they come back from the file when they are touched.
    func release() { release(0, count) }

    /// Lets those pages of a mapped file leave that lie within some bytes.
    func release(_ start: Int, _ length: Int) {
        guard isMapped, count > Self.keptCount else { return }
        let page = Int(getpagesize())
        let first = (start + page - 1) / page * page
        let end = start + length == count ? count : (start + length) / page * page
        // The mapping is shared, so that what was written to it stays in the file.
        if first < end { madvise(base + first, end - first, MADV_DONTNEED) }
    }

    deinit {
        if isMapped { munmap(base, max(1, count)) } else { base.deallocate() }
    }
}
