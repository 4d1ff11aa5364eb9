import ZooModel

/// How much of a feature's data was missing, or unknown to its vocabulary.
public struct FeatureCoverage: Sendable, Hashable, Codable {
    /// The feature's name.
    public var feature: String
    /// The share of rows without a value.
    public var missing: Double
    /// The share of rows with a value that training had not seen or had dropped as rare.
    public var unseen: Double

    /// A feature's shares, from 0 to 1.
    public init(feature: String, missing: Double, unseen: Double) {
        self.feature = feature
        self.missing = missing
        self.unseen = unseen
    }
}

extension RowEncoder {
    /// The shares of missing and unseen values in the whole table, feature by feature.
    public func coverage() -> [FeatureCoverage] {
        zip(features.features, features.placements).map { feature, placement in
            defer { table.releaseMemory() }
            let counts: (missing: Int, unseen: Int)
            if let bag = placement.bags.first {
                counts = bags[bag].counts(rows: table.rowCount)
            } else if let column = placement.dense.first {
                counts = dense[column].counts
            } else if let slot = placement.slots.first {
                counts = slots[slot].counts
            } else {
                counts = (0, 0)
            }
            return FeatureCoverage(
                feature: feature.definition.name,
                missing: Double(counts.missing) / Double(max(1, table.rowCount)),
                unseen: Double(counts.unseen) / Double(max(1, table.rowCount))
            )
        }
    }
}

extension SlotSource {
    fileprivate var counts: (missing: Int, unseen: Int) {
        switch self {
        case .codes(let column, let map):
            var (missing, unseen) = (0, 0)
            for code in column.codes {
                if code < 0 { missing += 1 } else if map[code] == Vocabulary.outOfVocabularyRow { unseen += 1 }
            }
            return (missing, unseen)
        case .buckets(let column, _):
            return (column.values.count(where: \.isNaN), 0)
        case .part(let column, _):
            return (column.seconds.count(where: \.isNaN), 0)
        }
    }
}

extension DenseSource {
    fileprivate var counts: (missing: Int, unseen: Int) {
        switch self {
        case .number(let column, _, _), .missing(let column):
            (column.values.count(where: \.isNaN), 0)
        }
    }
}

extension BagSource {
    fileprivate func counts(rows: Int) -> (missing: Int, unseen: Int) {
        switch self {
        case .list(let column, let map, _, _):
            var (missing, unseen) = (0, 0)
            for row in 0..<rows {
                let codes = column[row]
                if codes.isEmpty {
                    missing += 1
                } else if codes.contains(where: { map[$0] == Vocabulary.outOfVocabularyRow }) {
                    unseen += 1
                }
            }
            return (missing, unseen)
        case .text(let column, _):
            return ((0..<rows).count { column[$0].isEmpty }, 0)
        }
    }
}
