import Foundation
import OCI
import TestSupport
import Testing

/// The server beside skopeo.
@Suite struct SkopeoTests {
    let server: ServedStore
    let source: LayoutStore

    init() throws {
        server = try ServedStore()
        source = try LayoutStore.open(at: server.directory.path("source"), create: true)
        for tag in ["1", "2"] {
            let lease = try source.lease()
            let layers = try (0..<3).map { _ in try lease.put(randomBytes(50_000), mediaType: "application/x-layer") }
            let config = try lease.put(Array("{}".utf8), mediaType: MediaType.empty)
            try source.tag(
                lease.put(Manifest(artifactType: "application/x-a", config: config, layers: layers)),
                as: "m:\(tag)"
            )
        }
    }

    @discardableResult
    func skopeo(_ arguments: String..., input: String? = nil) throws -> String {
        let run = try runProgram("skopeo", arguments, input: input)
        try #require(run.status != 127, "skopeo is missing: scripts/bootstrap test installs it")
        #expect(run.status == 0, "skopeo \(arguments.joined(separator: " ")): \(run.output)")
        return run.output
    }

    @Test func copiesBothWaysAndKeepsTheDigest() throws {
        let image = "docker://\(server.host)/team/m:1"
        try skopeo("copy", "--preserve-digests", "--dest-tls-verify=false", "oci:\(source.path):m:1", image)
        let digest = try source.resolve("m:1").digest
        #expect(try server.store().resolve("team/m:1").digest == digest)
        let back = server.directory.path("back")
        try skopeo("copy", "--preserve-digests", "--src-tls-verify=false", image, "oci:\(back):m:1")
        #expect(try LayoutStore.open(at: back).resolve("m:1").digest == digest)
        let raw = try skopeo("inspect", "--raw", "--tls-verify=false", image)
        #expect(Digest.of(Array(raw.utf8)) == digest)
        // From repository to repository: skopeo mounts what it has seen.
        let other = "docker://\(server.host)/other:x"
        try skopeo("copy", "--src-tls-verify=false", "--dest-tls-verify=false", "--preserve-digests", image, other)
        #expect(try server.store().resolve("other:x").digest == digest)
    }

    @Test func listsAndDeletes() throws {
        for tag in ["1", "2"] {
            try skopeo(
                "copy",
                "--dest-tls-verify=false",
                "oci:\(source.path):m:\(tag)",
                "docker://\(server.host)/m:\(tag)"
            )
        }
        let image = "docker://\(server.host)/m"
        #expect(try skopeo("list-tags", "--tls-verify=false", image).contains("\"2\""))
        try skopeo("delete", "--tls-verify=false", image + ":2")
        let tags = try skopeo("list-tags", "--tls-verify=false", image)
        #expect(tags.contains("\"1\"") && !tags.contains("\"2\""))
        _ = try server.store().collectGarbage()
        #expect(try server.store().verify().problems.isEmpty)
    }

    @Test func syncs() throws {
        for tag in ["1", "2"] {
            try skopeo(
                "copy",
                "--dest-tls-verify=false",
                "oci:\(source.path):m:\(tag)",
                "docker://\(server.host)/m:\(tag)"
            )
        }
        let second = try ServedStore()
        try skopeo(
            "sync",
            "--src",
            "docker",
            "--dest",
            "docker",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            "--preserve-digests",
            "\(server.host)/m",
            "\(second.host)/mirror"
        )
        for tag in ["1", "2"] {
            #expect(try second.store().resolve("mirror/m:\(tag)").digest == source.resolve("m:\(tag)").digest)
        }
        let directory = server.directory.path("synced")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try skopeo(
            "sync",
            "--src",
            "docker",
            "--dest",
            "dir",
            "--src-tls-verify=false",
            "\(second.host)/mirror/m",
            directory
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == ["m:1", "m:2"])
    }

    @Test func logsIn() throws {
        let users = try runProgram("htpasswd", ["-nbBC", "5", "alice", "secret"]).output
        let guarded = try ServedStore(["--auth", "%/users"], files: ["users": users])
        let file = server.directory.path("auth.json")
        let image = "docker://\(guarded.host)/m:1"
        let copy = ["copy", "--dest-tls-verify=false", "oci:\(source.path):m:1", image]
        #expect(try runProgram("skopeo", copy).status != 0)
        let login = [
            "login", "--tls-verify=false", "--authfile", file, "-u", "alice", "--password-stdin", guarded.host,
        ]
        #expect(try runProgram("skopeo", login, input: "wrong\n").status != 0)
        let right = try runProgram("skopeo", login, input: "secret\n")
        #expect(right.status == 0, "\(right.output)")
        try skopeo("copy", "--authfile", file, "--dest-tls-verify=false", "oci:\(source.path):m:1", image)
        #expect(
            try skopeo("list-tags", "--authfile", file, "--tls-verify=false", "docker://\(guarded.host)/m").contains(
                "\"1\""
            )
        )
    }
}
