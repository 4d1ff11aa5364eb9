import Glibc

/// The memory that a table's columns live in: the heap's or a mapped file's.
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

    deinit {
        if isMapped { munmap(base, max(1, count)) } else { base.deallocate() }
    }
}
