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
        /// For each column the bytes of its rows and of its lists' or texts' elements, one after the other.
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

    private struct State {
        var blocks: [Block] = []
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
            for block in state.blocks {
                if case .memory(let base) = block.place { base.deallocate() }
            }
            if state.descriptor >= 0 { close(state.descriptor) }
        }
    }

    /// All blocks, in the order of their rows.
    var blocks: [Block] { state.withLock { $0.blocks.sorted { $0.index < $1.index } } }

    /// Takes over what a thread's encoders hold, after giving it the table's codes.
    func store(_ encoders: [ColumnEncoder], rows: Range<Int>, index: Int) throws {
        guard !rows.isEmpty else { return }
        for encoder in encoders { encoder.remap() }
        let sizes = encoders.map { (rows: $0.rows.count, elements: $0.elements.count) }
        let total = sizes.reduce(0) { $0 + Block.padded($1.rows) + Block.padded($1.elements) }
        let base = UnsafeMutableRawPointer.allocate(byteCount: max(1, total), alignment: 64)
        var next = base
        for encoder in encoders {
            for part in [encoder.rows, encoder.elements] {
                next.copyMemory(from: part.base, byteCount: part.count)
                next += Block.padded(part.count)
            }
        }
        var block = Block(index: index, rows: rows, sizes: sizes, place: .memory(base))
        let spill: (descriptor: Int32, offset: Int)? = try state.withLock { state in
            if state.bytesInMemory + total <= memoryLimit {
                state.bytesInMemory += total
                state.blocks.append(block)
                return nil
            }
            if state.descriptor < 0 { state.descriptor = try Self.temporaryFile(in: directory) }
            defer { state.fileSize += total }
            return (state.descriptor, state.fileSize)
        }
        guard let spill else { return }
        defer { base.deallocate() }
        try Self.write(base, total, to: spill.descriptor, at: spill.offset, directory)
        block.place = .file(offset: spill.offset)
        state.withLock { $0.blocks.append(block) }
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
