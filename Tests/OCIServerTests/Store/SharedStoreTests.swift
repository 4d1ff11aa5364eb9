import Foundation
import Glibc
import OCI
import Testing

/// The server beside other processes on one store, and across its own death.
@Suite struct SharedStoreTests {
    let server: ServedStore

    init() throws { server = try ServedStore() }

    @Test func whatIsPublishedLocallyShowsAtOnce() throws {
        let store = try server.store()
        for round in 0..<20 {
            let lease = try store.lease()
            let layer = try lease.put(randomBytes(100), mediaType: "x/y")
            let manifest = Manifest(
                config: try lease.put(Array("{}".utf8), mediaType: MediaType.empty),
                layers: [layer]
            )
            try store.tag(lease.put(manifest), as: "local/model:v\(round)")
            lease.end()
            #expect(try server.request("GET", "/v2/local/model/manifests/v\(round)").body == manifest.canonicalBytes)
            #expect(try server.request("GET", "/v2/local/model/blobs/\(layer.digest)").status == 200)
            #expect(try server.request("GET", "/v2/local/other/blobs/\(layer.digest)").status == 404)
        }
        try store.untag("local/model:v3")
        #expect(try server.request("GET", "/v2/local/model/manifests/v3").status == 404)
        let (digest, _) = try server.pushImage([randomBytes(10)], to: "pushed", as: "1")
        #expect(try store.resolve("pushed:1").digest == digest)
        #expect(try store.verify().problems.isEmpty)
    }

    @Test func manyPushersLoseNothing() async throws {
        let server = server
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<16 {
                group.addTask {
                    for round in 0..<5 {
                        try server.pushImage([randomBytes(200)], to: "team/m\(worker % 4)", as: "t\(worker)-\(round)")
                    }
                }
            }
            try await group.waitForAll()
        }
        let tags = Set(try server.store().tags().map(\.name))
        #expect(tags.count == 80)
        #expect(try server.store().history().count == 80)
        #expect(try server.store().verify().problems.isEmpty)
    }

    @Test func aKilledServersUploadsGoOn() throws {
        let bytes = randomBytes(300_000)
        let location = try #require(server.request("POST", "/v2/a/blobs/uploads/", body: [])["Location"])
        #expect(try server.request("PATCH", location, body: Array(bytes[..<100_000])).status == 202)
        try server.pushImage([randomBytes(10)], to: "a", as: "before")
        server.stop(SIGKILL)
        _ = try server.store().collectGarbage()
        try server.start()
        #expect(try server.request("GET", location)["Range"] == "0-99999")
        let range = ["Content-Range": "100000-299999"]
        #expect(try server.request("PATCH", location, range, body: Array(bytes[100_000...])).status == 202)
        #expect(try server.request("PUT", "\(location)?digest=\(Digest.of(bytes, .sha512))", body: []).status == 201)
        #expect(try server.request("GET", "/v2/a/blobs/\(Digest.of(bytes, .sha512))").body == bytes)
        #expect(try server.request("HEAD", "/v2/a/manifests/before").status == 200)
    }

    @Test func killedAtRandomMomentsNothingHalfDoneShows() throws {
        for _ in 0..<15 {
            let layer = randomBytes(1 << 20)
            let pusher = Thread { [server] in _ = try? server.pushImage([layer], to: "k", as: "v\(layer[0])") }
            pusher.start()
            usleep(UInt32.random(in: 0...30_000))
            server.stop(SIGKILL)
            while !pusher.isFinished { usleep(1000) }
            #expect(try server.store().verify().problems.isEmpty)
            try server.start()
            for tag in try server.store().tags() {
                let manifest = try server.request("GET", "/v2/k/manifests/\(tag.descriptor.digest)")
                #expect(manifest.status == 200)
                for blob in try Manifest(parsing: manifest.body).contents {
                    #expect(try server.request("HEAD", "/v2/k/blobs/\(blob.digest)").status == 200)
                }
            }
        }
        server.stop(SIGKILL)
        _ = try server.store().collectGarbage()
        for name in ["tmp", "leases"] {
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(server.root)/.zoo/\(name)").isEmpty)
        }
    }

    @Test func uploadsExpire() throws {
        let short = try ServedStore(["--upload-expiry", "1"])
        let location = try #require(short.request("POST", "/v2/a/blobs/uploads/", body: [])["Location"])
        var status = 204
        for _ in 0..<100 where status != 404 {
            usleep(100_000)
            status = try short.request("GET", location).status
        }
        #expect(status == 404)
        #expect(try FileManager.default.contentsOfDirectory(atPath: short.root + "/.zoo/uploads/a").isEmpty)
    }

    @Test func toldToStopItLetsRequestsEnd() throws {
        let bytes = randomBytes(2 << 20)
        let connection = try HTTPConnection(port: server.port)
        let path = "/v2/a/blobs/uploads/?digest=\(Digest.of(bytes))"
        try connection.send("POST", path, ["Content-Length": "\(bytes.count)"])
        try connection.send(Array(bytes[..<(1 << 20)]))
        try server.waitForUpload()
        server.signal(SIGTERM)
        #expect(server.refusesConnections(), "no new connection is taken")
        try connection.send(Array(bytes[(1 << 20)...]))
        #expect(try connection.receive().status == 201)
        #expect(server.stop() == 0)
        #expect(try server.store().hasBlob(Digest.of(bytes)))
    }

    @Test func metricsCount() throws {
        try server.pushImage([randomBytes(1000)], to: "a", as: "1")
        let text = try server.request("GET", "/metrics").text
        #expect(text.contains(#"zoo_http_requests_total{method="PUT",route="manifest",status="201"} 1"#))
        #expect(text.contains("\nzoo_repositories 1\n") && text.contains("\nzoo_tags 1\n"))
        #expect(text.contains("\nzoo_http_received_bytes_total "))
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            #expect(Double(line.split(separator: " ").last ?? "") != nil, "\(line)")
        }
    }
}
