import Foundation
import OCI
import Testing

/// Every way to send a blob (OCI distribution specification 1.1, "Pushing Blobs").
@Suite struct UploadTests {
    let server: ServedStore

    init() throws { server = try ServedStore() }

    /// Begins an upload and gives its location.
    func begin(_ repository: String = "a/b", _ query: String = "") throws -> String {
        let answer = try server.request("POST", "/v2/\(repository)/blobs/uploads/\(query)", body: [])
        #expect(answer.status == 202)
        return try #require(answer["Location"])
    }

    func expectBlob(_ bytes: [UInt8], _ digest: Digest, in repository: String = "a/b") throws {
        let path = "/v2/\(repository)/blobs/\(digest)"
        let got = try server.request("GET", path)
        #expect(got.status == 200 && got.body == bytes)
        #expect(got["Content-Length"] == String(bytes.count))
        let head = try server.request("HEAD", path)
        #expect(head.status == 200 && head["Content-Length"] == String(bytes.count))
        #expect(head["Docker-Content-Digest"] == digest.description)
        #expect(try server.store().verify().problems.isEmpty)
    }

    @Test(arguments: Digest.Algorithm.allCases, [0, 1, 2, 512, 70_001])
    func postOnly(algorithm: Digest.Algorithm, size: Int) throws {
        let bytes = randomBytes(size)
        let digest = Digest.of(bytes, algorithm)
        let answer = try server.request("POST", "/v2/a/b/blobs/uploads/?digest=\(digest)", body: bytes)
        #expect(answer.status == 201)
        #expect(answer["Location"] == "/v2/a/b/blobs/\(digest)")
        #expect(answer["Docker-Content-Digest"] == digest.description)
        try expectBlob(bytes, digest)
    }

    @Test(arguments: Digest.Algorithm.allCases)
    func postThenPut(algorithm: Digest.Algorithm) throws {
        let bytes = randomBytes(1000)
        let digest = Digest.of(bytes, algorithm)
        let answer = try server.request("PUT", begin() + "?digest=\(digest)", body: bytes)
        #expect(answer.status == 201)
        try expectBlob(bytes, digest)
    }

    @Test(arguments: Digest.Algorithm.allCases, [true, false])
    func chunks(algorithm: Digest.Algorithm, putsLast: Bool) throws {
        let bytes = randomBytes(3000)
        let digest = Digest.of(bytes, algorithm)
        var location = try begin("a/b", "?digest-algorithm=\(algorithm.rawValue)")
        for start in stride(from: 0, to: putsLast ? 2000 : 3000, by: 1000) {
            let chunk = Array(bytes[start..<start + 1000])
            let range = ["Content-Range": "\(start)-\(start + 999)"]
            let answer = try server.request("PATCH", location, range, body: chunk)
            #expect(answer.status == 202)
            #expect(answer["Range"] == "0-\(start + 999)")
            location = try #require(answer["Location"])
        }
        let last = putsLast ? Array(bytes[2000...]) : []
        let headers = putsLast ? ["Content-Range": "2000-2999"] : [:]
        #expect(try server.request("PUT", location + "?digest=\(digest)", headers, body: last).status == 201)
        try expectBlob(bytes, digest)
    }

    @Test func chunksOutOfOrderAreRefusedAndTheUploadGoesOn() throws {
        let bytes = randomBytes(2000)
        let location = try begin()
        func patch(_ range: Range<Int>) throws -> HTTPAnswer {
            let header = ["Content-Range": "\(range.lowerBound)-\(range.upperBound - 1)"]
            return try server.request("PATCH", location, header, body: Array(bytes[range]))
        }
        #expect(try patch(1000..<2000).status == 416)
        #expect(try patch(0..<1000).status == 202)
        let again = try patch(0..<1000)
        #expect(again.status == 416 && again["Range"] == "0-999" && again["Location"] == location)
        let digest = Digest.of(bytes)
        let early = ["Content-Range": "0-999"]
        let put = try server.request("PUT", "\(location)?digest=\(digest)", early, body: Array(bytes[..<1000]))
        #expect(put.status == 416)
        let state = try server.request("GET", location)
        #expect(state.status == 204 && state["Range"] == "0-999" && state["Location"] == location)
        #expect(try patch(1000..<2000).status == 202)
        #expect(try server.request("PUT", "\(location)?digest=\(digest)", body: []).status == 201)
        try expectBlob(bytes, digest)
    }

    @Test(arguments: ["x", "5-1", "-5", "0-", "0-99999999999999999999999", "bytes 0-3/4"])
    func malformedContentRange(_ range: String) throws {
        let answer = try server.request("PATCH", begin(), ["Content-Range": range], body: [1, 2, 3, 4])
        #expect(answer.status == 400 && answer.code == "BLOB_UPLOAD_INVALID")
    }

    @Test func aChunkMustHaveTheLengthThatItSays() throws {
        let location = try begin()
        let answer = try server.request("PATCH", location, ["Content-Range": "0-9"], body: [1, 2, 3])
        #expect(answer.status == 400 && answer.code == "SIZE_INVALID")
        let connection = try HTTPConnection(port: server.port)
        let headers = ["Content-Range": "0-1", "Transfer-Encoding": "chunked"]
        try connection.send("PATCH", location, headers, body: Array("4\r\nabcd\r\n0\r\n\r\n".utf8))
        #expect(try connection.receive().status == 400)
        #expect(try server.request("GET", location)["Range"] == "0-0")
    }

