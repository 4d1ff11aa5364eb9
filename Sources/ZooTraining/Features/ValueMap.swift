import ZooModel

/// From a table's dictionary codes to embedding rows.
struct ValueMap: Sendable {
    /// The row of code c at index c + 1; of a missing value (code −1) at index 0.
    private let rows: [Int32]

    /// Looks every value of a dictionary up in a feature's vocabulary, or hashes it.
    init(_ feature: FittedFeature, _ dictionary: StringDictionary) {
        var rows: [Int32] = [Vocabulary.missingRow]
        rows.reserveCapacity(dictionary.count + 1)
        let buckets = feature.rows - Int(Vocabulary.firstValueRow)
        for code in 0..<dictionary.count {
            let value = dictionary[code].assumingMemoryBound(to: UInt8.self)
            switch feature.state {
            case .vocabulary(let vocabulary): rows.append(vocabulary.row(of: value))
            default: rows.append(Vocabulary.firstValueRow + Int32(StableHash.bucket(value, of: buckets)))
            }
        }
        self.rows = rows
    }

    /// The embedding row of a code.
    subscript(code: Int32) -> Int32 { rows[Int(code) + 1] }

    /// Lends the rows, shifted by one as `subscript` reads them.
    func withRows<Result>(_ body: (UnsafePointer<Int32>) -> Result) -> Result {
        rows.withUnsafeBufferPointer { rows in
            guard let base = rows.baseAddress else { fatalError("a value map always has the missing row") }
            return body(base + 1)
        }
    }
}
