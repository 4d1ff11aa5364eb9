import Glibc
import Synchronization

/// Encoded rows on their way into a table: in memory, and past a limit in a temporary file.
final class BlockStore: @unchecked Sendable {
    /// Some consecutive rows of all columns.
    struct Block: @unchecked Sendable {
        /// The chunk that they came from.
        var index: Int
        /// The rows.
        var rows: Range<Int>
        /// For each column the bytes of its rows, packed if they are codes, and of its lists' or texts' elements.
        var sizes: [(rows: Int, elements: Int)]
        fileprivate var place: Place

        /// The bytes of all columns.
        var total: Int { sizes.reduce(0) { $0 + Self.padded($1.rows) + Self.padded($1.elements) } }

        /// The bytes that a part takes, so that the next one is aligned.
        static func padded(_ count: Int) -> Int { (count + 7) & ~7 }
    }

    fileprivate enum Place {
        case memory(UnsafeMutableRawPointer)
        case file(offset: Int)
    }

    /// Memory for some blocks: few large pieces, since each costs all threads a stop.
    private struct Slab {
        var base: UnsafeMutableRawPointer
        var count: Int
        var used = 0
    }

    private struct State {
        var blocks: [Block] = []
        var slabs: [Slab] = []
        var bytesInMemory = 0
        var fileSize = 0
        var descriptor: Int32 = -1
    }

    private let state = Mutex(State())
    private let memoryLimit: Int
    private let directory: String

    /// A store that keeps up to a number of bytes in memory and the rest in a nameless file in a directory.
    init(memoryLimit: Int, directory: String) {
        self.memoryLimit = memoryLimit
        self.directory = directory
    }

    deinit {
        state.withLock { state in
            for slab in state.slabs { slab.base.deallocate() }
            if state.descriptor >= 0 { close(state.descriptor) }
        }
    }

    /// All blocks, in the order of their rows.
    var blocks: [Block] { state.withLock { $0.blocks.sorted { $0.index < $1.index } } }

    /// Takes over what a thread's encoders hold, with the table's codes.
    func store(_ encoders: [ColumnEncoder], rows: Range<Int>, index: Int) throws {
        guard !rows.isEmpty else { return }
        let sizes = encoders.map { (rows: $0.packedRowCount, elements: $0.elements.count) }
        var block = Block(index: index, rows: rows, sizes: sizes, place: .file(offset: 0))
        let total = block.total
        if let base = state.withLock({ Self.reserve(total, limit: memoryLimit, &$0) }) {
            Self.copy(encoders, sizes, to: base)
            block.place = .memory(base)
        } else {
            let base = UnsafeMutableRawPointer.allocate(byteCount: max(1, total), alignment: 64)
            defer { base.deallocate() }
            Self.copy(encoders, sizes, to: base)
            let (descriptor, offset) = try state.withLock { state in
                if state.descriptor < 0 { state.descriptor = try Self.temporaryFile(in: directory) }
                defer { state.fileSize += total }
                return (state.descriptor, state.fileSize)
            }
            try Self.write(base, total, to: descriptor, at: offset, directory)
            block.place = .file(offset: offset)
        }
        state.withLock { $0.blocks.append(block) }
    }

    /// Memory for a block; `nil` past the limit.
    private static func reserve(_ total: Int, limit: Int, _ state: inout State) -> UnsafeMutableRawPointer? {
        guard state.bytesInMemory + total <= limit else { return nil }
        let room = state.slabs.last.map { $0.count - $0.used } ?? 0
        if state.slabs.isEmpty || room < total {
            // Twice the memory each time, so that small tables take little.
            let count = max(64, total, min(state.bytesInMemory, largestSlab))
            state.slabs.append(Slab(base: .allocate(byteCount: count, alignment: 64), count: count))
        }
        let last = state.slabs.count - 1
        defer { state.slabs[last].used += total }
        state.bytesInMemory += total
        return state.slabs[last].base + state.slabs[last].used
    }

    private static let largestSlab = 16 << 20

    private static func copy(
        _ encoders: [ColumnEncoder],
        _ sizes: [(rows: Int, elements: Int)],
        to base: UnsafeMutableRawPointer
    ) {
        var next = base
        for (encoder, size) in zip(encoders, sizes) {
            encoder.packRows(to: next)
            next += Block.padded(size.rows)
            encoder.writeElements(to: next)
            next += Block.padded(size.elements)
        }
    }

    /// Hands out a block's bytes.
    func withBytes(of block: Block, _ body: (UnsafeRawPointer) -> Void) throws {
        switch block.place {
        case .memory(let base): body(UnsafeRawPointer(base))
        case .file(let offset):
            let total = block.total
            let buffer = UnsafeMutableRawPointer.allocate(byteCount: max(1, total), alignment: 64)
            defer { buffer.deallocate() }
            let descriptor = state.withLock { $0.descriptor }
            var done = 0
            while done < total {
                let count = pread(descriptor, buffer + done, total - done, offset + done)
                guard count > 0 else { throw ZooTrainingError.system("cannot read back a temporary file", directory) }
                done += count
            }
            body(UnsafeRawPointer(buffer))
        }
    }

    /// Opens a file that vanishes when it is closed.
    static func temporaryFile(in directory: String) throws -> Int32 {
        var path = Array("\(directory)/zoo-spill-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw ZooTrainingError.system("cannot make a temporary file", directory) }
        unlink(path)
        return descriptor
    }

    private static func write(
        _ base: UnsafeRawPointer,
        _ total: Int,
        to descriptor: Int32,
        at offset: Int,
        _ directory: String
    ) throws {
        var done = 0
        while done < total {
            let count = pwrite(descriptor, base + done, total - done, offset + done)
            guard count > 0 else { throw ZooTrainingError.system("cannot write a temporary file", directory) }
            done += count
        }
    }
}
