import Testing
import ZooJSON

@Suite struct JSONTests {
    @Test(arguments: [
        (#"{"b":[1,-2.50e+3,true,false,null],"a":"x/y"}"#, #"{"a":"x/y","b":[1,-2.50e+3,true,false,null]}"#),
        (" \t\r\n{ } ", "{}"),
        (#""\u00e9\ud83d\ude00\n\/\b""#, "\"é😀\\n/\\b\""),
        (#"{"é":1,"z":2,"Z":3,"10":4,"9":5}"#, #"{"10":4,"9":5,"Z":3,"z":2,"é":1}"#),
        (#""\u0001\u001f""#, #""\u0001\u001f""#),
        ("0", "0"), ("[]", "[]"), ("[[],{}]", "[[],{}]"),
    ])
    func canonicalForm(text: String, canonical: String) throws {
        let value = try JSONValue(parsing: Array(text.utf8))
        #expect(String(decoding: JSONWriter.canonical(value), as: UTF8.self) == canonical)
        #expect(try JSONValue(parsing: JSONWriter.canonical(value)) == value)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "+1", "1e", "-", "nul", "truee", "[1 2]",
        "\"", "\"\\x\"", "\"\\u12g4\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "{\"a\":1,\"a\":2}", "[]]", "\"a\nb\"",
        "NaN", "Infinity", "'a'", "/**/1", "\u{feff}1", "{\"a\" 1}", "\"\\",
    ])
    func brokenTextIsRefused(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    /// Strings are scanned eight bytes at a time: every byte that matters, at every place of the eight.
    @Test(arguments: 0..<20) func everyPlaceOfAStringIsRead(_ place: Int) throws {
        let before = String(repeating: "a", count: place)
        for after in ["", "b", String(repeating: "b", count: 17)] {
            for (text, value) in [
                ("é", "é"), ("\\n", "\n"), ("\\\"", "\""), ("\\u00e9", "é"), ("~ ", "~ "), ("\u{7f}", "\u{7f}"),
            ] {
                let parsed = try JSONValue(parsing: Array("[\"\(before)\(text)\(after)\"]".utf8))
                #expect(parsed == .array([.string(before + value + after)]))
            }
            for bad: [UInt8] in [[0x1f], [0], [0x0a], [0xff], [0xc3], [0xed, 0xa0, 0x80], [0x5c, 0x80]] {
                let bytes = Array("[\"\(before)".utf8) + bad + Array("\(after)\"]".utf8)
                #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
            }
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array("\"\(before)\(after)".utf8)) }
        }
    }

    @Test func repeatedStringsStayThemselves() throws {
        let texts = (0..<500).map {
            "\(String(repeating: "x", count: 16 + $0 % 7))-\($0 % 40)-\(String(repeating: "y", count: $0 % 5))"
        }
        let json = "[" + texts.map { "{\"\($0)\":\"\($0)\"}" }.joined(separator: ",") + "]"
        let value = try JSONValue(parsing: Array(json.utf8))
        #expect(value == .array(texts.map { .object([$0: .string($0)]) }))
    }

    @Test(arguments: [2, 23, 24, 25, 100])
    func aDuplicateKeyIsFoundAmongMany(_ count: Int) {
        let keys = (0..<count).map { "\"key number \($0)\":1" }
        for again in ["\"key number 0\":2", "\"key number \(count - 1)\":2", "\"\\u006bey number 1\":2"] {
            let text = "{" + (keys + [again]).joined(separator: ",") + "}"
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
        }
        let escaped = "{\"\\u0061\":1," + keys.joined(separator: ",") + ",\"a\":2}"
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array(escaped.utf8)) }
        #expect(throws: Never.self) {
            try JSONValue(parsing: Array(("{" + keys.joined(separator: ",") + ",\"é\":{\"key number 0\":1}}").utf8))
        }
    }

    @Test func nestingIsBounded() {
        let open = { (count: Int) in Array(String(repeating: "[", count: count).utf8) }
        let close = { (count: Int) in Array(String(repeating: "]", count: count).utf8) }
        #expect(throws: Never.self) { try JSONValue(parsing: open(64) + close(64)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: open(65) + close(65)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: open(1_000_000)) }
    }

    @Test func integersAreExactOrRefused() throws {
        #expect(try integer("9223372036854775807") == .max)
        #expect(try integer("-9223372036854775808") == .min)
        for text in ["9223372036854775808", "1.0", "1e3", "\"1\""] {
            #expect(throws: JSONError.self) { try integer(text) }
        }
    }

    private func integer(_ text: String) throws -> Int {
        try Array(text.utf8).withUnsafeBytes { try JSONReader.parse($0) { try $0.integer() } }
    }
}
