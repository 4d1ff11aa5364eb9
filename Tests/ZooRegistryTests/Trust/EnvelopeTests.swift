import Foundation
import Testing
import ZooRegistry

@Suite struct EnvelopeTests {
    /// The worked example of the DSSE protocol, its signature from r and s to DER.
    static let key = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZ805D3eqNZywjCI19lInBJOp7YMr
        CrzAH3CVTAOQ0jgMeCvVTiaRJaRPRDOv8UMs6U4SvKc6pnrIDOoSYI3fdA==
        -----END PUBLIC KEY-----
        """
    static let signature =
        "MEQCIANyarEBrVbCdjtsaqyOSHJ14qeRk6CdxfhZ2fjvPEo7AiBR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="

    @Test(arguments: [
        ("http://example.com/HelloWorld", "hello world", "DSSEv1 29 http://example.com/HelloWorld 11 hello world"),
        ("", "", "DSSEv1 0  0 "),
        ("é", "日本", "DSSEv1 2 é 6 日本"),
        ("a 1 b", "0 x", "DSSEv1 5 a 1 b 3 0 x"),
    ])
    func encodingCountsBytes(_ type: String, _ payload: String, _ expected: String) {
        let encoded = Envelope.preAuthenticationEncoding(type: type, payload: Array(payload.utf8))
        #expect(String(decoding: encoded, as: UTF8.self) == expected)
    }

    @Test func theProtocolsExampleVerifies() throws {
        let key = try VerificationKey(parsing: Array(Self.key.utf8), what: "example")
        let signature = [UInt8](try #require(Data(base64Encoded: Self.signature)))
        var envelope = Envelope(
            payloadType: "http://example.com/HelloWorld",
            payload: Array("hello world".utf8),
            signature: signature
        )
        #expect(envelope.isSigned(by: key))
        envelope.payloadType = "http://example.com/HelloWorl"
        #expect(!envelope.isSigned(by: key))
        envelope.payloadType = "http://example.com/HelloWorld"
        envelope.payload[0] ^= 1
        #expect(!envelope.isSigned(by: key))
    }

    @Test(arguments: KeyAlgorithm.allCases)
    func everyKindOfKeySignsForItselfAlone(_ algorithm: KeyAlgorithm) throws {
        let key = SigningKey(algorithm)
        let envelope = try Envelope(signing: [1, 2, 3], type: "a/b", with: key)
        #expect(envelope.isSigned(by: key.verificationKey))
        for other in KeyAlgorithm.allCases {
            #expect(!envelope.isSigned(by: SigningKey(other).verificationKey))
        }
    }

    @Test func aBundleReadsBackAndEveryChangedByteIsNoticed() throws {
        let key = SigningKey(.ed25519)
        let envelope = try Envelope(signing: Array("payload".utf8), type: "a/b", with: key)
        let bundle = SignatureBundle(keyIdentifier: key.verificationKey.identifier, envelope: envelope)
        let bytes = bundle.canonicalBytes
        #expect(try SignatureBundle(parsing: bytes, what: "it") == bundle)
        for position in bytes.indices {
            var changed = bytes
            changed[position] ^= 1
            // Either it is no bundle any more, or what it holds is another, or the signature does not hold.
            guard let read = try? SignatureBundle(parsing: changed, what: "it") else { continue }
            #expect(
                read.keyIdentifier != bundle.keyIdentifier || read == bundle
                    || !read.envelope.isSigned(by: key.verificationKey),
                "byte \(position)"
            )
        }
    }

    @Test(arguments: [
        "", "[]", "{}", "null", #"{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}"#,
        #"{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"certificate":{}}}"#,
        #"{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{}},"dsseEnvelope":{"payload":"!","payloadType":"a","signatures":[{"sig":"AA=="}]}}"#,
        #"{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{}},"dsseEnvelope":{"payload":"AA==","payloadType":"a","signatures":[]}}"#,
        #"{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","mediaType":"x"}"#,
    ])
    func whatIsNoBundleIsRefused(_ text: String) {
        let error = #expect(throws: RegistryError.self) { try SignatureBundle(parsing: Array(text.utf8), what: "it") }
        #expect(error?.code == .invalid)
    }
}
