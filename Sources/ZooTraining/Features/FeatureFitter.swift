public import ZooModel

/// Learns vocabularies and statistics of features from a table, the training rows alone.
///
/// The result depends on the table's content only, not on the order in which its dictionaries list values.
public enum FeatureFitter {
    /// Fits features on a table that was read with their columns.
    ///
    /// - Throws: `ZooTrainingError` `.notFound` where the table lacks a feature's column.
    public static func fit(_ features: [FeatureDefinition], on table: Table) throws -> FittedFeatures {
        try fit(features, on: table, rows: RowSelection(allOf: table.rowCount))
    }

    /// Fits features on some rows of a table.
    static func fit(
        _ features: [FeatureDefinition],
        on table: Table,
        rows: RowSelection
    ) throws -> FittedFeatures {
        FittedFeatures(
            try features.map { feature in
                defer { table.releaseMemory() }
                return try fit(feature, on: table, rows)
            }
        )
    }

    private static func fit(_ feature: FeatureDefinition, on table: Table, _ rows: RowSelection) throws
        -> FittedFeature
    {
        let column = try table.column(of: feature)
        switch (feature.kind, column) {
        case (.categorical(let options), .categorical(let column)):
            return try fit(feature, options.rows, column.dictionary) { count in
                rows.forEachRun(in: 0..<rows.tableRows) { count(.init(rebasing: column.codes[$0])) }
            }
        case (.bag(let options), .list(let column)), (.sequence(let options), .list(let column)):
            return try fit(feature, options.rows, column.dictionary) { count in
                rows.forEachRun(in: 0..<rows.tableRows) { run in
                    let codes = Int(column.offsets[run.lowerBound])..<Int(column.offsets[run.upperBound])
                    count(.init(rebasing: column.codes[codes]))
                }
            }
        case (.numeric(let options), .numeric(let column)):
            return try FittedFeature(feature, .numeric(NumericFitter.fit(options, on: column.values, rows)))
        default:
            return try FittedFeature(feature, .stateless)
        }
    }

    private static func fit(
        _ feature: FeatureDefinition,
        _ rows: FeatureDefinition.Rows,
        _ dictionary: StringDictionary,
        forEachRun: ((UnsafeBufferPointer<Int32>) -> Void) -> Void
    ) throws -> FittedFeature {
        guard case .vocabulary(let minimumCount, let maximum) = rows else {
            return try FittedFeature(feature, .stateless)
        }
        var counts = [Int](repeating: 0, count: dictionary.count)
        forEachRun { codes in
            for code in codes where code >= 0 { counts[Int(code)] += 1 }
        }
        var kept = counts.indices.filter { counts[$0] >= max(1, minimumCount) }
        kept.sort { left, right in
            if counts[left] != counts[right] { return counts[left] > counts[right] }
            return dictionary[left].lexicographicallyPrecedes(dictionary[right])
        }
        if let maximum, kept.count > maximum { kept.removeLast(kept.count - maximum) }
        var bytes: [UInt8] = []
        var offsets: [Int64] = [0]
        offsets.reserveCapacity(kept.count + 1)
        for code in kept {
            bytes.append(contentsOf: dictionary[code])
            offsets.append(Int64(bytes.count))
        }
        return try FittedFeature(feature, .vocabulary(Vocabulary(bytes: bytes, offsets: offsets)))
    }
}

extension Table {
    /// The column that a feature reads, in the feature's form.
    ///
    /// - Throws: `ZooTrainingError` `.notFound` naming feature and column.
    func column(of feature: FeatureDefinition) throws -> TableColumn {
        if let column = self[feature.request] { return column }
        throw ZooTrainingError(
            .notFound,
            "\(source): feature '\(feature.name)' needs the column '\(feature.column)' as \(feature.kind.name)"
                + Suggestion.clause(for: feature.column, among: sourceColumns)
        )
    }
}
