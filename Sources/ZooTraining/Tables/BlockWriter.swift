import CKernels
import Dispatch
import Synchronization
import ZooModel

/// Copies blocks of rows to where the table's columns lie.
struct BlockWriter: @unchecked Sendable {
    let layout: TableLayout
    let storage: TableStorage
    let payload: UnsafeMutableRawPointer
    let requests: [ColumnRequest]
    let store: BlockStore

    /// Bytes after which the storage may leave the memory, where a file backs it.
    private static let releasedBytes = 64 << 20

    /// Copies all blocks; `elementStarts` says for each block and column where its elements start, in bytes.
    func write(_ blocks: [BlockStore.Block], elementStarts: [[Int]], threads: Int) throws {
        let next = Atomic(0)
        let written = Atomic(0)
        let failure = Mutex<(any Error)?>(nil)
        let workers = max(1, min(threads, blocks.count))
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            storage.prepare(worker, of: workers)
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < blocks.count else { return }
                do {
                    try store.withBytes(of: blocks[index]) { write(blocks[index], elementStarts[index], from: $0) }
                    let total = written.add(blocks[index].total, ordering: .relaxed)
                    if total.newValue / Self.releasedBytes > total.oldValue / Self.releasedBytes { storage.release() }
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                    return
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    private func write(_ block: BlockStore.Block, _ elementStarts: [Int], from bytes: UnsafeRawPointer) {
        var source = bytes
        for (index, request) in requests.enumerated() {
            let size = block.sizes[index]
            let sections = layout.columns[index].sections
            let target = payload + sections[0].offset
            if let stride = request.elementStride {
                let offsets = (target + block.rows.lowerBound * 8).assumingMemoryBound(to: Int64.self)
                let counts = source.assumingMemoryBound(to: Int32.self)
                var offset = Int64(elementStarts[index] / stride)
                for row in 0..<block.rows.count {
                    offsets[row] = offset
                    offset += Int64(counts[row])
                }
                let elements = payload + sections[1].offset + elementStarts[index]
                elements.copyMemory(from: source + BlockStore.Block.padded(size.rows), byteCount: size.elements)
            } else {
                let width = size.rows / max(1, block.rows.count)
                if case .categorical = request.kind {
                    let codes = (target + block.rows.lowerBound * 4).assumingMemoryBound(to: Int32.self)
                    let packed = source.assumingMemoryBound(to: UInt8.self)
                    zoo_unpack_codes(packed, block.rows.count, width, codes)
                } else {
                    (target + block.rows.lowerBound * width).copyMemory(from: source, byteCount: size.rows)
                }
            }
            source += BlockStore.Block.padded(size.rows) + BlockStore.Block.padded(size.elements)
        }
    }
}
