import FoundationEssentials
import ZooJSON

/// JSON whose bytes depend on the value alone, for content that is named by its digest.
public enum CanonicalJSON {
    /// Encodes a value: members sorted by the bytes of their keys, no space, slashes as they are.
    ///
    /// - Throws: `EncodingError`.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        // Foundation's own key order and escapes may change between versions: only its values are used.
        return JSONWriter.canonical(try JSONValue(parsing: Array(try encoder.encode(value))))
    }

    /// Decodes a value, refusing duplicate keys and other ambiguity first.
    ///
    /// - Throws: ``OCIError`` naming `what`.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8], what: String) throws -> Value {
        do {
            _ = try JSONValue(parsing: bytes)
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw OCIError(.invalid, "\(what) is not valid", cause: error)
        }
    }
}
