import ZooJSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `Codable` documents to and from canonical JSON, strict on the way in.
package enum DocumentJSON {
    /// The canonical bytes of a document: the same value gives the same bytes whatever the version of Foundation.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) for numbers that JSON cannot hold.
    package static func encode(_ value: some Encodable, what: String) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        do {
            return JSONWriter.canonical(try JSONValue(parsing: [UInt8](encoder.encode(value))))
        } catch EncodingError.invalidValue(let value, let context) {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw RegistryError(.invalid, "\(what): \(path) is \(value), which JSON cannot hold")
        }
    }

    /// Reads a document; refuses duplicate keys, invalid UTF-8 and trailing bytes, which `JSONDecoder` lets through.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) naming the document and the member.
    package static func decode<Document: Decodable>(_ type: Document.Type, from bytes: [UInt8], what: String) throws
        -> Document
    {
        do {
            _ = try JSONValue(parsing: bytes)
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw RegistryError(.invalid, "\(what): \(describe(error))")
        } catch let error as JSONError {
            throw RegistryError(.invalid, "\(what): not valid JSON: \(error)")
        }
    }

    private static func describe(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context): "\(place(context.codingPath))\"\(key.stringValue)\" is missing"
        case .typeMismatch(let type, let context): "\(place(context.codingPath))is no \(name(type))"
        case .valueNotFound(let type, let context): "\(place(context.codingPath))is null instead of \(name(type))"
        case .dataCorrupted(let context): "\(place(context.codingPath))\(context.debugDescription)"
        @unknown default: "\(error)"
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "" : path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".") + " "
    }

    private static func name(_ type: any Any.Type) -> String {
        switch type {
        case is String.Type: "text"
        case is Int.Type, is UInt64.Type: "whole number"
        case is Double.Type: "number"
        case is any Collection.Type: "list or object"
        default: "\(type)"
        }
    }
}
