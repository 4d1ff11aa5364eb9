import Testing
import ZooModel
import ZooTraining

/// Damaged input must end in a table or an error, never in a trap.
@Suite struct TableMutationTests {
    private static let seeds = [
        "a,b,c\nx|y,1.5,2024-01-02T03:04:05+02:00\n\"q\"\"\n\",7,12\n",
        "{\"a\":\"x\\u00e9\\ud83d\\ude00\",\"b\":1e5,\"c\":[\"p\",null,3],\"d\":{\"k\":[1]}}\n{\"a\":[\"x\"],\"b\":true}\n",
        "a::b::c\n1::2::3\n\n:::::\n",
    ]
    private static let requests = [
        ColumnRequest("a", as: .categorical), ColumnRequest("b", as: .numeric, isRequired: false),
        ColumnRequest("a", as: .bag(separator: "|")), ColumnRequest("c", as: .text, isRequired: false),
        ColumnRequest("c", as: .timestamp(.iso8601), isRequired: false),
    ]

    @Test(arguments: [0, 1, 2]) func mutatedBytes(_ seed: Int) {
        var random = TestRandom(state: UInt64(seed))
        let original = Array(Self.seeds[seed].utf8)
        let marks: [UInt8] = [0x22, 0x2c, 0x0a, 0x0d, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x3a, 0x00, 0xff, 0xc3, 0x2d, 0x65]
        var outcomes = (tables: 0, errors: 0)
        for _ in 0..<6000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
                switch random.next() % 4 {
                case 0: bytes.insert(marks.randomElement(using: &random) ?? 0, at: min(place, bytes.count))
                case 1 where !bytes.isEmpty: bytes.remove(at: place)
                case 2: bytes.append(contentsOf: bytes.prefix(place))
                default: if !bytes.isEmpty { bytes[place] = marks.randomElement(using: &random) ?? 0 }
                }
            }
            var format = seed == 1 ? TableFormat.jsonLines : TableFormat.csv
            if seed == 2 { format.separator = "::" }
            var reader = TableReader(format: format, columns: Self.requests)
            reader.maxBadRows = Int(random.next() % 2) * 100
            reader.chunkBytes = 1 + Int(random.next() % 40)
            reader.threads = 1
            if (try? reader.read(bytes: bytes, name: "m")) != nil { outcomes.tables += 1 } else { outcomes.errors += 1 }
        }
        #expect(outcomes.tables > 20 && outcomes.errors > 20, "\(outcomes)")
    }
}
