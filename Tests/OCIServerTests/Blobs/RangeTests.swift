import OCI
import Testing

/// Parts of blobs (RFC 9110, 14).
@Suite struct RangeTests {
    let server: ServedStore
    let bytes = randomBytes(2048)
    let path: String

    init() throws {
        server = try ServedStore()
        path = "/v2/a/blobs/\(try server.push(bytes, to: "a"))"
    }

    @Test(arguments: [
        ("bytes=500-1499", 500..<1500), ("bytes=500-", 500..<2048), ("bytes=-500", 1548..<2048),
        ("bytes=2000-5000", 2000..<2048), ("bytes=0-0", 0..<1), ("bytes=-9999", 0..<2048),
        ("bytes=2047-99999999999999999999999", 2047..<2048),
    ])
    func satisfied(header: String, range: Range<Int>) throws {
        let answer = try server.request("GET", path, ["Range": header])
        #expect(answer.status == 206)
        #expect(answer.body == Array(bytes[range]))
        #expect(answer["Content-Range"] == "bytes \(range.lowerBound)-\(range.upperBound - 1)/2048")
        #expect(answer["Content-Length"] == String(range.count))
    }

    @Test(arguments: ["bytes=500-0", "bytes=5000-10000", "bytes=2048-", "bytes=-0", "bytes=99999999999999999999999-"])
    func unsatisfiable(header: String) throws {
        let answer = try server.request("GET", path, ["Range": header])
        #expect(answer.status == 416)
        #expect(answer["Content-Range"] == "bytes */2048")
    }

    @Test(arguments: ["lines=1-2", "bytes=1-2,5-6", "bytes=a-b", "bytes="])
    func passedOver(header: String) throws {
        let answer = try server.request("GET", path, ["Range": header])
        #expect(answer.status == 200 && answer.body == bytes)
    }

    @Test func onlyOfTheContentThatTheClientKnows() throws {
        let tag = try #require(server.request("HEAD", path)["ETag"])
        #expect(try server.request("GET", path, ["Range": "bytes=1-2", "If-Range": tag]).status == 206)
        #expect(try server.request("GET", path, ["Range": "bytes=1-2", "If-Range": "\"other\""]).status == 200)
    }

    /// RFC 9110, section 13.1.2: nothing is sent that the client says it has.
    @Test func onlyContentThatTheClientLacks() throws {
        let manifest = "/v2/a/manifests/\(try server.pushImage([bytes], to: "a").digest)"
        for (path, method) in [(path, "GET"), (path, "HEAD"), (manifest, "GET"), (manifest, "HEAD")] {
            let tag = try #require(server.request("HEAD", path)["ETag"])
            for known in [tag, "*", "W/\(tag)", "\"other\", \(tag)"] {
                let answer = try server.request(method, path, ["If-None-Match": known])
                #expect(answer.status == 304 && answer.body.isEmpty && answer["ETag"] == tag, "\(answer)")
            }
            #expect(try server.request(method, path, ["If-None-Match": "\"other\""]).status == 200)
        }
        let absent = "/v2/a/blobs/\(Digest.of([1, 2, 3]))"
        #expect(try server.request("GET", absent, ["If-None-Match": "*"]).status == 404)
    }

    @Test func anEmptyBlob() throws {
        let empty = "/v2/a/blobs/\(try server.push([], to: "a"))"
        #expect(try server.request("GET", empty).status == 200)
        #expect(try server.request("GET", empty, ["Range": "bytes=0-"]).status == 416)
    }
}
