#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Output {
    /// Prints a document as indented JSON with sorted keys, safe for a terminal.
    package static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        try write(bytes: escapingC1([UInt8](encoder.encode(value))) + [UInt8(ascii: "\n")])
    }

    /// JSON leaves U+0080…U+009F as they are, and some terminals obey them.
    private static func escapingC1(_ json: [UInt8]) -> [UInt8] {
        let hasC1 = zip(json, json.dropFirst()).contains { $0 == 0xC2 && (0x80..<0xA0).contains($1) }
        guard hasC1 else {
            return json
        }
        var result: [UInt8] = []
        result.reserveCapacity(json.count + 64)
        var index = 0
        while index < json.count {
            if json[index] == 0xC2, index + 1 < json.count, (0x80..<0xA0).contains(json[index + 1]) {
                result += Array("\\u00\(String(json[index + 1], radix: 16))".utf8)
                index += 2
            } else {
                result.append(json[index])
                index += 1
            }
        }
        return result
    }
}
