import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A private key; its value never leaves the process but to the file that ``write(to:)`` makes.
public struct SigningKey: Sendable {
    private enum Material: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    private let material: Material

    /// Makes a new key.
    public init(_ algorithm: KeyAlgorithm) {
        material =
            switch algorithm {
            case .ecdsaP256: .p256(P256.Signing.PrivateKey(compactRepresentable: false))
            case .ecdsaP384: .p384(P384.Signing.PrivateKey(compactRepresentable: false))
            case .ecdsaP521: .p521(P521.Signing.PrivateKey(compactRepresentable: false))
            case .ed25519: .ed25519(Curve25519.Signing.PrivateKey())
            }
    }

    /// Reads the private key of a PEM file: PKCS#8, or SEC1 for ECDSA; `what` names it in errors.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) that says what the file holds instead.
    public init(parsing bytes: [UInt8], what: String) throws {
        let blocks = try PEMBlock.blocks(in: bytes, what: what)
        let keys = blocks.filter { $0.label == "PRIVATE KEY" || $0.label == "EC PRIVATE KEY" }
        guard !blocks.contains(where: { $0.isEncrypted || $0.label == "ENCRYPTED PRIVATE KEY" }) else {
            throw RegistryError(.invalid, "\(what) is encrypted; openssl pkey -in KEY -out PLAIN decrypts it")
        }
        guard let block = keys.first else {
            let isPublic = blocks.contains { $0.label == "PUBLIC KEY" }
            throw RegistryError(
                .invalid,
                isPublic
                    ? "\(what) is a public key; signing takes the private one"
                    : "\(what) holds no private key (expected a PEM block \"PRIVATE KEY\" or \"EC PRIVATE KEY\")"
            )
        }
        guard keys.count == 1 else {
            throw RegistryError(.invalid, "\(what) holds \(keys.count) private keys, not one")
        }
        if let key = try? P256.Signing.PrivateKey(pemRepresentation: block.text) {
            material = .p256(key)
        } else if let key = try? P384.Signing.PrivateKey(pemRepresentation: block.text) {
            material = .p384(key)
        } else if let key = try? P521.Signing.PrivateKey(pemRepresentation: block.text) {
            material = .p521(key)
        } else if let key = Self.ed25519(block) {
            material = .ed25519(key)
        } else {
            throw RegistryError(
                .invalid,
                "\(what) holds a private key of another kind; ECDSA (P-256, P-384, P-521) or Ed25519 is needed"
            )
        }
    }

    /// The library takes X25519 keys, which are for key agreement, for Ed25519 ones: the same form, another name.
    private static func ed25519(_ block: PEMBlock) -> Curve25519.Signing.PrivateKey? {
        let name: [UInt8] = [0x06, 0x03, 0x2B, 0x65, 0x70]
        let body = block.text.split(separator: "\n").dropFirst().dropLast().joined()
        guard let bytes = Data(base64Encoded: body).map({ [UInt8]($0) }), bytes.count > name.count,
            bytes.indices.dropLast(name.count - 1).contains(where: { bytes[$0...].starts(with: name) })
        else { return nil }
        return try? Curve25519.Signing.PrivateKey(pemRepresentation: block.text)
    }

    /// The public half.
    public var verificationKey: VerificationKey {
        switch material {
        case .p256(let key): VerificationKey(.p256(key.publicKey))
        case .p384(let key): VerificationKey(.p384(key.publicKey))
        case .p521(let key): VerificationKey(.p521(key.publicKey))
        case .ed25519(let key): VerificationKey(.ed25519(key.publicKey))
        }
    }

    /// PKCS#8 in PEM, ended by a newline.
    var pem: String {
        let text =
            switch material {
            case .p256(let key): key.pemRepresentation
            case .p384(let key): key.pemRepresentation
            case .p521(let key): key.pemRepresentation
            case .ed25519(let key): key.pemRepresentation
            }
        return text + "\n"
    }

    /// Signs a message: DER for ECDSA, 64 bytes for Ed25519.
    func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch material {
        case .p256(let key): [UInt8](try key.signature(for: message).derRepresentation)
        case .p384(let key): [UInt8](try key.signature(for: message).derRepresentation)
        case .p521(let key): [UInt8](try key.signature(for: message).derRepresentation)
        case .ed25519(let key): [UInt8](try key.signature(for: message))
        }
    }
}
