import ZooModel

/// Where the ids of one slot come from.
enum SlotSource: Sendable {
    case codes(CategoricalColumn, ValueMap)
    case buckets(NumericColumn, NumericStatistics)
    case part(TimestampColumn, TimestampPart)

    /// Writes the ids of rows, one every `stride`.
    func encode(_ rows: Range<Int>, to output: UnsafeMutablePointer<Int32>, stride: Int) {
        var target = output
        switch self {
        case .codes(let column, let map):
            let codes = column.codes
            map.withRows { map in
                for row in rows {
                    target.pointee = map[Int(codes[row])]
                    target += stride
                }
            }
        case .buckets(let column, let statistics):
            for row in rows {
                target.pointee = statistics.row(of: column.values[row])
                target += stride
            }
        case .part(let column, let part):
            for row in rows {
                target.pointee = part.row(ofSeconds: column.seconds[row])
                target += stride
            }
        }
    }
}

/// Where one dense column comes from.
enum DenseSource: Sendable {
    case number(NumericColumn, NumericStatistics, FeatureDefinition.Numeric.Normalisation)
    case missing(NumericColumn)

    /// Writes the numbers of rows, one every `stride`.
    func encode(_ rows: Range<Int>, to output: UnsafeMutablePointer<Float>, stride: Int) {
        var target = output
        switch self {
        case .number(let column, let statistics, let normalisation):
            for row in rows {
                target.pointee = statistics.normalised(column.values[row], normalisation)
                target += stride
            }
        case .missing(let column):
            for row in rows {
                target.pointee = column.values[row].isNaN ? 1 : 0
                target += stride
            }
        }
    }
}
