import Foundation
import OCI
import TestSupport
import Testing

/// Requests that no honest client sends.
@Suite struct HostileRequestTests {
    let server: ServedStore

    init() throws { server = try ServedStore() }

    /// The server still works, and nothing was written outside of its store.
    func expectUnharmed() throws {
        #expect(try server.request("GET", "/healthz").status == 200)
        let names = try FileManager.default.contentsOfDirectory(atPath: server.directory.root).sorted()
        #expect(names == ["log", "output", "store"])
        #expect(try server.store().verify().problems.isEmpty)
    }

    @Test(arguments: [
        "/v2/../../etc/passwd/manifests/x", "/v2/a/../b/tags/list", "/v2/%2e%2e/%2e%2e/tags/list",
        "/v2/a%2f..%2fb/tags/list",
        "/v2/A/tags/list", "/v2/a//b/tags/list", "/v2//tags/list", "/v2/a+b/tags/list", "/v2/_catalog/tags/list",
        "/v2/a/manifests/..", "/v2/a/manifests/.hidden", "/v2/a/manifests/%00",
        "/v2/a/blobs/sha256:../../../oci-layout",
        "/v2/a/blobs/..%2f..%2findex.json", "/v2/a/blobs/uploads/..%2f..%2f..%2findex.json",
        "/v2/a/blobs/uploads/../../../index.json", "/v2/a/manifests/sha256:%2e%2e", "/v2/%ff/tags/list",
        "/v2/%/tags/list",
        "/v2/a/tags/list?n=%zz", "/v2/a/blobs/sha256:" + String(repeating: "A", count: 64), "", "*", "/v2x/",
        "/v2/" + String(repeating: "a/", count: 300) + "tags/list", "/v2/.zoo/tags/list",
        "/v2/blobs/sha256/manifests/x/y",
        "/v2/" + String(repeating: "a", count: 256) + "/tags/list",
        "/v2/a/tags/list?" + String(repeating: "x", count: 9000),
    ])
    func paths(_ path: String) throws {
        for method in ["GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"] {
            let connection = try HTTPConnection(port: server.port)
            try connection.send(method, path, body: method == "GET" || method == "HEAD" ? nil : [1])
            // A request line that is none gets no answer but the end of the connection.
            guard let answer = try? connection.receive(isHead: method == "HEAD") else { continue }
            #expect((400..<500).contains(answer.status), "\(method) \(path): \(answer)")
        }
        try expectUnharmed()
    }

    @Test func methodsThatDoNotFit() throws {
        for (method, path) in [
            ("PUT", "/v2/"), ("DELETE", "/v2/_catalog"), ("POST", "/v2/a/tags/list"), ("BREW", "/v2/a/manifests/x"),
        ] {
            let answer = try server.request(method, path, body: [])
            #expect(answer.status == 405 || answer.status == 400, "\(method) \(path): \(answer)")
        }
    }

    @Test func headersWithoutEnd() throws {
        let large = try HTTPConnection(port: server.port)
        let name = "X: " + String(repeating: "a", count: 1000) + "\r\n"
        try? large.send(Array(("GET /v2/ HTTP/1.1\r\n" + String(repeating: name, count: 200)).utf8))
        #expect(large.waitForEnd(seconds: 20))
        let many = try HTTPConnection(port: server.port)
        try? many.send(Array(("GET /v2/ HTTP/1.1\r\n" + String(repeating: "X: a\r\n", count: 5000)).utf8))
        #expect(many.waitForEnd(seconds: 20))
        try expectUnharmed()
    }

