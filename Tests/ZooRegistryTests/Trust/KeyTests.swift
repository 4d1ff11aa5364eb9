import Foundation
import ModelSamples
import Testing
import ZooRegistry

@Suite struct KeyTests {
    let fixture: ModelFixture

    init() throws { fixture = ModelFixture() }

    private func write(_ text: String, mode: Int = 0o600, to name: String = "key") throws -> String {
        let path = "\(fixture.root)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @Test(arguments: KeyAlgorithm.allCases)
    func aPairReadsBack(_ algorithm: KeyAlgorithm) throws {
        let path = "\(fixture.root)/pair"
        let key = SigningKey(algorithm)
        try key.write(to: path)
        #expect(try SigningKey.read(path).verificationKey == key.verificationKey)
        #expect(try VerificationKey.read(path + ".pub") == key.verificationKey)
        #expect(key.verificationKey.algorithm == algorithm)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // A key is never overwritten.
        let error = #expect(throws: RegistryError.self) { try SigningKey(algorithm).write(to: path) }
        #expect(error?.code == .conflict)
        #expect(try SigningKey.read(path).verificationKey == key.verificationKey)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.root).sorted() == ["pair", "pair.pub"])
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o601])
    func aPrivateKeyThatOthersMayReadIsRefused(_ mode: Int) throws {
        let path = try write(Self.sec1, mode: mode)
        let error = #expect(throws: RegistryError.self) { try SigningKey.read(path) }
        #expect(error?.code == .untrusted)
        #expect(error?.message.contains("chmod 600") == true)
    }

    @Test(arguments: [
        sec1, pkcs8, "some text\n" + parameters + sec1, sec1.replacingOccurrences(of: "\n", with: "\r\n"),
        "  " + sec1.replacingOccurrences(of: "\n", with: "\n  "),
    ])
    func keysOfOpenSSLAreRead(_ text: String) throws {
        let key = try SigningKey.read(write(text)).verificationKey
        #expect(key.algorithm == .ecdsaP256)
        #expect(key.pem == Self.publicKey)
        // How the model-signing package names this key.
        #expect(key.identifier == "0fc271c7e0474f5bca055d37160b865099daeaef813f2fe2ad2206c85f28e61f")
    }

