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
