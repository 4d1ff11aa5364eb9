/// What a `WWW-Authenticate` header asks for (RFC 9110, section 11.6.1).
package struct Challenge: Hashable, Sendable {
    /// The scheme in lower case: "basic", "bearer".
    package let scheme: String
    /// Parameters by lower-case name; of a repeated one the first counts.
    package let parameters: [String: String]

    package init(scheme: String, parameters: [String: String]) {
        self.scheme = scheme
        self.parameters = parameters
    }

    /// Every challenge of the header's values: several in one value or in several, parameters quoted or not.
    package static func parse(_ values: [String]) -> [Challenge] {
        values.flatMap { value in
            var scanner = Scanner(bytes: Array(value.utf8))
            return scanner.challenges()
        }
    }

    /// Reads one header value from left to right.
    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        mutating func challenges() -> [Challenge] {
            var found: [(scheme: String, parameters: [String: String])] = []
            while position < bytes.count {
                skip { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ",") }
                let word = token()
                guard !word.isEmpty else {
                    // Nothing that the grammar knows: go on behind it rather than give up.
                    position += 1
                    continue
                }
                let mark = position
                skip { $0 == 0x20 || $0 == 0x09 }
                if position < bytes.count, bytes[position] == UInt8(ascii: "="), !found.isEmpty {
                    position += 1
                    skip { $0 == 0x20 || $0 == 0x09 }
                    let name = word.lowercased()
                    let text = value()
                    if found[found.count - 1].parameters[name] == nil {
                        found[found.count - 1].parameters[name] = text
                    }
                } else {
                    position = mark
                    found.append((word.lowercased(), [:]))
                }
            }
            return found.map { Challenge(scheme: $0.scheme, parameters: $0.parameters) }
        }

        private mutating func value() -> String {
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                // Unquoted, though it may hold what a token may not: it ends at a comma or a space.
                let start = position
                skip { $0 != UInt8(ascii: ",") && $0 != 0x20 && $0 != 0x09 }
                return String(decoding: bytes[start..<position], as: UTF8.self)
            }
            position += 1
            var text: [UInt8] = []
            while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
                text.append(bytes[position])
                position += 1
            }
            position += 1
            return String(decoding: text, as: UTF8.self)
        }

        private mutating func token() -> String {
            let start = position
            skip { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }

        private mutating func skip(while condition: (UInt8) -> Bool) {
            while position < bytes.count, condition(bytes[position]) { position += 1 }
        }
    }
}
