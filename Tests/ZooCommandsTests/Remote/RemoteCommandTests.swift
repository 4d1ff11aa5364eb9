import Foundation
import RegistryPeer
import Testing

/// Registries by the built program, as a user reaches them.
struct RemoteCommandTests {
    let shop: ToyShop
    let zoo: ZooProcess
    let docker: DockerRegistry

    init() throws {
        shop = try ToyShop()
        let home = shop.directory
        docker = try DockerRegistry(directory: home.appendingPathComponent("docker").path, withPassword: true)
        var zoo = shop.zoo()
        zoo.environment["HOME"] = home.path
        zoo.environment["DOCKER_CONFIG"] = home.appendingPathComponent("credentials").path
        zoo.environment["REGISTRY_AUTH_FILE"] = ""
        zoo.environment["XDG_RUNTIME_DIR"] = ""
        zoo.environment["XDG_CONFIG_HOME"] = ""
        self.zoo = zoo
    }

    private func login() throws {
        let outcome = try zoo.run(
            ["login", docker.host, "-u", DockerRegistry.user, "--password-stdin"],
            input: Data("\(DockerRegistry.password)\n".utf8)
        )
        try #require(outcome.status == 0, "\(outcome)")
    }

    private func publish() throws {
        let trained = try zoo(
            "pretrain --schema schema.yaml --data train.csv --valid valid.csv --recipe recipe.yaml --publish toy:1.0.0 -q"
        )
        try #require(trained.status == 0, "\(trained)")
    }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func loginPushListPullLogout() throws {
        defer { shop.remove() }
        try publish()
        let refused = try zoo("push toy:1.0.0 \(docker.host)")
        #expect(refused.status == 74)
        #expect(refused.isOneLineError)
        #expect(refused.errors.contains("zoo login \(docker.host)"))

        let wrong = try zoo.run(
            ["login", docker.host, "-u", DockerRegistry.user, "--password-stdin"],
            input: Data("open sesame\n".utf8)
        )
        #expect(wrong.status == 74)
        #expect(!wrong.description.contains("sesame"))
        let file = shop.directory.appendingPathComponent("credentials/config.json")
        #expect(!FileManager.default.fileExists(atPath: file.path), "refused credentials are not kept")
        try login()
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)

        let pushed = try zoo("push toy:1.0.0 \(docker.host)/team/ --format json")
        try #require(pushed.status == 0, "\(pushed)")
        #expect(!pushed.errors.contains("\u{1B}"), "no escape sequences where there is no terminal")
        let push = try json(pushed.output)
        #expect(push["reference"] as? String == "\(docker.host)/team/toy:1.0.0")
        #expect(try zoo("push toy:1.0.0 \(docker.host)/team/").output.contains("is there already"))

        let list = try zoo("list --remote \(docker.host) --format json")
        #expect(list.output.contains("\"\(docker.host)/team/toy\""), "\(list)")
        #expect(try zoo("search toy stars --remote \(docker.host) -q").output == "\(docker.host)/team/toy:1.0.0\n")
        let show = try zoo("show \(docker.host)/team/toy:1.0.0 --tensors")
        #expect(show.output.contains("F32"), "\(show)")
        let diff = try zoo("diff toy:1.0.0 \(docker.host)/team/toy:1.0.0")
        #expect(diff.status == 0, "\(diff)")

        let other = ZooProcess(
            directory: shop.directory,
            environment: zoo.environment.merging(["ZOO_HOME": shop.directory.appendingPathComponent("second").path]) {
                $1
            }
        )
        let pulled = try other("pull \(docker.host)/team/toy:1.0.0 --as toy:2 --format json")
        try #require(pulled.status == 0, "\(pulled)")
        #expect(try json(pulled.output)["digest"] as? String == push["digest"] as? String)
        #expect(try other("verify").status == 0)
        let part = try other("pull \(docker.host)/team/toy:1.0.0 --into part --head click")
        #expect(part.status == 0, "\(part)")
        #expect(FileManager.default.fileExists(atPath: shop.directory.appendingPathComponent("part/heads/click").path))
        #expect(!FileManager.default.fileExists(atPath: shop.directory.appendingPathComponent("part/heads/stars").path))

