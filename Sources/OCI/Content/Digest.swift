import Glibc

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
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            let algorithm = Algorithm(rawValue: String(text[..<colon])),
            let digest = Digest(algorithm, hex: String(text[text.utf8.index(after: colon)...]))
        else {
            throw OCIError(
                .invalid,
                "not a digest: \"\(text.prefix(160))\" (expected sha256: and 64 hexadecimal digits)"
            )
        }
        self = digest
    }

    /// A digest from its parts, or nil if `hex` is not what the algorithm gives.
    public init?(_ algorithm: Algorithm, hex: String) {
        let isHex = hex.utf8.allSatisfy {
            ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f"))
        }
        guard isHex, hex.utf8.count == algorithm.hexCount else { return nil }
        self.algorithm = algorithm
        self.hex = hex
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
    public var description: String { "\(algorithm.rawValue):\(hex)" }

    /// The first twelve digits, for tables.
    public var short: String { String(hex.prefix(12)) }
}