    @Test func aStreamOfUnknownLength() throws {
        let location = try begin()
        let connection = try HTTPConnection(port: server.port)
        let body = Array("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n".utf8)
        try connection.send("PATCH", location, ["Transfer-Encoding": "chunked"], body: body)
        #expect(try connection.receive().status == 202)
        let bytes = Array("hello world".utf8)
        let digest = Digest.of(bytes)
        #expect(try server.request("PUT", "\(location)?digest=\(digest)", body: []).status == 201)
        try expectBlob(bytes, digest)
    }

    @Test(arguments: Digest.Algorithm.allCases)
    func aWrongDigestLeavesNothing(algorithm: Digest.Algorithm) throws {
        let bytes = randomBytes(500)
        let digest = Digest.of(bytes, algorithm)
        let other = bytes + [0]
        let post = try server.request("POST", "/v2/a/b/blobs/uploads/?digest=\(digest)", body: other)
        #expect(post.status == 400 && post.code == "DIGEST_INVALID")
        let location = try begin()
        let put = try server.request("PUT", "\(location)?digest=\(digest)", body: other)
        #expect(put.status == 400 && put.code == "DIGEST_INVALID")
        #expect(try server.request("GET", location).status == 404)
        #expect(try server.request("GET", "/v2/a/b/blobs/\(digest)").status == 404)
        #expect(try server.store().collectGarbage().blobs.isEmpty)
    }

    @Test(arguments: ["sha256:baddigeststring", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha256", ""])
    func malformedDigests(_ digest: String) throws {
        #expect(try server.request("PUT", begin() + "?digest=\(digest)", body: [1]).code == "DIGEST_INVALID")
        #expect(try server.request("POST", "/v2/a/b/blobs/uploads/?digest=\(digest)", body: [1]).status == 400)
    }

    @Test func aClosingRequestNeedsADigest() throws {
        let answer = try server.request("PUT", begin(), body: [1])
        #expect(answer.status == 400 && answer.code == "DIGEST_INVALID")
    }

    @Test func cancelled() throws {
        let location = try begin()
        #expect(try server.request("PATCH", location, body: [1, 2, 3]).status == 202)
        #expect(try server.request("DELETE", location).status == 204)
        for method in ["GET", "PATCH", "PUT", "DELETE"] {
            let answer = try server.request(
                method,
                "\(location)?digest=\(Digest.of([1]))",
                body: method == "GET" ? nil : [1]
            )
            #expect(answer.status == 404 && answer.code == "BLOB_UPLOAD_UNKNOWN", "\(method)")
        }
    }

    @Test func anUploadBelongsToItsRepository() throws {
        let location = try begin("a/b")
        let elsewhere = location.replacingOccurrences(of: "/a/b/", with: "/a/c/")
        #expect(try server.request("GET", elsewhere).status == 404)
        #expect(try server.request("PATCH", elsewhere, body: [1]).status == 404)
    }

    @Test func mounted() throws {
        let bytes = randomBytes(100)
        let digest = try server.push(bytes, to: "from")
        let path = "/v2/to/blobs/uploads/?mount=\(digest)&from=from"
        #expect(try server.request("GET", "/v2/to/blobs/\(digest)").status == 404)
        let answer = try server.request("POST", path, body: [])
        #expect(answer.status == 201 && answer["Location"] == "/v2/to/blobs/\(digest)")
        try expectBlob(bytes, digest, in: "to")
        let anywhere = try server.request("POST", "/v2/third/blobs/uploads/?mount=\(digest)", body: [])
        #expect(anywhere.status == 201)
        try expectBlob(bytes, digest, in: "third")
    }

    @Test func whatIsNotThereToMountIsUploaded() throws {
        let bytes = randomBytes(100)
        let digest = Digest.of(bytes)
        for query in ["mount=\(digest)&from=from", "mount=\(digest)"] {
            let answer = try server.request("POST", "/v2/to/blobs/uploads/?\(query)", body: [])
            #expect(answer.status == 202)
            let location = try #require(answer["Location"])
            #expect(try server.request("PUT", "\(location)?digest=\(digest)", body: bytes).status == 201)
            try expectBlob(bytes, digest, in: "to")
            #expect(try server.request("DELETE", "/v2/to/blobs/\(digest)").status == 202)
            _ = try server.store().collectGarbage()
        }
    }

    @Test func aClientThatWaitsIsToldToGoOn() throws {
        let bytes = randomBytes(100)
        let connection = try HTTPConnection(port: server.port)
        let path = "/v2/a/b/blobs/uploads/?digest=\(Digest.of(bytes))"
        try connection.send("POST", path, ["Content-Length": "100", "Expect": "100-continue"])
        #expect(try connection.receiveOne().status == 100)
        try connection.send(bytes)
        #expect(try connection.receiveOne().status == 201)
    }
}
