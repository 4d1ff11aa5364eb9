import ZooModel

/// What a model reads of a table's rows: the encoder's features, those of heads that have their own, and labels.
///
/// Nothing is kept row by row: a ``BatchLoader`` encodes as many rows as it may hold.
package final class TrainingRows {
    let table: Table
    /// What the encoder reads.
    let encoded: RowEncoder
    /// What each head reads by itself, where it does.
    let own: [RowEncoder?]
    /// Each head's labels, standardised for a regression; nil where there are none.
    let labels: [LabelColumn?]
    /// What a frozen encoder gives for each row, once computed.
    var cached: CachedRepresentation?

    /// The rows that encoders of one table encode; `own` and `labels` have an entry a head.
    package init(_ encoded: RowEncoder, own: [RowEncoder?], labels: [LabelColumn?]) {
        table = encoded.table
        self.encoded = encoded
        self.own = own
        self.labels = labels
    }

    /// The rows as a model reads them.
    ///
    /// - Throws: `ZooTrainingError` `.notFound` where the table lacks a feature's column.
    convenience init(_ model: Model, table: Table, labels: [LabelColumn?]) throws {
        self.init(
            try RowEncoder(model.features, table: table),
            own: try model.heads.map { try $0.features.map { try RowEncoder($0, table: table) } },
            labels: labels
        )
    }

    /// About how many bytes a row takes once encoded.
    var bytesPerRow: Int {
        (cached?.bytesPerRow ?? encoded.bytesPerRow) + own.reduce(0) { $0 + ($1?.bytesPerRow ?? 0) }
            + labels.count * MemoryLayout<Float>.stride + 2 * MemoryLayout<Int32>.stride
    }

    /// Lets go of the memory that reading left behind, where a file holds its content.
    func releaseMemory() {
        table.releaseMemory()
        cached?.releaseMemory()
    }
}

extension RowEncoder {
    /// About how many bytes a row takes once encoded.
    fileprivate var bytesPerRow: Int {
        let bagIds = bags.reduce(0) { $0 + 1 + $1.idsPerRow(of: table.rowCount) }
        return (slots.count + dense.count + bagIds) * 4 + bags.count * MemoryLayout<Int>.stride
    }
}

extension BagSource {
    /// About how many ids a row has.
    fileprivate func idsPerRow(of rows: Int) -> Int {
        switch self {
        case .list(let column, _, let maximumLength, _):
            return min(maximumLength, (column.codes.count + rows - 1) / max(1, rows))
        case .text(let column, let options):
            let lengths = (options.words?.count ?? 0) + (options.characters?.count ?? 0)
            return min(options.maximumLength, lengths * column.bytes.count / max(1, rows))
        }
    }
}

/// A matrix of floats, rows contiguous; when large, in a temporary file.
struct RowMatrix: @unchecked Sendable {
    let width: Int
    let values: UnsafeMutablePointer<Float>
    private let storage: TableStorage

    /// - Throws: `ZooTrainingError` `.io` where there is no room.
    init(rows: Int, width: Int) throws {
        self.width = width
        storage = try TableStorage.temporary(count: rows * width * MemoryLayout<Float>.stride)
        values = storage.base.assumingMemoryBound(to: Float.self)
    }

    /// Lets go of the memory that a file backs.
    func releaseMemory() { storage.release() }
}

/// What a frozen encoder gives, row by row, by the head's statistics.
struct CachedRepresentation {
    let trunk: RowMatrix
    let input: RowMatrix?

    fileprivate var bytesPerRow: Int { (trunk.width + (input?.width ?? 0)) * MemoryLayout<Float>.stride }

    /// Lets go of the memory that a file backs.
    func releaseMemory() {
        trunk.releaseMemory()
        input?.releaseMemory()
    }
}
