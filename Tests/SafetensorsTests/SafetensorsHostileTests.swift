import Safetensors
import TestSupport
import Testing

/// Every way to lie in a safetensors file is an error that names the file, never a trap.
@Suite struct SafetensorsHostileTests {
    struct Attack: CustomTestStringConvertible, Sendable {
        let name: String
        let file: [UInt8]
        let reason: String
        var testDescription: String { name }

        init(_ name: String, header: String, data: Int = 0, length: UInt64? = nil, reason: String) {
            self.init(name, header: Array(header.utf8), data: data, length: length, reason: reason)
        }

        init(_ name: String, header: [UInt8], data: Int = 0, length: UInt64? = nil, reason: String) {
            self.name = name
            self.reason = reason
            let size = withUnsafeBytes(of: (length ?? UInt64(header.count)).littleEndian) { [UInt8]($0) }
            file = size + header + [UInt8](repeating: 0, count: data)
        }
    }

    static func tensor(_ type: String, _ shape: String, _ offsets: String) -> String {
        #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
    }

    static let attacks: [Attack] = [
        Attack("header past the file", header: "{}", length: 1000, reason: "truncated"),
        Attack("header past the limit", header: "{}", length: 100_000_001, reason: "at most 100000000"),
        Attack("header length of all ones", header: "{}", length: .max, reason: "at most"),
        Attack("header length that wraps as signed", header: "{}", length: 1 << 63, reason: "at most"),
        Attack("empty header", header: "", reason: "begin with '{'"),
        Attack("first byte a space", header: " {}", reason: "begin with '{'"),
        Attack("an array", header: "[]", reason: "begin with '{'"),
        Attack("cut JSON", header: #"{"a":{"dtype":"F32""#, reason: "ends where"),
        Attack("two documents", header: "{}{}", reason: "after the document"),
        Attack(
            "duplicate tensor",
            header: "{\"a\":\(tensor("U8", "[1]", "[0,1]")),\"a\":\(tensor("U8", "[1]", "[0,1]"))}",
            data: 1,
            reason: "duplicate key"
        ),
        Attack(
            "duplicate behind an escape",
            header: "{\"a\":\(tensor("U8", "[1]", "[0,1]")),\"\\u0061\":\(tensor("U8", "[1]", "[0,1]"))}",
            data: 1,
            reason: "duplicate key"
        ),
        Attack(
            "duplicate dtype",
            header: #"{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}"#,
            data: 1,
            reason: "duplicate key"
        ),
        Attack(
            "unknown type",
            header: "{\"a\":\(tensor("PICKLE", "[1]", "[0,1]"))}",
            data: 1,
            reason: "unknown element type"
        ),
        Attack("no shape", header: #"{"a":{"dtype":"U8","data_offsets":[0,1]}}"#, data: 1, reason: "missing"),
        Attack(
            "unknown key",
            header: #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"url":"x"}}"#,
            data: 1,
            reason: "unknown key"
        ),
        Attack("hole at the start", header: "{\"a\":\(tensor("U8", "[1]", "[1,2]"))}", data: 2, reason: "hole"),
        Attack(
            "hole between",
            header: "{\"a\":\(tensor("U8", "[1]", "[0,1]")),\"b\":\(tensor("U8", "[1]", "[2,3]"))}",
            data: 3,
            reason: "hole"
        ),
        Attack(
            "overlap",
            header: "{\"a\":\(tensor("U8", "[2]", "[0,2]")),\"b\":\(tensor("U8", "[2]", "[1,3]"))}",
            data: 3,
            reason: "overlaps"
        ),
        Attack(
            "same bytes twice",
            header: "{\"a\":\(tensor("U8", "[2]", "[0,2]")),\"b\":\(tensor("U8", "[2]", "[0,2]"))}",
            data: 2,
            reason: "overlaps"
        ),
        Attack(
            "trailing byte",
            header: "{\"a\":\(tensor("U8", "[1]", "[0,1]"))}",
            data: 2,
            reason: "after the last tensor"
        ),
        Attack("data without tensors", header: "{}", data: 4, reason: "after the last tensor"),
        Attack("data cut", header: "{\"a\":\(tensor("F32", "[4]", "[0,16]"))}", data: 15, reason: "truncated"),
        Attack(
            "shape larger than its bytes",
            header: "{\"a\":\(tensor("F32", "[5]", "[0,16]"))}",
            data: 16,
            reason: "does not take"
        ),
        Attack(
            "shape that overflows",
            header: "{\"a\":\(tensor("F32", "[4294967296,4294967296,4]", "[0,16]"))}",
            data: 16,
            reason: "does not take"
        ),
        Attack(
            "shape that wraps to its bytes",
            header: "{\"a\":\(tensor("U8", "[4611686018427387905,4]", "[0,4]"))}",
            data: 4,
            reason: "does not take"
        ),
        Attack(
            "negative size",
            header: "{\"a\":\(tensor("U8", "[-1,-4]", "[0,4]"))}",
            data: 4,
            reason: "does not take"
        ),
        Attack(
            "size past 64 bits",
            header: "{\"a\":\(tensor("U8", "[18446744073709551616]", "[0,0]"))}",
            reason: "64-bit"
        ),
        Attack("fraction", header: "{\"a\":\(tensor("U8", "[1.0]", "[0,1]"))}", data: 1, reason: "64-bit"),
        Attack("offsets backwards", header: "{\"a\":\(tensor("U8", "[1]", "[1,0]"))}", data: 1, reason: "no range"),
        Attack("negative offset", header: "{\"a\":\(tensor("U8", "[2]", "[-1,1]"))}", data: 1, reason: "no range"),
        Attack("three offsets", header: "{\"a\":\(tensor("U8", "[1]", "[0,1,2]"))}", data: 1, reason: "missing"),
        Attack("metadata that is no text", header: #"{"__metadata__":{"a":1}}"#, reason: "string"),
        Attack(
            "nested without end",
            header: #"{"a":"# + String(repeating: "[", count: 5000),
            reason: "expected an object"
        ),
        Attack("deep shape", header: #"{"a":{"shape":"# + String(repeating: "[", count: 5000), reason: "digit"),
        Attack("invalid UTF-8", header: Array("{\"".utf8) + [0xff, 0xfe] + Array("\":{}}".utf8), reason: "UTF-8"),
        Attack("control character", header: "{\"a\u{1}\":{}}", reason: "control character"),
        Attack("a pickle", header: [0x80, 0x04, 0x95] + Array("cposix\nsystem\n".utf8), reason: "begin with '{'"),
        Attack("lone surrogate", header: #"{"\ud800":{}}"#, reason: "surrogate"),
    ]

    @Test(arguments: attacks) func attackIsRefused(_ attack: Attack) throws {
        let directory = TemporaryDirectory()
        let path = try directory.write(attack.file, to: "evil.safetensors")
        let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: path) }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains(path) == true)
        #expect(error?.message.contains(attack.reason) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: 0..<8) func filesShorterThanTheLengthAreRefused(count: Int) throws {
        let directory = TemporaryDirectory()
        let path = try directory.write([UInt8](repeating: 0, count: count), to: "short")
        #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: path) }
    }

    @Test func manyTensorsWithADuplicateAtTheEnd() throws {
        let directory = TemporaryDirectory()
        let entries = (0..<2000).map { "\"t\($0)\":\(Self.tensor("U8", "[0]", "[0,0]"))" } + ["\"t7\":{}"]
        let attack = Attack("many", header: "{" + entries.joined(separator: ",") + "}", reason: "")
        let path = try directory.write(attack.file, to: "many")
        let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: path) }
        #expect(error?.message.contains("duplicate key \"t7\"") == true)
    }
}
