/// One block of a PEM file (RFC 7468), read forgivingly: text around it, blocks of other kinds, any line length.
struct PEMBlock: Equatable {
    /// Keys are a few hundred bytes; a file past this is none.
    static let byteLimit = 64 << 10

    /// `PUBLIC KEY`, `PRIVATE KEY`, …
    let label: String
    /// Whether a header says that the content is encrypted, as in OpenSSL's older form of private keys (RFC 1421).
    let isEncrypted: Bool
    /// The block with lines of 64 characters, as strict parsers want it.
    let text: String

    /// Every block of a file; `what` names it in errors.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) for a block that does not end or holds no base64.
    static func blocks(in bytes: [UInt8], what: String) throws -> [PEMBlock] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw RegistryError(.invalid, "\(what) is not text: a key is a PEM file")
        }
        var blocks: [PEMBlock] = []
        var label: String?
        var body = ""
        var isEncrypted = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingSpaces
            if let open = label {
                if line == "-----END \(open)-----" {
                    blocks.append(PEMBlock(label: open, isEncrypted: isEncrypted, text: wrapped(body, label: open)))
                    label = nil
                } else if line.hasPrefix("Proc-Type:") {
                    isEncrypted = line.hasSuffix("ENCRYPTED")
                } else {
                    body += line
                }
            } else if line.hasPrefix("-----BEGIN "), line.hasSuffix("-----"), line.count > 16 {
                label = String(line.dropFirst(11).dropLast(5))
                body = ""
                isEncrypted = false
            }
        }
        guard label == nil else {
            throw RegistryError(.invalid, "\(what): the PEM block \"\(label ?? "")\" does not end")
        }
        return blocks
    }

    private static func wrapped(_ body: String, label: String) -> String {
        var lines = ["-----BEGIN \(label)-----"]
        var rest = body[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        lines.append("-----END \(label)-----")
        return lines.joined(separator: "\n")
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
