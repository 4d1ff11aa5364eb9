public import ZooModel

/// Encodes a table's rows with fitted features.
///
/// Making one looks every distinct value up once; encoding is array indexing after that. Encoding any range of rows is
/// safe from several threads at a time.
public struct RowEncoder: Sendable {
    /// The features that encode.
    public let features: FittedFeatures
    /// The table that is encoded.
    public let table: Table

    let slots: [SlotSource]
    let bags: [BagSource]
    let dense: [DenseSource]

    /// Prepares to encode a table that was read with the features' columns.
    ///
    /// - Throws: `ZooTrainingError` `.notFound` where the table lacks a feature's column.
    public init(_ features: FittedFeatures, table: Table) throws {
        self.features = features
        self.table = table
        var slots: [SlotSource] = []
        var bags: [BagSource] = []
        var dense: [DenseSource] = []
        for feature in features.features {
            let column = try table.column(of: feature.definition)
            switch (feature.definition.kind, feature.state, column) {
            case (.categorical, _, .categorical(let column)):
                slots.append(.codes(column, ValueMap(feature, column.dictionary)))
            case (.numeric(let options), .numeric(let statistics), .numeric(let column)):
                if options.buckets != nil { slots.append(.buckets(column, statistics)) }
                dense.append(.number(column, statistics, options.normalisation))
                if options.hasMissingFlag { dense.append(.missing(column)) }
            case (.bag(let options), _, .list(let column)):
                bags.append(.list(column, ValueMap(feature, column.dictionary), options.maximumLength, .first))
            case (.sequence(let options), _, .list(let column)):
                bags.append(.list(column, ValueMap(feature, column.dictionary), options.maximumLength, .last))
            case (.text(let options), _, .text(let column)):
                bags.append(.text(column, options))
            case (.timestamp(let options), _, .timestamp(let column)):
                slots += options.parts.map { .part(column, $0) }
            default:
                throw ZooTrainingError(.internal, "feature '\(feature.definition.name)' has a column of another kind")
            }
        }
        (self.slots, self.bags, self.dense) = (slots, bags, dense)
    }

    /// Encodes the slots and dense columns of consecutive rows.
    ///
    /// - Parameters:
    ///   - rows: rows of the table.
    ///   - ids: where the first row's ids go, [rows, slots] with `idStride` from row to row.
    ///   - dense: where its dense columns go, [rows, dense] with `denseStride` from row to row.
    public func encode(
        _ rows: Range<Int>,
        ids: UnsafeMutablePointer<Int32>,
        idStride: Int,
        dense denseOutput: UnsafeMutablePointer<Float>,
        denseStride: Int
    ) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= table.rowCount, "rows \(rows) of \(table.rowCount)")
        // Blocks keep the rows being written in the cache while column after column is read.
        var start = rows.lowerBound
        while start < rows.upperBound {
            let block = start..<min(start + 256, rows.upperBound)
            let first = start - rows.lowerBound
            for (index, slot) in slots.enumerated() {
                slot.encode(block, to: ids + first * idStride + index, stride: idStride)
            }
            for (index, column) in dense.enumerated() {
                column.encode(block, to: denseOutput + first * denseStride + index, stride: denseStride)
            }
            start = block.upperBound
        }
    }

    /// Encodes one bag slot of consecutive rows: appends `rows.count` offsets (each the end of a row) and the ids.
    ///
    /// A row without values has the one id `Vocabulary.missingRow`, so no bag is empty. Offsets continue from
    /// `ids.count`; start them with the 0 that `offsets` needs in front.
    public func encodeBag(_ bag: Int, _ rows: Range<Int>, offsets: inout [Int32], ids: inout [Int32]) {
        bags[bag].encode(rows, offsets: &offsets, ids: &ids)
    }
}
