import ZooModel

/// Where the ids of one bag slot come from.
enum BagSource: Sendable {
    /// Which values of a list that is too long are kept.
    enum End: Sendable {
        case first, last
    }

    case list(ListColumn, ValueMap, Int, End)
    case text(TextColumn, FeatureDefinition.Text)

    /// Appends the end offset and the ids of each row.
    func encode(_ rows: Range<Int>, offsets: inout [Int32], ids: inout [Int32]) {
        switch self {
        case .list(let column, let map, let maximumLength, let end):
            for row in rows {
                let codes = column[row]
                let kept = end == .first ? codes.prefix(maximumLength) : codes.suffix(maximumLength)
                for code in kept { ids.append(map[code]) }
                if kept.isEmpty { ids.append(Vocabulary.missingRow) }
                offsets.append(Int32(ids.count))
            }
        case .text(let column, let options):
            var hasher = TextHasher(options)
            for row in rows {
                let start = ids.count
                hasher.forEachRow(of: column[row]) { ids.append($0) }
                if ids.count == start { ids.append(Vocabulary.missingRow) }
                offsets.append(Int32(ids.count))
            }
        }
    }
}
