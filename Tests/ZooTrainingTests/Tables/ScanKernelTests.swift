import CKernels
import Testing

/// The kernels give the same on every instruction set.
@Suite struct ScanKernelTests {
    private struct Scan: Equatable {
        var terminators: [UInt32]
        var newlines: Int
        var open: UInt32?
        var hasQuotes: Bool
    }

    private func scan(
        _ text: [UInt8],
        _ separator: [UInt8],
        quote: Int32,
        trims: Int32,
        on instructions: String
    ) -> Scan {
        let start = 64
        let padded = [UInt8](repeating: 0x0a, count: start) + text + [UInt8](repeating: 0x2c, count: 64)
        var terminators = [UInt32](repeating: 0, count: text.count + 16)
        return separator.withUnsafeBufferPointer { separator in
            var dialect = zoo_dialect(
                separator: separator.baseAddress,
                separator_length: separator.count,
                quote: quote,
                trims: trims
            )
            let end = start + text.count
            let found = zoo_scan_fields_on(instructions, padded, start, end, &dialect, &terminators)
            if found.is_ascii != 0 { #expect(text.allSatisfy { (1..<0x80).contains($0) }) }
            return Scan(
                terminators: Array(terminators.prefix(found.count)),
                newlines: found.newlines,
                open: found.is_open != 0 ? found.open_position : nil,
                hasQuotes: found.has_quotes != 0
            )
        }
    }

    @Test(arguments: [",", "::"], [Int32(0x22), -1]) func scansAgree(_ separator: String, _ quote: Int32) {
        var random = TestRandom(state: 31)
        let all = Array("\",:\n\r a".utf8) + [0x00, 0xe9]
        let lengths = [0, 1, 62, 63, 64, 65, 127, 128, 129, 200, 4095, 4096, 4097, 5000]
        for round in 0..<600 {
            // Sometimes rich in marks, sometimes poor, sometimes without quotes.
            let alphabet = round % 3 == 0 ? Array(all.dropFirst()) : all
            let plain = Int(random.next() % 20)
            let length = lengths.randomElement(using: &random) ?? 0
            let text = (0..<length).map { _ in
                Int(random.next() % 20) < plain ? UInt8(ascii: "x") : alphabet.randomElement(using: &random) ?? 0
            }
            let trims = Int32(random.next() % 2)
            let expected = scan(text, Array(separator.utf8), quote: quote, trims: trims, on: "generic")
            for instructions in ["avx2", "avx512"] {
                let found = scan(text, Array(separator.utf8), quote: quote, trims: trims, on: instructions)
                #expect(found == expected)
            }
            if quote < 0 || !text.contains(UInt8(quote)), separator == "," {
                let marks = text.indices.filter { [0x2c, 0x0a].contains(text[$0]) }.map { UInt32($0 + 64) }
                #expect(expected.terminators == marks)
                #expect(expected.hasQuotes == false)
            }
        }
    }

    @Test(arguments: ["generic", "avx2"]) func dictionariesNumberValuesAsTheyCome(_ instructions: String) {
        var random = TestRandom(state: 32)
        let table = zoo_dictionary_create()
        defer { zoo_dictionary_destroy(table) }
        for round in 0..<40 {
            zoo_dictionary_clear(table)
            // Values that differ in one byte somewhere, of lengths around those that are compared at once.
            let base = (0..<200).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var known: [[UInt8]: Int32] = [:]
            for _ in 0..<20 {
                let values = (0..<Int.random(in: 1...300, using: &random)).map { _ -> [UInt8] in
                    let length = [0, 1, 2, 8, 16, 31, 32, 33, 40, 63, 64, 65, 66, 100, 200].randomElement(
                        using: &random
                    )
                    var value = Array(base.prefix(length ?? 0))
                    if !value.isEmpty, random.next() % 3 > 0 {
                        let place = Int(random.next() % UInt64(value.count))
                        value[place] = UInt8(truncatingIfNeeded: random.next() % (round % 2 == 0 ? 4 : 256))
                    }
                    return value
                }
                let expected = values.map { value -> Int32 in
                    let code = known[value] ?? Int32(known.count)
                    known[value] = code
                    return code
                }
                #expect(encode(values, table, instructions) == expected)
            }
            #expect(zoo_dictionary_count(table) == known.count)
        }
    }

    private func encode(_ values: [[UInt8]], _ table: OpaquePointer?, _ instructions: String) -> [Int32] {
        // One after the other, so that a cell is followed by the next one's bytes.
        let text = values.flatMap(\.self) + [UInt8](repeating: 0xaa, count: 32)
        return text.withUnsafeBufferPointer { text in
            var next = 0
            var cells: [UnsafePointer<UInt8>?] = []
            for value in values {
                cells.append(text.baseAddress! + next)
                next += value.count
            }
            var codes = [Int32](repeating: -7, count: values.count)
            let lengths = values.map { UInt32($0.count) }
            zoo_dictionary_encode_on(instructions, table, cells, lengths, values.count, &codes)
            return codes
        }
    }

    @Test(arguments: [1, 254, 255, 65_534, 65_535, 1 << 30] as [Int32]) func codesSurvivePacking(_ largest: Int32) {
        var random = TestRandom(state: 33)
        let codes = [-1, 0, largest] + (0..<200).map { _ in Int32(random.next() % UInt64(largest + 1)) }
        let width = zoo_packed_width(largest)
        var packed = [UInt8](repeating: 0, count: codes.count * width)
        var found = [Int32](repeating: 0, count: codes.count)
        zoo_pack_codes(codes, codes.count, nil, width, &packed)
        zoo_unpack_codes(packed, codes.count, width, &found)
        #expect(found == codes)
        let map: [Int32] = [5, -1, 3]
        zoo_pack_codes([2, 0, 1, 1], 4, map, 1, &packed)
        zoo_unpack_codes(packed, 4, 1, &found)
        #expect(found.prefix(4) == [3, 5, -1, -1])
    }
}
