/// What names an artifact: `[registry/]name[:tag][@digest]`, read as docker reads it.
public struct Reference: Hashable, Sendable, CustomStringConvertible {
    /// Host and port of a registry, if the reference names one.
    public let registry: String?
    /// Path of the repository, lower case, without the registry.
    public let name: String
    /// The tag, if given.
    public let tag: String?
    /// The digest, if given; it decides where both are.
    public let digest: Digest?

    /// The tag that a reference without tag and digest means.
    public static let defaultTag = "latest"
    static let nameLimit = 255
    static let tagLimit = 128

    /// Parses a reference.
    ///
    /// The part before the first slash is a registry if it has a dot or a colon, or is `localhost`.
    /// - Throws: ``OCIError`` that says which part is wrong.
    public init(_ text: String) throws {
        func fail(_ why: String) -> OCIError { OCIError(.invalid, "not a reference: \"\(text.prefix(300))\": \(why)") }
        guard !text.contains("://") else { throw fail("it begins with the registry's name, not with https://") }
        var rest = Substring(text)
        if let at = rest.firstIndex(of: "@") {
            digest = try Digest(String(rest[rest.index(after: at)...]))
            rest = rest[..<at]
        } else {
            digest = nil
        }
        let slash = rest.firstIndex(of: "/")
        if let slash, Self.isRegistry(rest[..<slash]) {
            registry = String(rest[..<slash])
            rest = rest[rest.index(after: slash)...]
        } else {
            registry = nil
        }
        if let colon = rest.firstIndex(of: ":") {
            let tag = rest[rest.index(after: colon)...]
            guard Self.isTag(tag) else {
                throw fail("the tag must be 1 to 128 letters, digits, '_', '.', '-', not begun by '.' or '-'")
            }
            self.tag = String(tag)
            rest = rest[..<colon]
        } else {
            tag = nil
        }
        guard !rest.isEmpty else { throw fail("the name is empty") }
        guard Self.isName(rest) else {
            throw fail("the name must be lower-case letters and digits, joined by '.', '_', '__', '-' or '/'")
        }
        guard (registry?.utf8.count ?? 0) + rest.utf8.count <= Self.nameLimit else {
            throw fail("the name is longer than \(Self.nameLimit) characters")
        }
        name = String(rest)
    }

    /// A reference from its parts, checked.
    public init(registry: String? = nil, name: String, tag: String? = nil, digest: Digest? = nil) throws {
        let text = (registry.map { $0 + "/" } ?? "") + name + (tag.map { ":" + $0 } ?? "")
        let parsed = try Reference(digest.map { "\(text)@\($0)" } ?? text)
        guard parsed.registry == registry, parsed.name == name, parsed.tag == tag else {
            throw OCIError(.invalid, "not a reference: \"\(text)\"")
        }
        self = parsed
    }

    /// `name:tag`, the name under which a store's index lists the artifact; the tag is ``defaultTag`` if none is given.
    public var localName: String { "\(name):\(tag ?? Self.defaultTag)" }

    /// The reference as it is written.
    public var description: String {
        var text = registry.map { $0 + "/" } ?? ""
        text += name
        if let tag { text += ":\(tag)" }
        if let digest { text += "@\(digest)" }
        return text
    }

    private static func isRegistry(_ text: Substring) -> Bool {
        guard text == "localhost" || text.contains(".") || text.contains(":") else { return false }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            guard let port = UInt16(parts[1]), port > 0, parts[1].first != "+" else { return false }
        }
        return parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty && label.utf8.first != UInt8(ascii: "-") && label.utf8.last != UInt8(ascii: "-")
                && label.utf8.allSatisfy { isLower($0) || isUpper($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    static func isTag(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= tagLimit else { return false }
        func isWord(_ byte: UInt8) -> Bool {
            isLower(byte) || isUpper(byte) || isDigit(byte) || byte == UInt8(ascii: "_")
        }
        return isWord(first)
            && text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    /// Path components of letters and digits, joined inside by one dot, one or two underscores, or any number of dashes.
    static func isName(_ text: Substring) -> Bool {
        text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { component in
            var separators: [UInt8] = []
            var hasContent = false
            for byte in component.utf8 {
                if isLower(byte) || isDigit(byte) {
                    guard separators.isEmpty || (hasContent && isSeparator(separators)) else { return false }
                    separators.removeAll(keepingCapacity: true)
                    hasContent = true
                } else {
                    separators.append(byte)
                }
            }
            return hasContent && separators.isEmpty
        }
    }

    private static func isSeparator(_ bytes: [UInt8]) -> Bool {
        bytes == [UInt8(ascii: ".")] || bytes == [UInt8(ascii: "_")]
            || bytes == [UInt8(ascii: "_"), UInt8(ascii: "_")] || bytes.allSatisfy { $0 == UInt8(ascii: "-") }
    }

    private static func isLower(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
    private static func isUpper(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
