import HTTPTypes

/// The parameters of a request's query, in order.
package struct Query {
    private static let limit = 8192
    private let parameters: [(name: String, value: String)]

    /// Reads what follows the question mark.
    ///
    /// - Parameter plusIsSpace: as the forms of a page send it. In the registry's parameters, where no space has a
    ///   place, a plus is one: clients write `artifactType=application/vnd.in-toto+json` as it stands.
    /// - Throws: ``RegistryFault`` if it is too long or not percent-encoded UTF-8.
    package init(_ text: Substring, plusIsSpace: Bool) throws {
        guard text.utf8.count <= Self.limit else {
            throw RegistryFault(.uriTooLong, .unsupported, "the query is longer than \(Self.limit) characters")
        }
        parameters = try text.split(separator: "&").map { part in
            let equals = part.firstIndex(of: "=") ?? part.endIndex
            let value = equals < part.endIndex ? part[part.index(after: equals)...] : ""
            guard let name = PercentEncoding.decode(part[..<equals], plusIsSpace: plusIsSpace),
                let value = PercentEncoding.decode(value, plusIsSpace: plusIsSpace)
            else { throw RegistryFault(.badRequest, .unsupported, "the query is not percent-encoded UTF-8") }
            return (name, value)
        }
    }

    /// The first value of a parameter.
    package subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// Every value of a parameter.
    package func all(_ name: String) -> [String] { parameters.filter { $0.name == name }.map(\.value) }

    /// The number of entries asked for by `n`; nil if none is given.
    var count: Int? {
        get throws {
            guard let text = self["n"] else { return nil }
            guard let count = Int(text), count >= 0 else {
                throw RegistryFault(.badRequest, .paginationInvalid, "n must be a number of entries, 0 or more")
            }
            return count
        }
    }
}
