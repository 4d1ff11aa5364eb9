import Foundation
import ModelSamples
import RegistryPeer
import TestSupport
import Testing

/// Models by way of every kind of registry, and beside the other programs that speak to them.
@Suite struct PeerTests {
    let store = ToyStore()

    @Test(arguments: PeerRegistry.Kind.allCases)
    func modelsGoThereAndComeBack(kind: PeerRegistry.Kind) throws {
        try store.publishPair()
        let registry = try PeerRegistry(kind, directory: "\(store.models.root)/registry")
        let (zoo, host) = (try store.zoo(reaching: registry), registry.host)
        if kind.hasPassword { try logIn(zoo, host) }

        // Beside its base a fine-tune sends its head alone.
        let base = try zoo.json("push shop:1 \(host)/team/")
        let pushed = try zoo.json("push again:1 \(host)/team/")
        let (mounted, sent) = try (#require(pushed["mounted"] as? Int), #require(pushed["sent"] as? Int))
        #expect(mounted > 16_000 && sent < mounted / 2, "\(pushed)")
        #expect((pushed["bases"] as? [String])?.isEmpty == true)
        #expect(try zoo("push again:1 \(host)/team/").output.contains("is there already"))

        #expect(try zoo("list --remote \(host) -q").output == "\(host)/team/again:1\n\(host)/team/shop:1\n")
        #expect(try zoo("search AGAIN --remote \(host) -q").output == "\(host)/team/again:1\n")
        let digest = try #require(pushed["digest"] as? String)
        #expect(try zoo.json("show \(host)/team/again:1")["digest"] as? String == digest)
        let difference = try zoo.json("diff \(host)/team/shop:1 \(host)/team/again:1@\(digest)")
        let layers = try #require(difference["layers"] as? [[String: Any]])
        #expect(layers.first { $0["title"] as? String == "encoder weights" }?["change"] as? String == "same")

        try zoo("keygen release").check()
        try zoo("sign again:1 --key release").check()
        try zoo("push again:1 \(host)/team/").check()
        let other = try store.zoo(home: "other", reaching: registry)
        try other("pull \(host)/team/again:1 --require-signature --key release.pub").check()
        try other("verify team/again:1 --key release.pub").check()
        #expect(try other.json("show team/again:1")["digest"] as? String == digest)
        #expect(try other.json("show shop:1")["digest"] as? String == base["digest"] as? String)

        if registry.isPlain { try copyAndDelete(host, digest, zoo) }
    }

    /// Wrong credentials are refused and not kept; right ones are kept.
    private func logIn(_ zoo: ZooProcess, _ host: String) throws {
        let refused = try zoo("push shop:1 \(host)/team/")
        #expect(refused.status == 74 && refused.isOneLineError && refused.errors.contains("zoo login \(host)"))
        let wrong = try zoo.login(host, "open sesame")
        #expect(wrong.status == 74 && wrong.isOneLineError, "\(wrong)")
        #expect(wrong.errors.contains("refuses this user name and password"), "\(wrong)")
        #expect(try zoo("list --remote \(host)").status == 74)
        try zoo.login(host).check()
    }

    /// skopeo, with the credentials that `zoo login` has kept, finds what was pushed to the byte, and deletes it.
    private func copyAndDelete(_ host: String, _ digest: String, _ zoo: ZooProcess) throws {
        let image = "docker://\(host)/team/again:1"
        let credentials = "\(store.models.root)/credentials/config.json"
        if !FileManager.default.fileExists(atPath: credentials) {
            try store.models.write("{}", to: "credentials/config.json")
        }
        let layout = "\(store.models.root)/layout"
        try Program.run(
            "skopeo",
            [
                "copy", "--preserve-digests", "--src-authfile", credentials, "--src-tls-verify=false", image,
                "oci:\(layout):again:1",
            ]
        )
        #expect(try StoreFiles(URL(fileURLWithPath: layout), "again:1").digest == digest)
        try Program.run("skopeo", ["delete", "--authfile", credentials, "--tls-verify=false", image])
        #expect(try zoo("list --remote \(host) -q").output == "\(host)/team/shop:1\n")
        let gone = try zoo("pull \(host)/team/again:1 --as gone:1")
        #expect(gone.status == 66 && gone.isOneLineError, "\(gone)")
    }

    @Test func orasUnpacksWhatWePushed() throws {
        try store.publishPair()
        let registry = try PeerRegistry(.servedWithPassword, directory: "\(store.models.root)/registry")
        let zoo = try store.zoo(reaching: registry)
        try zoo.login(registry.host).check()
        try zoo("push again:1 \(registry.host)/team/").check()
        try zoo("pull again:1 --into ours").check()
        let script = """
            import os, sys, tarfile
            from oras.client import OrasClient
            host, out, user, password = sys.argv[1:5]
            client = OrasClient(hostname=host, insecure=True, auth_backend="basic")
            client.login(hostname=host, username=user, password=password, config_path=out + ".json")
            for name in client.pull(target=f"{host}/team/again:1", outdir=out):
                if name.endswith(".tar"):
                    tarfile.open(name).extractall(out)
            """
        let out = "\(store.models.root)/theirs"
        _ = try PythonPeer.run(script, [registry.host, out, DockerRegistry.user, DockerRegistry.password])
        for name in ["encoder/weights.safetensors", "heads/again/weights.safetensors", "zoo.json", "card.md"] {
            let (ours, theirs) = (URL(fileURLWithPath: "\(store.models.root)/ours/\(name)"), "\(out)/\(name)")
            #expect(try Data(contentsOf: ours) == Data(contentsOf: URL(fileURLWithPath: theirs)), "\(name)")
        }
    }

    /// `podman login` is the same code as skopeo's; the file is found by either of its names.
    @Test(arguments: ["REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR"])
    func loginsOfOtherProgramsAreTaken(variable: String) throws {
        try store.publishPair()
        let registry = try PeerRegistry(.servedWithPassword, directory: "\(store.models.root)/registry")
        let file = "\(store.models.root)/run/containers/auth.json"
        try Program.run(
            "skopeo",
            [
                "login", "--tls-verify=false", "--authfile", file, "-u", DockerRegistry.user, "-p",
                DockerRegistry.password, registry.host,
            ]
        )
        var zoo = try store.zoo(reaching: registry)
        #expect(try zoo("push shop:1 \(registry.host)").status == 74)
        zoo.environment[variable] = variable == "XDG_RUNTIME_DIR" ? "\(store.models.root)/run" : file
        try zoo("push shop:1 \(registry.host)").check()
        try zoo("logout \(registry.host)").check()
        #expect(try zoo("list --remote \(registry.host)").status == 74)
    }
}