    @Test(arguments: [
        ("", "holds no private key"), ("\u{0}\u{0}", "holds no private key"),
        ("-----BEGIN -----", "holds no private key"),
        ("-----BEGIN PRIVATE KEY-----", "does not end"),
        ("-----BEGIN PRIVATE KEY-----\n-----END PUBLIC KEY-----", "does not end"),
        ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "another kind"),
        ("-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----", "another kind"),
        (String(sec1.dropFirst(40)), "holds no private key"),
        (sec1.replacingOccurrences(of: "MHcC", with: "MHcD"), "another kind"),
        (publicKey, "is a public key"), (encrypted, "is encrypted"), (encryptedSEC1, "is encrypted"),
        (x25519, "another kind"),
        (secp256k1, "another kind"),
        (sec1 + pkcs8, "holds 2 private keys"), (String(repeating: "A", count: 100_000), "is no key"),
    ])
    func whatIsNoPrivateKeyIsNamed(_ text: String, _ expected: String) throws {
        let path = try write(text)
        let error = #expect(throws: RegistryError.self) { try SigningKey.read(path) }
        #expect(error?.code == .invalid)
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains(path) == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test(arguments: [
        ("", "holds no public key"), (sec1, "is a private key"), (x25519Public, "another kind"),
        (secp256k1Public, "another kind"), (rsaPublic, "another kind"), (publicKey + publicKey, "holds 2 public keys"),
        (publicKey.replacingOccurrences(of: "QgAE", with: "QgAF"), "another kind"),
        // A point that is not on the curve.
        (publicKey.replacingOccurrences(of: "XibbhVebDAj", with: "XibbhVebDAk"), "another kind"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "holds no public key"),
    ])
    func whatIsNoPublicKeyIsNamed(_ text: String, _ expected: String) throws {
        let path = try write(text)
        let error = #expect(throws: RegistryError.self) { try VerificationKey.read(path) }
        #expect(error?.code == .invalid)
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }

    @Test func everyCutAndEveryChangedByteEndsInAnErrorOrAnotherKey() throws {
        let bytes = Array(Self.pkcs8.utf8)
        for position in bytes.indices {
            _ = try? SigningKey(parsing: Array(bytes[..<position]), what: "cut")
            var changed = bytes
            changed[position] ^= 0x15
            _ = try? SigningKey(parsing: changed, what: "changed")
            _ = try? VerificationKey(parsing: changed, what: "changed")
        }
        #expect(throws: RegistryError.self) { try VerificationKey(parsing: [0xFF, 0xFE], what: "it") }
    }

    // Made with openssl for these tests; they protect nothing.
    static let sec1 = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIL7PdsoN602KIm6nTKvcl7Jo829BIPblX2If6obIwFWZoAoGCCqGSM49
        AwEHoUQDQgAEXibbhVebDAjMRFz+HJ4dS8ZMpzL7aLwxYSsxhl603Wetk8aDDZ8y
        iSOmZzjJ+uLUtRQB84PYnYuKzAU1yf3Fdg==
        -----END EC PRIVATE KEY-----

        """
    static let pkcs8 = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvs92yg3rTYoibqdM
        q9yXsmjzb0Eg9uVfYh/qhsjAVZmhRANCAAReJtuFV5sMCMxEXP4cnh1LxkynMvto
        vDFhKzGGXrTdZ62TxoMNnzKJI6ZnOMn64tS1FAHzg9idi4rMBTXJ/cV2
        -----END PRIVATE KEY-----

        """
    static let parameters = """
        -----BEGIN EC PARAMETERS-----
        BggqhkjOPQMBBw==
        -----END EC PARAMETERS-----

        """
    static let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEXibbhVebDAjMRFz+HJ4dS8ZMpzL7
        aLwxYSsxhl603Wetk8aDDZ8yiSOmZzjJ+uLUtRQB84PYnYuKzAU1yf3Fdg==
        -----END PUBLIC KEY-----

        """
    static let encrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh0CgTKZLSKMQICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEFtDeXxacIgoT3yLhLsc6m8EgZBu
        -----END ENCRYPTED PRIVATE KEY-----
        """
    static let encryptedSEC1 = """
        -----BEGIN EC PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,03ED933EC4DAD3C8388EF60D2D97C356

        eAcYfWTdlbnZWrBCrlSm0nCxKN01HEm3qBFGSokvEPxn2ieJvEPoPJIdKvSKr7sd
        FsZc60EfQeZfMNRfjDGAwDAsqofFo7+p/XAUYvl20FF3Llbv/7ccB+rWaDZovcYw
        lDV6KDUEkXwgCK5Kwk46sU9xTuvqXMBbqb9KWxsTjv4=
        -----END EC PRIVATE KEY-----
        """
    static let x25519 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VuBCIEIMi5q/fTNaCsCroZCGgXWnUeJZ9Y+7/UcoYDB/pHm7hW
        -----END PRIVATE KEY-----
        """
    static let x25519Public = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VuAyEA8s/rG3JA0YanUT8Nl6wOxLjEx4MMN1GnMSLXTp/JP3c=
        -----END PUBLIC KEY-----
        """
    static let secp256k1 = """
        -----BEGIN EC PRIVATE KEY-----
        MHQCAQEEII+MbFw7MjV5Rn7Z5pc91XUj05I4oSS3w3zFftSyTAj1oAcGBSuBBAAK
        oUQDQgAESPGa7FYv6OA77zhe+cgBk/c0Jx8qu3fvuC0mzpQA1QN8HvRevH1K8Fap
        ewQQbd/E6zUv5YG5X6xwEItbJRm4/w==
        -----END EC PRIVATE KEY-----
        """
    static let secp256k1Public = """
        -----BEGIN PUBLIC KEY-----
        MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAESPGa7FYv6OA77zhe+cgBk/c0Jx8qu3fv
        uC0mzpQA1QN8HvRevH1K8FapewQQbd/E6zUv5YG5X6xwEItbJRm4/w==
        -----END PUBLIC KEY-----
        """
    static let rsaPublic = """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDPw6prCNhhEqQraMjX5oLrLXDG
        ZxToRNxObkyqJlI6r46T/Y/xqip8Pdnb6J2ElsjlPP1mPZSF90VrK53nsibiQO6w
        8W3bzinLrdzxUJqqRR2eO6aF0X2HKXQI2VpT+0K/BbirbU+fut/URu1d/GSgGxw1
        QISTNUnLpJF0H76AIwIDAQAB
        -----END PUBLIC KEY-----
        """
}
