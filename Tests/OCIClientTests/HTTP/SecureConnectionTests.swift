import Foundation
import OCI
import OCIClient
import Testing

/// Redirects and uploads that try to leave TLS.
@Suite struct SecureConnectionTests {
    @Test func redirectAndUploadThatLeaveTLSAreRefused() async throws {
        let directory = NSTemporaryDirectory() + "zoo-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try certificate(in: directory)
        let plain = try ScriptedServer { _ in .answer(200) }
        defer { plain.stop() }
        let server = try ScriptedServer { request in
            if request.path.contains("/tags/") {
                return .answer(401, ["WWW-Authenticate": "Bearer realm=\"http://127.0.0.1:\(plain.port)/token\""])
            }
            return request.method == "HEAD"
                ? .answer(404)
                : .answer(request.method == "POST" ? 202 : 307, ["Location": "http://localhost:\(plain.port)/x"])
        }
        defer { server.stop() }
        let tunnel = try TLSTunnel(to: server.port, directory: directory)
        defer { tunnel.stop() }
        let host = try RegistryHost("127.0.0.1:\(tunnel.port)", authorityFile: "\(directory)/cert.pem")
        let content: [UInt8] = [1, 2, 3]
        let path = "\(directory)/content"
        try Data(content).write(to: URL(fileURLWithPath: path))
        var options = ClientFixture.options
        try await ClientFixture.client(at: host, options: options) { client in
            let descriptor = ClientFixture.descriptor(content)
            let redirect = await #expect(throws: ClientError.self) { try await client.blob("a", descriptor, limit: 10) }
            #expect(redirect?.code == .insecure)
            let upload = await #expect(throws: ClientError.self) {
                try await client.upload("a", descriptor, from: path)
            }
            #expect(upload?.code == .insecure)
            // The registry's own host is no excuse for a token service without TLS.
            let realm = await #expect(throws: ClientError.self) { try await client.tags("a") }
            #expect(realm?.code == .insecure)
        }
        #expect(plain.requests.isEmpty)
        #expect(server.requests.count >= 3)
        // Without that certificate there is no connection at all.
        options.retry.attempts = 1
        let error = await #expect(throws: ClientError.self) {
            try await ClientFixture.client(
                at: RegistryHost("127.0.0.1:\(tunnel.port)", endpoint: "https://127.0.0.1:\(tunnel.port)"),
                options: options
            ) { try await $0.check() }
        }
        #expect(error?.code == .unreachable)
    }

    @Test func plainHTTPIsForThisMachineOrOnRequest() throws {
        #expect(try RegistryHost("localhost:5000").base.text == "http://localhost:5000")
        #expect(try RegistryHost("127.0.0.1:5000").base.text == "http://127.0.0.1:5000")
        #expect(try RegistryHost("127.evil.example.com").base.text == "https://127.evil.example.com")
        #expect(try RegistryHost("registry.example.com").base.text == "https://registry.example.com")
        #expect(
            try RegistryHost("registry.example.com:80", allowsPlain: true).base.text == "http://registry.example.com:80"
        )
        let error = #expect(throws: ClientError.self) {
            try RegistryHost("registry.example.com", endpoint: "http://registry.example.com/zoo")
        }
        #expect(error?.code == .insecure)
        #expect(try RegistryHost("docker.io").base.text == "https://registry-1.docker.io")
    }

    private func certificate(in directory: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "\(directory)/key.pem", "-out",
            "\(directory)/cert.pem",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl is missing: scripts/bootstrap test installs it")
    }
}
