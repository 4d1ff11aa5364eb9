import Foundation
import OCI
import TestSupport
import Testing

/// Who may do what.
@Suite struct AccessTests {
    static let token = "read-only-token-0123456789"
    static let files = [
        "tokens": """
        tokens:
          - {name: reader, token: \(token), read: "**"}
          - name: builder
            sha256: \(Digest.of(Array("builder-token-0123456789".utf8)).hex)
            write: ["team/*", exact]

        """,
        "access": """
        users:
          alice: {read: "**", write: "team/**"}
          "*": {read: "public/**"}
        anonymous: {read: "public/**"}
        quotas:
          "team/small*": 10KB

        """,
    ]

    let server: ServedStore
    let alice: [String: String]
    let bob: [String: String]

    init() throws {
        var files = Self.files
        files["users"] = try ["alice": "secret", "bob": "geheim"].map { user, password in
            try runProgram("htpasswd", ["-nbBC", "5", user, password]).output.trimmingCharacters(
                in: .whitespacesAndNewlines
            )
        }.joined(separator: "\n")
        server = try ServedStore(["--auth", "%/users", "--tokens", "%/tokens", "--access", "%/access"], files: files)
        alice = Self.basic("alice", "secret")
        bob = Self.basic("bob", "geheim")
    }

    static func basic(_ user: String, _ password: String) -> [String: String] {
        ["Authorization": "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()]
    }

    static func bearer(_ token: String) -> [String: String] { ["Authorization": "Bearer \(token)"] }

    @Test func everyRouteAsksForCredentials() throws {
        let digest = Digest.of([1])
        for (method, path) in [
            ("GET", "/v2/"), ("GET", "/v2/a/tags/list"), ("GET", "/v2/a/manifests/x"), ("PUT", "/v2/a/manifests/x"),
            ("DELETE", "/v2/a/manifests/x"), ("GET", "/v2/a/blobs/\(digest)"), ("DELETE", "/v2/a/blobs/\(digest)"),
            ("POST", "/v2/a/blobs/uploads/"), ("POST", "/v2/public/a/blobs/uploads/"),
            ("GET", "/v2/public/a/blobs/uploads/\(String(repeating: "0", count: 32))"),
            ("GET", "/v2/a/referrers/\(digest)"), ("GET", "/metrics"),
        ] {
            let answer = try server.request(method, path, body: method == "PUT" ? [1] : nil)
            #expect(answer.status == 401 && answer.code == "UNAUTHORIZED", "\(method) \(path)")
            #expect(answer["WWW-Authenticate"]?.hasPrefix("Basic realm=\"") == true)
        }
        #expect(try server.request("GET", "/healthz").status == 200)
    }

    @Test func wrongCredentials() throws {
        for headers in [
            Self.basic("alice", "wrong"), Self.basic("nobody", "secret"), Self.basic("alice", ""), Self.basic("", "x"),
            Self.basic("alice", "secret\u{0}"), Self.bearer("x"), Self.bearer(""),
            ["Authorization": "Basic ###"], ["Authorization": "Digest x"], ["Authorization": "Basic"],
        ] {
            // Twice: a verdict that is remembered must be the same.
            for _ in 0..<2 { #expect(try server.request("GET", "/v2/", headers).status == 401) }
        }
        for headers in [alice, bob, Self.bearer(Self.token), Self.basic("anything", Self.token)] {
            for _ in 0..<2 { #expect(try server.request("GET", "/v2/", headers).status == 200) }
        }
    }

    @Test func rightsByRepository() throws {
        func status(_ method: String, _ path: String, _ headers: [String: String]) throws -> Int {
            try server.request(method, path, headers, body: method == "POST" ? [] : nil).status
        }
        #expect(try status("POST", "/v2/team/a/b/blobs/uploads/", alice) == 202)
        #expect(try status("POST", "/v2/other/blobs/uploads/", alice) == 403)
        #expect(try status("POST", "/v2/team/a/blobs/uploads/", bob) == 403)
        #expect(try status("GET", "/v2/team/a/tags/list", bob) == 403)
        #expect(try status("GET", "/v2/public/x/tags/list", bob) == 404)
        #expect(try status("GET", "/v2/public/x/tags/list", [:]) == 404)
        #expect(try status("GET", "/v2/any/tags/list", Self.bearer(Self.token)) == 404)
        #expect(try status("POST", "/v2/any/blobs/uploads/", Self.bearer(Self.token)) == 403)
        let builder = Self.bearer("builder-token-0123456789")
        #expect(try status("POST", "/v2/team/a/blobs/uploads/", builder) == 202)
        #expect(try status("POST", "/v2/exact/blobs/uploads/", builder) == 202)
        #expect(try status("POST", "/v2/exactly/blobs/uploads/", builder) == 403)
        #expect(try status("POST", "/v2/team/a/b/blobs/uploads/", builder) == 403, "* stands for one component")
        #expect(try server.request("GET", "/v2/other/tags/list", bob).code == "DENIED")
        #expect(try server.request("GET", "/v2/other/tags/list", Self.basic("", "")).status == 401)
    }

    @Test func catalogAndMountShowNothingThatMayNotBeRead() throws {
        let secret = randomBytes(50)
        try server.pushImage([secret], to: "team/secret", as: "1", headers: alice)
        let catalog = try server.request("GET", "/v2/_catalog", bob)
        #expect((catalog.json as? [String: [String]])?["repositories"] == [])
        let builder = Self.bearer("builder-token-0123456789")
        for query in ["&from=team/a/deep", ""] {
            let digest = Digest.of(secret)
            // The builder may not read team/a/deep, where alice has put it.
            #expect(try server.request("GET", "/v2/team/a/deep/blobs/\(digest)", builder).status == 403)
            let mount = try server.request(
                "POST",
                "/v2/exact/blobs/uploads/?mount=\(digest)\(query)",
                builder,
                body: []
            )
            #expect(mount.status == (query.isEmpty ? 201 : 202), "team/secret is the builder's own")
            _ = try server.request("DELETE", "/v2/exact/blobs/\(digest)", builder)
        }
    }

    @Test func anotherRepositorysBlobIsNotGivenAwayByAManifest() throws {
        let secret = randomBytes(50)
        try server.push(secret, to: "team/x/hidden", headers: alice)
        let builder = Self.bearer("builder-token-0123456789")
        let (_, bytes) = try server.pushImage([], to: "team/own", headers: builder)
        var manifest = try Manifest(parsing: bytes)
        manifest.layers = [Descriptor(mediaType: "x/y", digest: Digest.of(secret), size: secret.count)]
        let headers = builder.merging(["Content-Type": MediaType.manifest]) { $1 }
        let answer = try server.request("PUT", "/v2/team/own/manifests/x", headers, body: manifest.canonicalBytes)
        #expect(answer.code == "MANIFEST_BLOB_UNKNOWN")
        #expect(try server.request("GET", "/v2/team/own/blobs/\(Digest.of(secret))", builder).status == 404)
        // A sparse index is taken, but what it names stays hidden.
        let (hidden, hiddenBytes) = try server.pushImage([], to: "team/x/hidden", headers: alice)
        let entry = Descriptor(mediaType: MediaType.manifest, digest: hidden, size: hiddenBytes.count)
        try server.push(
            manifest: ImageIndex(manifests: [entry], annotations: ["a": "b"]).canonicalBytes,
            to: "team/other",
            type: MediaType.index,
            headers: builder
        )
        #expect(try server.request("GET", "/v2/team/other/manifests/\(hidden)", builder).status == 404)
    }

    @Test func quotas() throws {
        let repository = "team/small-one"
        try server.push(randomBytes(6000), to: repository, headers: alice)
        let large = randomBytes(6000)
        let post = try server.request(
            "POST",
            "/v2/\(repository)/blobs/uploads/?digest=\(Digest.of(large))",
            alice,
            body: large
        )
        #expect(post.status == 403 && post.code == "DENIED" && post.text.contains("quota"))
        let begun = try server.request("POST", "/v2/\(repository)/blobs/uploads/", alice, body: [])
        let patch = try server.request("PATCH", try #require(begun["Location"]), alice, body: large)
        #expect(patch.status == 403 && patch.text.contains("quota"))
        try server.push(large, to: "team/elsewhere", headers: alice)
        let mount = "/v2/\(repository)/blobs/uploads/?mount=\(Digest.of(large))&from=team/elsewhere"
        #expect(try server.request("POST", mount, alice, body: []).status == 403)
        try server.push(randomBytes(3000), to: repository, headers: alice)
    }

    @Test func theLogHoldsNoSecret() throws {
        _ = try server.request("GET", "/v2/?token=query-secret", alice)
        _ = try server.request("GET", "/v2/", Self.bearer(Self.token))
        _ = try server.request("GET", "/v2/", Self.basic("alice", "wrong-secret"))
        server.stop()
        let lines = server.log.split(separator: "\n")
        #expect(lines.count >= 3)
        for line in lines {
            #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any], "\(line)")
        }
        let encoded = Data("alice:secret".utf8).base64EncodedString()
        for secret in ["query-secret", Self.token, "wrong-secret", encoded, "\"secret\""] {
            #expect(!server.log.contains(secret))
        }
        #expect(server.log.contains(#""user":"alice""#))
    }

    @Test func changedFilesAreReadAgain() throws {
        let headers = Self.bearer("a-new-token-9876543210")
        #expect(try server.request("GET", "/v2/", headers).status == 401)
        let text = Self.files["tokens"]! + "  - {name: new, token: a-new-token-9876543210, read: \"**\"}\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: server.directory.path("tokens")), options: .atomic)
        Thread.sleep(forTimeInterval: 1.2)
        #expect(try server.request("GET", "/v2/", headers).status == 200)
    }

    @Test func aChangeThatCannotBeReadIsLoggedOnceAndPassedOver() throws {
        let file = URL(fileURLWithPath: server.directory.path("tokens"))
        try Data("tokens: [{name".utf8).write(to: file, options: .atomic)
        for _ in 0..<2 {
            Thread.sleep(forTimeInterval: 1.2)
            #expect(try server.request("GET", "/v2/", Self.bearer(Self.token)).status == 200)
        }
        server.stop()
        let lines = server.log.split(separator: "\n").filter { $0.contains("said before stays in force") }
        #expect(lines.count == 1 && lines[0].contains("tokens: not YAML"), "\(server.log)")
    }
}

/// Servers that are open in part, and files that are wrong.
@Suite struct AccessSettingsTests {
    static let user = ["users": "u:$2y$05$abcdefghijklmnopqrstuuQ2yQ1e9k6r3o6rJ8v4mUQ1m0m0m0m0m\n"]

    @Test func anonymousRead() throws {
        let server = try ServedStore(["--auth", "%/users", "--anonymous-read"], files: Self.user)
        #expect(try server.request("GET", "/v2/a/tags/list").status == 404)
        #expect(try server.request("GET", "/v2/a/tags/list", AccessTests.basic("", "")).status == 404)
        #expect(try server.request("POST", "/v2/a/blobs/uploads/", body: []).status == 401)
        // Clients learn here that there is something to log in to.
        #expect(try server.request("GET", "/v2/").status == 401)
    }

    @Test func readOnly() throws {
        let server = try ServedStore()
        let (digest, bytes) = try server.pushImage([randomBytes(9)], to: "a", as: "1")
        server.stop()
        server.arguments = ["--read-only"]
        try server.start()
        #expect(try server.request("GET", "/v2/a/manifests/1").body == bytes)
        for (method, path) in [
            ("PUT", "/v2/a/manifests/2"), ("DELETE", "/v2/a/manifests/\(digest)"), ("POST", "/v2/a/blobs/uploads/"),
        ] {
            let answer = try server.request(method, path, body: [])
            #expect(answer.status == 405 && answer.code == "UNSUPPORTED")
        }
    }

    @Test(arguments: [
        ("--auth", "alice"), ("--auth", "a:{SHA}abc"), ("--auth", "a:$apr1$x$y"), ("--auth", "a:plain"),
        ("--tokens", "tokens: [{name: a, token: short, read: \"**\"}]"), ("--tokens", "token: []"),
        ("--tokens", "tokens: [{name: a, token: long-enough-0123456789}]"), ("--tokens", "tokens: [{name: a"),
        ("--access", "users: {a: {wirte: x}}"), ("--access", "quotas: {a: lots}"), ("--access", "[]"),
    ])
    func wrongFilesAreRefused(option: String, text: String) throws {
        let directory = TemporaryDirectory()
        let file = try directory.write(Array(text.utf8), to: "settings")
        let run = try runProgram(
            ServedStore.executable.path,
            ["serve", "--listen", "127.0.0.1:0", "--root", directory.path("store"), option, file]
        )
        #expect(run.status == 65)
        #expect(
            run.output.hasPrefix("zoo: error: \(file)") && run.output.split(separator: "\n").count == 1,
            "\(run.output)"
        )
    }
}
