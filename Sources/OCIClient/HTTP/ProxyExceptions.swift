import Glibc

/// Hosts that no proxy is used for, as `NO_PROXY` lists them: `*`, names with all names below them, addresses, networks.
struct ProxyExceptions: Hashable, Sendable {
    private enum Entry: Hashable, Sendable {
        case all
        case name(String, port: Int?)
        /// The first bits of an address.
        case network([UInt8], bits: Int)
    }

    private let entries: [Entry]

    /// Reads a list separated by commas or spaces; what is neither name nor address matches nothing.
    init(_ text: String) {
        entries = text.split { $0 == "," || $0.isWhitespace }.compactMap { Self.entry($0.lowercased()) }
    }

    /// Whether a host is listed.
    func contain(_ host: String, port: Int) -> Bool {
        let host = Self.bare(host)
        let address = Self.bytes(host)
        return entries.contains { entry in
            switch entry {
            case .all: true
            case .network(let network, let bits): address.map { Self.share($0, network, bits) } ?? false
            case .name(let name, let listed):
                address == nil && (listed ?? port) == port && (host == name || host.hasSuffix(".\(name)"))
            }
        }
    }

    private static func entry(_ text: String) -> Entry? {
        if text == "*" { return .all }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if let bytes = bytes(bare(String(parts[0]))) {
            let bits = parts.count == 1 ? bytes.count * 8 : Int(parts[1]) ?? -1
            return parts.count <= 2 && (0...bytes.count * 8).contains(bits) ? .network(bytes, bits: bits) : nil
        }
        let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
        let port = pieces.count == 2 ? Int(pieces[1]) : nil
        guard pieces.count == 1 || port != nil else { return nil }
        let name = bare(String(pieces[0].drop { $0 == "." || $0 == "*" }))
        return name.isEmpty ? nil : .name(name, port: port)
    }

    /// A host without the brackets of an IPv6 address and without the root's dot.
    private static func bare(_ host: String) -> String {
        if host.hasPrefix("["), host.hasSuffix("]") { return String(host.dropFirst().dropLast()) }
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }

    /// The bytes of an IPv4 or IPv6 address in text.
    private static func bytes(_ text: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }

    private static func share(_ one: [UInt8], _ other: [UInt8], _ bits: Int) -> Bool {
        guard one.count == other.count else { return false }
        return zip(one, other).enumerated().allSatisfy { index, bytes in
            let rest = min(8, max(0, bits - index * 8))
            return (bytes.0 ^ bytes.1) >> (8 - rest) == 0
        }
    }
}
