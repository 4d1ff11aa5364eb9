/// A signed payload (DSSE 1.0): the signature covers type and bytes, so neither can be read as something else.
///
/// https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md
package struct Envelope: Equatable, Sendable {
    /// What the payload is.
    package var payloadType: String
    /// The bytes signed over.
    package var payload: [UInt8]
    /// The signature.
    package var signature: [UInt8]

    package init(payloadType: String, payload: [UInt8], signature: [UInt8]) {
        self.payloadType = payloadType
        self.payload = payload
        self.signature = signature
    }

    /// Signs a payload.
    package init(signing payload: [UInt8], type: String, with key: SigningKey) throws {
        self.init(
            payloadType: type,
            payload: payload,
            signature: try key.sign(Self.preAuthenticationEncoding(type: type, payload: payload))
        )
    }

    /// Whether `key` made the signature.
    package func isSigned(by key: VerificationKey) -> Bool {
        key.isValid(signature, for: Self.preAuthenticationEncoding(type: payloadType, payload: payload))
    }

    /// What is signed: `DSSEv1`, then type and payload, each after its length in bytes.
    package static func preAuthenticationEncoding(type: String, payload: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }
}
