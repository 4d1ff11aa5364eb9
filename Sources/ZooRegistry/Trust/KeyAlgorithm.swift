/// The kinds of signature that `zoo` makes and checks.
public enum KeyAlgorithm: String, Sendable, CaseIterable {
    /// ECDSA over P-256 with SHA-256: what other OMS tools read too.
    case ecdsaP256 = "ecdsa-p256"
    /// ECDSA over P-384 with SHA-384.
    case ecdsaP384 = "ecdsa-p384"
    /// ECDSA over P-521 with SHA-512.
    case ecdsaP521 = "ecdsa-p521"
    /// Ed25519 (RFC 8032).
    case ed25519
}
