import Testing
import ZooModel

@Suite struct VocabularyTests {
    @Test func findsEveryValueAndNoOther() throws {
        let values = (0..<2_000).map { "value \($0 * 7)" } + ["", "é", "日本"]
        let vocabulary = try Vocabulary(values)
        #expect(vocabulary.rows == values.count + 2)
        for (index, value) in values.enumerated() {
            #expect(vocabulary.row(of: value) == Int32(index) + 2)
            #expect(vocabulary.value(at: index + 2) == value)
        }
        #expect(vocabulary.row(of: "value 1") == Vocabulary.outOfVocabularyRow)
        // The same letter, composed otherwise: other bytes, another value.
        #expect(vocabulary.row(of: "e\u{301}") == Vocabulary.outOfVocabularyRow)
    }

    @Test func anEmptyOneKnowsNothing() throws {
        let vocabulary = try Vocabulary([])
        #expect(vocabulary.rows == 2)
        #expect(vocabulary.row(of: "x") == Vocabulary.outOfVocabularyRow)
    }

    @Test func refusesDuplicates() {
        let error = #expect(throws: ZooModelError.self) { try Vocabulary(["a", "b", "a"]) }
        #expect(error?.message.contains("'a' twice") == true)
    }

    @Test(arguments: [[], [0], [0, 3], [1, 2], [0, 2, 1, 2], [0, 5]] as [[Int64]])
    func refusesOffsetsThatDoNotFit(offsets: [Int64]) {
        #expect(throws: ZooModelError.self) { try Vocabulary(bytes: [97, 98], offsets: offsets) }
    }

    /// Models store what the hash decided, so it must never change. The values are those of a Python version.
    @Test(
        arguments: [
            ("", 0x770f1af183f1592b),
            ("a", 0x4a7fff24165be4f5),
            ("u12345", 0xb94d4982483e686e),
            ("exactly8", 0xc0efde09f55e1cd9),
            ("a longer value of more than eight bytes", 0xc9e28e97e1666f2a),
        ] as [(String, UInt64)]
    )
    func hashIsStable(text: String, hash: UInt64) {
        let bytes = Array(text.utf8)
        #expect(bytes.withUnsafeBufferPointer { StableHash.hash($0) } == hash)
        for buckets in [1, 2, 3, 1_000] {
            #expect((0..<buckets).contains(bytes.withUnsafeBufferPointer { StableHash.bucket($0, of: buckets) }))
        }
    }
}
