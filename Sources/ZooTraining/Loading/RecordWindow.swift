import ZooModel
import ZooTensor

/// Encoded rows, row-major: each row's ids, then its dense columns, stand together, so that taking rows in any order
/// touches little memory.
final class RecordWindow {
    let idStride: Int
    let denseStride: Int
    let ids = ScanBuffer<Int32>()
    let dense = ScanBuffer<Float>()
    /// For each bag slot one offset more than rows, and the ids.
    let bagOffsets: [ScanBuffer<Int>]
    let bagIds: [ScanBuffer<Int32>]
    private let encoder: RowEncoder
    private let bagPieces: [BagPiece]

    /// Rows that a thread encodes at once.
    private static let pieceRows = 4096
    /// Pieces that are encoded before their bags are put together in order.
    private static let piecesAtOnce = 16

    init(_ encoder: RowEncoder) {
        self.encoder = encoder
        let layout = encoder.features.layout
        idStride = layout.slots.count
        denseStride = layout.dense.count
        bagOffsets = layout.bags.map { _ in ScanBuffer() }
        bagIds = layout.bags.map { _ in ScanBuffer() }
        bagPieces = (0..<Self.piecesAtOnce).map { _ in BagPiece(bags: layout.bags.count) }
    }

    /// Encodes rows of the table in the order given, in place of those that were here.
    func encode(_ rows: UnsafeBufferPointer<Int32>, pool: WorkerPool) {
        ids.reserve(rows.count * idStride)
        dense.reserve(rows.count * denseStride)
        for bag in bagIds.indices {
            bagIds[bag].count = 0
            bagOffsets[bag].count = 0
            bagOffsets[bag].reserve(rows.count + 1)
            bagOffsets[bag].append(0)
        }
        let count = (rows.count + Self.pieceRows - 1) / Self.pieceRows
        for first in stride(from: 0, to: count, by: Self.piecesAtOnce) {
            let taken = min(Self.piecesAtOnce, count - first)
            pool.run(taken) { [self] index, _ in encode(rows, piece: first + index, bags: bagPieces[index]) }
            for piece in bagPieces[..<taken] { piece.move(to: bagOffsets, bagIds) }
            encoder.table.releaseMemory()
        }
    }

    private func encode(_ rows: UnsafeBufferPointer<Int32>, piece: Int, bags: BagPiece) {
        bags.clear()
        Self.forEachRun(of: rows, piece) { place, run in
            encoder.encode(
                run,
                ids: ids.base + place * idStride,
                idStride: idStride,
                dense: dense.base + place * denseStride,
                denseStride: denseStride
            )
            bags.append(run, encoder)
        }
    }

    /// Hands out a piece's rows as runs of neighbours in the table, each with its first row's place.
    private static func forEachRun(
        of rows: UnsafeBufferPointer<Int32>,
        _ piece: Int,
        _ body: (Int, Range<Int>) -> Void
    ) {
        let end = min(rows.count, (piece + 1) * pieceRows)
        var place = piece * pieceRows
        while place < end {
            let first = place
            repeat { place += 1 } while place < end && rows[place] == rows[place - 1] + 1
            body(first, Int(rows[first])..<Int(rows[place - 1]) + 1)
        }
    }
}

/// The bags of a few rows, encoded by one thread.
private final class BagPiece {
    /// For each bag slot the end of each row, and the ids.
    private var offsets: [[Int32]]
    private var ids: [[Int32]]

    init(bags count: Int) {
        offsets = Array(repeating: [], count: count)
        ids = offsets
    }

    func clear() {
        for bag in ids.indices {
            offsets[bag].removeAll(keepingCapacity: true)
            ids[bag].removeAll(keepingCapacity: true)
        }
    }

    func append(_ rows: Range<Int>, _ encoder: RowEncoder) {
        for bag in ids.indices { encoder.encodeBag(bag, rows, offsets: &offsets[bag], ids: &ids[bag]) }
    }

    /// Adds these rows behind those that are there; there is room for the offsets.
    func move(to targets: [ScanBuffer<Int>], _ idTargets: [ScanBuffer<Int32>]) {
        for bag in ids.indices {
            let (target, start) = (targets[bag], idTargets[bag].count)
            for (row, offset) in offsets[bag].enumerated() { target.base[target.count + row] = start + Int(offset) }
            target.count += offsets[bag].count
            ids[bag].withUnsafeBufferPointer {
                if let base = $0.baseAddress { idTargets[bag].append(from: base, count: $0.count) }
            }
        }
    }
}