    @Test(arguments: [
        "Content-Length: 5\r\nContent-Length: 6", "Content-Length: -1", "Content-Length: x",
        "Content-Length: 99999999999999999999999", "Transfer-Encoding: chunked\r\nContent-Length: 3",
        "Transfer-Encoding: gzip",
    ])
    func framing(_ headers: String) throws {
        let connection = try HTTPConnection(port: server.port)
        let digest = Digest.of([1])
        try connection.send(Array("POST /v2/a/blobs/uploads/?digest=\(digest) HTTP/1.1\r\n\(headers)\r\n\r\nabc".utf8))
        if let answer = try? connection.receive() { #expect(answer.status >= 400, "\(answer)") }
        #expect(try server.request("HEAD", "/v2/a/blobs/\(digest)").status == 404)
        try expectUnharmed()
    }

    @Test func garbage() throws {
        for _ in 0..<50 {
            let connection = try HTTPConnection(port: server.port)
            try? connection.send(randomBytes(Int.random(in: 1...5000)))
        }
        try expectUnharmed()
    }

    @Test func aBodyThatBreaksOffLeavesAnUploadThatGoesOn() throws {
        let bytes = randomBytes(3 << 20)
        let location = try #require(server.request("POST", "/v2/a/blobs/uploads/", body: [])["Location"])
        do {
            let connection = try HTTPConnection(port: server.port)
            try connection.send("PATCH", location, ["Content-Length": "\(bytes.count)"])
            try connection.send(Array(bytes[..<(2 << 20)]))
        }
        var stored = 0
        for _ in 0..<100 {
            let state = try server.request("GET", location)
            if state.status == 204 {
                stored = try #require(state["Range"].flatMap { Int($0.dropFirst(2)) }) + 1
                if stored > 1 { break }
            }
            usleep(50_000)
        }
        #expect(stored > 1 && stored <= 2 << 20)
        let rest = ["Content-Range": "\(stored)-\(bytes.count - 1)"]
        #expect(try server.request("PATCH", location, rest, body: Array(bytes[stored...])).status == 202)
        #expect(try server.request("PUT", "\(location)?digest=\(Digest.of(bytes))", body: []).status == 201)
        #expect(try server.request("GET", "/v2/a/blobs/\(Digest.of(bytes))").body == bytes)
    }

    @Test func twoRequestsForOneUpload() throws {
        let location = try #require(server.request("POST", "/v2/a/blobs/uploads/", body: [])["Location"])
        let first = try HTTPConnection(port: server.port)
        try first.send("PATCH", location, ["Content-Length": "1000000"])
        try first.send(randomBytes(600_000))
        try server.waitForUpload()
        #expect(try server.request("PATCH", location, body: [1]).status == 409)
        try first.send(randomBytes(400_000))
        #expect(try first.receive().status == 202)
        #expect(try server.request("GET", location)["Range"] == "0-999999")
    }

    @Test func aRefusedBodyIsNotReadToItsEnd() throws {
        let connection = try HTTPConnection(port: server.port)
        try connection.send("PUT", "/v2/a/manifests/x", ["Content-Length": "99999999999"])
        let answer = try connection.receive()
        #expect(answer.status == 413 && answer["Connection"] == "close")
        let start = ContinuousClock.now
        #expect(throws: HTTPConnection.Closed.self) {
            while ContinuousClock.now - start < .seconds(30) {
                try connection.send([UInt8](repeating: 0, count: 1 << 16))
                usleep(10_000)
            }
        }
    }

    @Test func slowClientsAreCutOff() throws {
        let server = try ServedStore(["--idle-timeout", "2"])
        let location = try #require(server.request("POST", "/v2/a/blobs/uploads/", body: [])["Location"])
        let silent = try HTTPConnection(port: server.port)
        let header = try HTTPConnection(port: server.port)
        let stalled = try HTTPConnection(port: server.port)
        let dripping = try HTTPConnection(port: server.port)
        try stalled.send("PATCH", location, ["Content-Length": "100"], body: [1, 2, 3])
        let other = try #require(server.request("POST", "/v2/a/blobs/uploads/", body: [])["Location"])
        try dripping.send("PATCH", other, ["Content-Length": "1000"])
        var answer: HTTPAnswer?
        for byte in "GET /v2/ HTTP/1.1\r\nX: ".utf8 {
            try? header.send([byte])
            if (try? dripping.send([byte])) == nil { break }
            usleep(250_000)
        }
        answer = try? dripping.receive()
        #expect(answer?.status == 408)
        #expect(silent.waitForEnd(seconds: 5) && header.waitForEnd(seconds: 5) && stalled.waitForEnd(seconds: 5))
        #expect(try server.request("GET", location)["Range"] == "0-2", "what has arrived stays")
    }

    @Test func aBodyThatNobodyWantsIsReadIfItIsSmall() throws {
        let connection = try HTTPConnection(port: server.port)
        for _ in 0..<3 {
            try connection.send("POST", "/v2/a/tags/list", body: randomBytes(1000))
            #expect(try connection.receive().status == 405)
        }
    }

    /// RFC 9112, section 3.2.
    @Test(arguments: ["", "Host: a\r\nHost: b\r\n", "Host: a\r\nHost: a\r\n"])
    func requestsOfNoOneHost(lines: String) throws {
        let connection = try HTTPConnection(port: server.port)
        try connection.send(Array("GET /v2/ HTTP/1.1\r\n\(lines)\r\nGET /v2/ HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(try connection.receive().status == 400)
        #expect(connection.waitForEnd(seconds: 5))
    }

    @Test func clientsOfTheOldVersion() throws {
        let once = try HTTPConnection(port: server.port)
        try once.send(Array("GET /v2/ HTTP/1.0\r\n\r\n".utf8))
        #expect(try once.receive().status == 200)
        #expect(once.waitForEnd(seconds: 5))
        let kept = try HTTPConnection(port: server.port)
        for _ in 0..<3 {
            try kept.send(Array("GET /v2/ HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n".utf8))
            #expect(try kept.receive()["Connection"] == "keep-alive")
        }
    }

    @Test func requestsInOneGo() throws {
        let connection = try HTTPConnection(port: server.port)
        let request = "GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n"
        try connection.send(Array(String(repeating: request, count: 100).utf8))
        for _ in 0..<100 { #expect(try connection.receive().status == 200) }
    }
}
