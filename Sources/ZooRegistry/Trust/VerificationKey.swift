import Crypto
import CryptoExtras
import OCI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A public key that signatures are checked with.
public struct VerificationKey: Sendable, Equatable {
    enum Material: Sendable {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    let material: Material
    /// The key as its file has it: SubjectPublicKeyInfo in PEM, ended by a newline.
    public let pem: String
    /// SHA-256 of ``pem`` in hexadecimal: how signatures name the key that made them.
    public let identifier: String

    init(_ material: Material) {
        self.material = material
        let text =
            switch material {
            case .p256(let key): key.pemRepresentation
            case .p384(let key): key.pemRepresentation
            case .p521(let key): key.pemRepresentation
            case .ed25519(let key): key.pemRepresentation
            }
        pem = text + "\n"
        identifier = Digest.of(Array(pem.utf8)).hex
    }

    /// Reads the one public key of a PEM file; `what` names it in errors.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) that says what the file holds instead.
    public init(parsing bytes: [UInt8], what: String) throws {
        let blocks = try PEMBlock.blocks(in: bytes, what: what)
        let keys = blocks.filter { $0.label == "PUBLIC KEY" }
        guard let block = keys.first else {
            let isPrivate = blocks.contains { $0.label.hasSuffix("PRIVATE KEY") }
            throw RegistryError(
                .invalid,
                isPrivate
                    ? "\(what) is a private key; verifying takes its public half, which zoo keygen wrote beside it"
                    : "\(what) holds no public key (expected a PEM block \"PUBLIC KEY\")"
            )
        }
        guard keys.count == 1 else { throw RegistryError(.invalid, "\(what) holds \(keys.count) public keys, not one") }
        if let key = try? P256.Signing.PublicKey(pemRepresentation: block.text) {
            self.init(.p256(key))
        } else if let key = try? P384.Signing.PublicKey(pemRepresentation: block.text) {
            self.init(.p384(key))
        } else if let key = try? P521.Signing.PublicKey(pemRepresentation: block.text) {
            self.init(.p521(key))
        } else if let key = try? Curve25519.Signing.PublicKey(pemRepresentation: block.text) {
            self.init(.ed25519(key))
        } else {
            throw RegistryError(
                .invalid,
                "\(what) holds a public key of another kind; ECDSA (P-256, P-384, P-521) or Ed25519 is needed"
            )
        }
    }

    /// The kind of key.
    public var algorithm: KeyAlgorithm {
        switch material {
        case .p256: .ecdsaP256
        case .p384: .ecdsaP384
        case .p521: .ecdsaP521
        case .ed25519: .ed25519
        }
    }

    /// The first twelve digits of ``identifier``, for people.
    public var shortIdentifier: String { String(identifier.prefix(12)) }

    /// Whether `signature` was made over `message` with this key's private half.
    ///
    /// - Parameter signature: DER for ECDSA, 64 bytes for Ed25519.
    public func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        switch material {
        case .p256(let key):
            (try? P256.Signing.ECDSASignature(derRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        case .p384(let key):
            (try? P384.Signing.ECDSASignature(derRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        case .p521(let key):
            (try? P521.Signing.ECDSASignature(derRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        case .ed25519(let key): key.isValidSignature(signature, for: message)
        }
    }

    /// Whether two keys are the same, however their files were written.
    public static func == (left: VerificationKey, right: VerificationKey) -> Bool { left.pem == right.pem }
}
