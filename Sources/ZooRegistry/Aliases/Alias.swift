import OCI

/// A name for the model that plays a part, `NAME@prod`, which moves from model to model.
///
/// Told from a digest, `NAME@sha256:…`, by the colon that digests have. An alias is an entry of the store's index like
/// a tag, so its moves are in the log of tags and its model is kept.
public struct Alias: Hashable, Sendable, CustomStringConvertible {
    static let labelLimit = 64

    /// The model's name, without a tag.
    public let name: String
    /// The part that it plays: `prod`, `staging`.
    public let label: String

    /// Reads `NAME@LABEL`; nil for what has no `@`, or a digest after it.
    ///
    /// - Throws: ``RegistryError`` (`usage`) for a name or a label that cannot be.
    public init?(_ text: String) throws {
        guard let at = text.firstIndex(of: "@") else { return nil }
        let (name, label) = (String(text[..<at]), String(text[text.index(after: at)...]))
        guard !label.contains(":"), !name.isEmpty else { return nil }
        guard Self.isLabel(label) else {
            throw RegistryError(
                .usage,
                "\(text): an alias is lower-case letters, digits, '.', '_' and '-', begun by a letter: NAME@prod"
            )
        }
        do {
            let reference = try Reference(name)
            guard reference.registry == nil else { return nil }
            guard reference.tag == nil else {
                throw RegistryError(
                    .usage,
                    "\(text): an alias belongs to a name, not to a tag: \(reference.name)@\(label)"
                )
            }
        } catch let error as OCIError {
            throw RegistryError(.usage, error.message)
        }
        self.name = name
        self.label = label
    }

    /// Whether an index lists an alias under that name, not a tag.
    static func isAlias(_ name: String) -> Bool { name.utf8.contains(UInt8(ascii: "@")) }

    /// `NAME@LABEL`, also the name under which the index lists it.
    public var description: String { "\(name)@\(label)" }

    private static func isLabel(_ text: String) -> Bool {
        guard let first = text.utf8.first, (97...122).contains(first), text.utf8.count <= labelLimit else {
            return false
        }
        return text.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
                || $0 == UInt8(ascii: "-")
        }
    }
}