        #expect(try zoo("logout \(docker.host)").status == 0)
        #expect(try zoo("list --remote \(docker.host)").status == 74)
        #expect(try zoo("logout \(docker.host)").status == 66)
    }

    @Test func defaultRegistryOfTheConfigurationIsUsed() throws {
        defer { shop.remove() }
        try publish()
        try login()
        try shop.write("home/config.yaml", "registry: \(docker.host)/team\n")
        let pushed = try zoo("push toy:1.0.0")
        try #require(pushed.status == 0, "\(pushed)")
        #expect(try zoo("list --remote -q").output == "\(docker.host)/team/toy:1.0.0\n")
        var other = zoo
        other.environment["ZOO_HOME"] = shop.directory.appendingPathComponent("second").path
        try FileManager.default.createDirectory(
            at: shop.directory.appendingPathComponent("second"),
            withIntermediateDirectories: true
        )
        try shop.write("second/config.yaml", "registry: \(docker.host)/team\n")
        let offline = try other("pull toy:1.0.0 --offline")
        #expect(offline.status == 66)
        let pulled = try other("pull toy:1.0.0")
        #expect(pulled.output.contains("pulled toy:1.0.0"), "\(pulled)")
        #expect(try other("search stars -q").output.contains("toy:1.0.0"))
    }

    @Test func mistakesAreUsageErrors() throws {
        defer { shop.remove() }
        for line in [
            "pull \(docker.host)/x:1 --head a", "pull x:1 --into d --head a --no-heads",
            "login shop -u a --password-stdin",
            "list --remote --offline extra words", "push", "login", "login 127.0.0.1:1 -u a:b --password-stdin",
            "pull http://127.0.0.1:1/x:1",
        ] {
            let outcome = try zoo(line)
            #expect(outcome.status == 64, "\(line): \(outcome)")
            #expect(outcome.isOneLineError, "\(line): \(outcome)")
        }
        #expect(try zoo("pull 127.0.0.1:1/x:1 --offline").status == 66)
        let taken = try zoo("pull 127.0.0.1:1/x:1 --into train.csv --config-only")
        #expect(taken.status == 65 && taken.errors.contains("train.csv exists"), "found before asking: \(taken)")
        let registryAlone = try zoo("pull \(docker.host)")
        #expect(
            registryAlone.status == 66 && registryAlone.errors.contains("say \(docker.host)/NAME"),
            "\(registryAlone)"
        )
    }

    @Test func anAliasThatHasLostItsTagIsPushedUnderATagOfYourChoice() throws {
        defer { shop.remove() }
        try publish()
        try login()
        #expect(try zoo("alias toy@prod 1.0.0").status == 0)
        #expect(try zoo("rm toy:1.0.0").status == 0)
        let untagged = try zoo("push toy@prod \(docker.host)/team/")
        #expect(untagged.status == 64 && untagged.errors.contains("toy@prod has no tag here"), "\(untagged)")
        #expect(try zoo("push toy@prod \(docker.host)/team/toy:2 -q").status == 0)
    }

    @Test func killedPullsGoOnFromWhatTheyHave() throws {
        defer { shop.remove() }
        let open = try DockerRegistry(directory: shop.directory.appendingPathComponent("open").path)
        // Some megabytes of embeddings: enough to be killed in.
        try shop.write(
            "recipe.yaml",
            "seed: 7\nepochs: 1\nbatch_size: 512\nencoder: {type: shared-bottom, layers: [2048, 2048, 512]}\n"
        )
        try publish()
        try #require(zoo("push toy:1.0.0 \(open.host) -q").status == 0)
        var other = zoo
        let second = shop.directory.appendingPathComponent("second")
        other.environment["ZOO_HOME"] = second.path
        let partial = second.appendingPathComponent(".zoo/partial")
        func size(of directory: URL) -> Int {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
            return names.reduce(0) { sum, name in
                let path = directory.appendingPathComponent(name).path
                return sum + (((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int) ?? 0)
            }
        }
        func left() -> Int { size(of: partial) }
        // What is whole moves from the one to the other.
        func kept() -> Int { left() + size(of: second.appendingPathComponent("blobs/sha256")) }
        var interrupted = 0
        for _ in 0..<6 {
            let (before, keptBefore) = (left(), kept())
            let pull = try other.start(["pull", "\(open.host)/toy:1.0.0", "-q"])
            while pull.process.isRunning, left() <= before { usleep(500) }
            kill(pull.process.processIdentifier, SIGKILL)
            if try pull.finish().status != 0 { interrupted += 1 }
            #expect(kept() >= keptBefore, "what is there stays")
            // Whatever is visible is whole.
            #expect(try other("verify").status == 0)
        }
        #expect(interrupted > 0, "every pull was done before it was killed")
        let left = left()
        let pulled = try other("pull \(open.host)/toy:1.0.0 --format json")
        try #require(pulled.status == 0, "\(pulled)")
        let document = try json(pulled.output)
        #expect(document["present"] as? Int ?? 0 >= left, "the prefix of \(left) bytes is not fetched again")
        #expect(try other("verify").status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: partial.path).isEmpty)
    }
}
