/// The distinct values of a feature, numbered: a map from bytes to embedding rows.
///
/// Row 0 is "missing", row 1 "out of vocabulary", and the values follow from row 2 in the order given (the fitter's is
/// falling count, ties by first bytes). Values are bytes, compared as bytes: no Unicode normalisation.
public struct Vocabulary: Sendable {
    /// The embedding row of a missing value.
    public static let missingRow: Int32 = 0
    /// The embedding row of a value that is not in the vocabulary.
    public static let outOfVocabularyRow: Int32 = 1
    /// The embedding row of the first value.
    public static let firstValueRow: Int32 = 2

    /// All values' bytes, one after the other.
    public let bytes: [UInt8]
    /// Where each value starts in `bytes`, and the end: `count + 1` offsets.
    public let offsets: [Int64]

    private let slots: [Int32]

    /// A vocabulary of distinct values.
    ///
    /// - Throws: `ZooModelError` `.badData` where the offsets do not cut `bytes` up exactly, or a value comes twice.
    public init(bytes: [UInt8], offsets: [Int64]) throws {
        guard offsets.first == 0, offsets.last == Int64(bytes.count), offsets.count - 1 <= Int(Int32.max) / 4,
            zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
        else {
            throw ZooModelError(.badData, "a vocabulary's offsets do not cut its bytes up from first to last")
        }
        self.bytes = bytes
        self.offsets = offsets
        slots = try Vocabulary.index(bytes: bytes, offsets: offsets)
    }

    /// A vocabulary of distinct strings, in the order given.
    ///
    /// - Throws: `ZooModelError` `.badData` where a value comes twice.
    public init(_ values: [String]) throws {
        var bytes: [UInt8] = []
        var offsets: [Int64] = [0]
        for value in values {
            bytes.append(contentsOf: value.utf8)
            offsets.append(Int64(bytes.count))
        }
        try self.init(bytes: bytes, offsets: offsets)
    }

    /// How many values there are.
    public var count: Int { offsets.count - 1 }

    /// How many embedding rows the feature needs: the values and the two special rows.
    public var rows: Int { count + Int(Vocabulary.firstValueRow) }

    /// The value of an embedding row from 2, decoded as UTF-8 (with replacement characters where it is not).
    public func value(at row: Int) -> String {
        let index = row - Int(Vocabulary.firstValueRow)
        return String(decoding: bytes[Int(offsets[index])..<Int(offsets[index + 1])], as: UTF8.self)
    }

    /// The embedding row of a value given as bytes: `outOfVocabularyRow` where it is unknown.
    public func row(of value: UnsafeBufferPointer<UInt8>) -> Int32 {
        guard count > 0 else { return Vocabulary.outOfVocabularyRow }
        return bytes.withUnsafeBufferPointer { bytes in
            let mask = slots.count - 1
            var position = Int(truncatingIfNeeded: StableHash.hash(value)) & mask
            while slots[position] >= 0 {
                let index = Int(slots[position])
                let start = Int(offsets[index])
                let candidate = UnsafeBufferPointer(rebasing: bytes[start..<Int(offsets[index + 1])])
                if candidate.count == value.count, candidate.elementsEqual(value) {
                    return Int32(index) + Vocabulary.firstValueRow
                }
                position = (position + 1) & mask
            }
            return Vocabulary.outOfVocabularyRow
        }
    }

    /// The embedding row of a string.
    public func row(of value: String) -> Int32 {
        var value = value
        return value.withUTF8 { row(of: $0) }
    }

    /// An open-addressing table, at most half full, of value indices; -1 is an empty slot.
    private static func index(bytes: [UInt8], offsets: [Int64]) throws -> [Int32] {
        let count = offsets.count - 1
        var capacity = 2
        while capacity < count * 2 { capacity *= 2 }
        var slots = [Int32](repeating: -1, count: capacity)
        try bytes.withUnsafeBufferPointer { bytes in
            for index in 0..<count {
                let value = UnsafeBufferPointer(rebasing: bytes[Int(offsets[index])..<Int(offsets[index + 1])])
                var position = Int(truncatingIfNeeded: StableHash.hash(value)) & (capacity - 1)
                while slots[position] >= 0 {
                    let other = Int(slots[position])
                    let start = Int(offsets[other])
                    let candidate = UnsafeBufferPointer(rebasing: bytes[start..<Int(offsets[other + 1])])
                    if candidate.elementsEqual(value) {
                        let text = String(decoding: value, as: UTF8.self)
                        throw ZooModelError(.badData, "a vocabulary has the value '\(text)' twice")
                    }
                    position = (position + 1) & (capacity - 1)
                }
                slots[position] = Int32(index)
            }
        }
        return slots
    }
}

extension Vocabulary: Hashable {
    /// Equal where the values and their order are; the index follows from them.
    public static func == (lhs: Vocabulary, rhs: Vocabulary) -> Bool {
        lhs.offsets == rhs.offsets && lhs.bytes == rhs.bytes
    }

    /// Hashes the values.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(offsets)
        hasher.combine(bytes)
    }
}
