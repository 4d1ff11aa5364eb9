/// The name of content by its hash, checked to be well formed.
///
/// OCI image specification 1.1, "Digests". Only the two registered algorithms are taken, in lower-case hexadecimal, so
/// that a digest can be a file name.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
    /// The registered hash algorithms.
    public enum Algorithm: String, Sendable, CaseIterable {
        case sha256, sha512

        /// Hexadecimal digits in a digest.
        public var hexCount: Int { self == .sha256 ? 64 : 128 }
    }

    /// The hash algorithm.
    public let algorithm: Algorithm
    /// The hash in lower-case hexadecimal.
    public let hex: String

    /// Checks `sha256:` and 64, or `sha512:` and 128 hexadecimal digits.
    ///
    /// - Throws: ``OCIError``.
    public init(_ text: String) throws {
        var text = text
        guard let digest = text.withUTF8({ Digest($0) }) else {
            throw OCIError(
                .invalid,
                "not a digest: \"\(text.prefix(160))\" (expected sha256: and 64 hexadecimal digits)"
            )
        }
        self = digest
    }

    /// A digest from its text, or nil if it is none.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        for algorithm in Algorithm.allCases {
            let prefix = algorithm.rawValue.utf8
            guard text.count == prefix.count + 1 + algorithm.hexCount, text.starts(with: prefix),
                text[prefix.count] == UInt8(ascii: ":")
            else { continue }
            let hex = UnsafeBufferPointer(rebasing: text[(prefix.count + 1)...])
            guard hex.allSatisfy(Self.isHexadecimal) else { return nil }
            self.algorithm = algorithm
            self.hex = String(decoding: hex, as: UTF8.self)
            return
        }
        return nil
    }

    /// A digest from its parts, or nil if `hex` is not what the algorithm gives.
    public init?(_ algorithm: Algorithm, hex: String) {
        guard hex.utf8.allSatisfy(Self.isHexadecimal), hex.utf8.count == algorithm.hexCount else { return nil }
        self.algorithm = algorithm
        self.hex = hex
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
            || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"))
    }

    init(_ algorithm: Algorithm, bytes: some Sequence<UInt8>) {
        self.algorithm = algorithm
        var digits: [UInt8] = []
        digits.reserveCapacity(algorithm.hexCount)
        for byte in bytes {
            for nibble in [byte >> 4, byte & 15] {
                digits.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
            }
        }
        hex = String(decoding: digits, as: UTF8.self)
    }

    /// "sha256:…".
    public var description: String { (algorithm == .sha256 ? "sha256:" : "sha512:") + hex }

    /// The first twelve digits, for tables.
    public var short: String { String(hex.prefix(12)) }
}
