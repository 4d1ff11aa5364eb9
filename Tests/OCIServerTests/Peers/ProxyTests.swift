import Foundation
import OCI
import RegistryPeer
import TestSupport
import Testing

/// The server behind nginx, which speaks TLS and shows it under a prefix.
@Suite struct ProxyTests {
    private func proxy(_ server: ServedStore, _ headers: String) throws -> NginxProxy {
        try NginxProxy(directory: server.directory.path("nginx"), upstream: server.host, headers: headers)
    }

    @Test(arguments: [NginxProxy.forwarded, NginxProxy.original])
    func skopeoPushesAndPullsThroughIt(headers: String) throws {
        let server = try ServedStore()
        let proxy = try proxy(server, headers)
        let source = try LayoutStore.open(at: server.directory.path("source"), create: true)
        let lease = try source.lease()
        let layer = try lease.put(randomBytes(3 << 20), mediaType: "application/x-layer")
        let config = try lease.put(Array("{}".utf8), mediaType: MediaType.empty)
        try source.tag(lease.put(Manifest(config: config, layers: [layer])), as: "m:1")
        let certificates = server.directory.path("certificates")
        try FileManager.default.createDirectory(atPath: certificates, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: proxy.certificate, toPath: certificates + "/ca.crt")
        let image = "docker://\(proxy.host)/hub/team/m:1"
        let push = ["copy", "--preserve-digests", "--dest-cert-dir", certificates, "oci:\(source.path):m:1", image]
        let pushed = try runProgram("skopeo", push)
        #expect(pushed.status == 0, "\(pushed.output)\n\(server.log)")
        #expect(try server.store().resolve("team/m:1").digest == source.resolve("m:1").digest)
        let back = server.directory.path("back")
        let pull = ["copy", "--preserve-digests", "--src-cert-dir", certificates, image, "oci:\(back):m:1"]
        #expect(try runProgram("skopeo", pull).status == 0)
        #expect(try LayoutStore.open(at: back).verify().problems.isEmpty)
    }

    @Test(arguments: [
        (NginxProxy.forwarded, "../../blobs/uploads/"), (NginxProxy.original, "/registry/v2/team/m/blobs/uploads/"),
        ("proxy_set_header X-Forwarded-Prefix /registry;", "/registry/v2/team/m/blobs/uploads/"),
    ])
    func locationsLeadBack(headers: String, start: String) throws {
        let server = try ServedStore()
        let proxy = try proxy(server, headers)
        let url = "https://\(proxy.host)/registry/v2/team/m/blobs/uploads/"
        let curl = ["-s", "--cacert", proxy.certificate, "-o", "/dev/null"]
        let answer = try runProgram("curl", curl + ["-X", "POST", "-D", "-", url]).output
        let line = try #require(answer.split(separator: "\r\n").first { $0.lowercased().hasPrefix("location: ") })
        let location = String(line.dropFirst("location: ".count))
        #expect(location.hasPrefix(start), "\(location)")
        let absolute = try #require(URL(string: location, relativeTo: URL(string: url)!)).absoluteString
        let body = server.directory.path("blob")
        _ = try server.directory.write(Array("abc".utf8), to: "blob")
        let put = curl + ["-w", "%{http_code}", "-T", body, "\(absolute)?digest=\(Digest.of(Array("abc".utf8)))"]
        #expect(try runProgram("curl", put).output == "201")
    }

    @Test func withoutAProxyTheLocationIsAPath() throws {
        let server = try ServedStore()
        let location = try server.request("POST", "/v2/a/blobs/uploads/", body: [])["Location"]
        #expect(location?.hasPrefix("/v2/a/blobs/uploads/") == true)
        for bad in [
            "//evil.example/v2/a/blobs/uploads/", "http://evil.example/v2/a/blobs/uploads/", "/\u{e9}/blobs/uploads/",
        ] {
            let answer = try server.request("POST", "/v2/a/blobs/uploads/", ["X-Original-URI": bad], body: [])
            #expect(answer["Location"]?.hasPrefix("/v2/a/blobs/uploads/") == true, "\(bad)")
        }
    }
}

/// TLS without a proxy.
@Suite struct TLSTests {
    @Test func pushAndPull() throws {
        let directory = TemporaryDirectory()
        let (certificate, key) = (directory.path("tls.pem"), directory.path("tls.key"))
        let made = try runProgram(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
            ]
        )
        #expect(made.status == 0, "\(made.output)")
        let server = try ServedStore(["--tls-cert", certificate, "--tls-key", key])
        let bytes = randomBytes(3 << 20)
        let file = try directory.write(bytes, to: "blob")
        let url = "https://\(server.host)/v2/a/blobs"
        let digest = Digest.of(bytes)
        let curl = ["-s", "--cacert", certificate]
        let post = curl + ["-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", "--data-binary", "@\(file)"]
        #expect(try runProgram("curl", post + ["\(url)/uploads/?digest=\(digest)"]).output == "201")
        let got = directory.path("got")
        #expect(try runProgram("curl", curl + ["-o", got, "\(url)/\(digest)"]).status == 0)
        #expect(try Array(Data(contentsOf: URL(fileURLWithPath: got))) == bytes)
        let old = try runProgram("curl", curl + ["--tls-max", "1.1", "\(url)/\(digest)"])
        #expect(old.status != 0)
    }
}
