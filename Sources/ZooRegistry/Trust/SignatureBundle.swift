import ZooJSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A sigstore bundle 0.3 with a DSSE envelope made by a key: the file that OMS tools call a signature.
///
/// https://docs.sigstore.dev/about/bundle/
package struct SignatureBundle: Equatable, Sendable {
    package static let mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json"
    /// Base64 takes a third more than the statement.
    package static let byteLimit = 24 << 20

    /// SHA-256 of the PEM of the key that signed; nil where the signer did not say.
    package var keyIdentifier: String?
    package var envelope: Envelope

    package init(keyIdentifier: String?, envelope: Envelope) {
        self.keyIdentifier = keyIdentifier
        self.envelope = envelope
    }

    /// The bundle's canonical bytes.
    package var canonicalBytes: [UInt8] {
        func base64(_ bytes: [UInt8]) -> JSONValue { .string(Data(bytes).base64EncodedString()) }
        return JSONWriter.canonical(
            .object([
                "mediaType": .string(Self.mediaType),
                "verificationMaterial": .object([
                    "publicKey": .object(keyIdentifier.map { ["hint": .string($0)] } ?? [:]),
                    "tlogEntries": .array([]),
                ]),
                "dsseEnvelope": .object([
                    "payload": base64(envelope.payload),
                    "payloadType": .string(envelope.payloadType),
                    "signatures": .array([.object(["sig": base64(envelope.signature), "keyid": .string("")])]),
                ]),
            ])
        )
    }

    /// Reads a bundle; `what` names it in errors. Nothing in it is to be believed before its signature is checked.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) for other bundles, those signed by certificates included.
    package init(parsing bytes: [UInt8], what: String) throws {
        func fail(_ why: String) -> RegistryError {
            RegistryError(.invalid, "\(what) is no signature that zoo reads: \(why)")
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw fail("not valid JSON: \(error)")
        }
        guard case .string(Self.mediaType)? = value[key: "mediaType"] else {
            throw fail("its mediaType is not \(Self.mediaType)")
        }
        guard let material = value[key: "verificationMaterial"], case .object? = material[key: "publicKey"] else {
            throw fail("it was made with a certificate, and zoo checks signatures made with a key")
        }
        if case .string(let hint)? = material[key: "publicKey"]?[key: "hint"], !hint.isEmpty { keyIdentifier = hint }
        guard let envelope = value[key: "dsseEnvelope"] else { throw fail("it has no dsseEnvelope") }
        guard case .array(let signatures)? = envelope[key: "signatures"], signatures.count == 1 else {
            throw fail("its envelope does not have exactly one signature")
        }
        guard case .string(let type)? = envelope[key: "payloadType"],
            let payload = Self.decode(envelope[key: "payload"]), let signature = Self.decode(signatures[0][key: "sig"])
        else { throw fail("its envelope lacks payload, type or signature in base64") }
        self.envelope = Envelope(payloadType: type, payload: payload, signature: signature)
    }

    private static func decode(_ value: JSONValue?) -> [UInt8]? {
        guard case .string(let text)? = value else { return nil }
        return Data(base64Encoded: text).map { [UInt8]($0) }
    }
}
