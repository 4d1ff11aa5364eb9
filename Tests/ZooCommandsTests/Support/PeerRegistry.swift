import Foundation
import ModelSamples
import RegistryPeer
import Testing

/// A registry of one of the kinds that `zoo` meets, and what it takes to reach it.
final class PeerRegistry {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case docker = "docker-registry"
        case dockerWithPassword = "docker-registry with a password"
        case dockerBehindProxy = "docker-registry behind nginx, with TLS and a prefix"
        case served = "zoo serve"
        case servedWithPassword = "zoo serve with a password"
        case servedBehindProxy = "zoo serve behind nginx, with TLS and a prefix"

        var testDescription: String { rawValue }

        fileprivate var isDocker: Bool { [.docker, .dockerWithPassword, .dockerBehindProxy].contains(self) }
        fileprivate var isBehindProxy: Bool { [.dockerBehindProxy, .servedBehindProxy].contains(self) }
        var hasPassword: Bool { self != .docker && self != .served }
    }

    /// The registry's name in references.
    let host: String
    /// Whether programs that know nothing of ``configuration`` reach it by that name, without TLS.
    let isPlain: Bool
    /// The `config.yaml` that it takes.
    let configuration: String
    private let docker: DockerRegistry?
    private let served: ServedZoo?
    private let proxy: NginxProxy?

    init(_ kind: Kind, directory: String) throws {
        docker = kind.isDocker ? try DockerRegistry(directory: directory, withPassword: kind.hasPassword) : nil
        if kind.isDocker {
            served = nil
        } else {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let users = "\(directory)/users"
            try Data(DockerRegistry.passwords.utf8).write(to: URL(fileURLWithPath: users))
            served = try ServedZoo(directory: directory, kind.hasPassword ? ["--auth", users] : [])
        }
        let upstream = try #require(docker?.host ?? served?.host)
        isPlain = !kind.isBehindProxy
        guard kind.isBehindProxy else {
            (host, configuration, proxy) = (upstream, "", nil)
            return
        }
        let proxy = try NginxProxy(directory: "\(directory)/nginx", upstream: upstream, headers: NginxProxy.original)
        host = "hub.example.com"
        configuration = """
            endpoints: {\(host): "https://\(proxy.host)/registry"}
            authorities: {\(host): "\(proxy.certificate)"}

            """
        self.proxy = proxy
    }
}

extension ToyStore {
    /// `zoo` with a store of its own that reaches a registry; all of them share the credentials in `credentials`.
    func zoo(home: String = "home", reaching registry: PeerRegistry) throws -> ZooProcess {
        try models.write(registry.configuration, to: "config/zoo/config.yaml")
        return zoo(home: home, settings: "\(models.root)/config")
    }

    /// `zoo` with a store of its own and nothing of the user's that runs the tests.
    func zoo(home: String, settings: String) -> ZooProcess {
        var zoo = zoo(home: home)
        zoo.environment["HOME"] = models.root
        zoo.environment["XDG_CONFIG_HOME"] = settings
        zoo.environment["DOCKER_CONFIG"] = "\(models.root)/credentials"
        zoo.environment["REGISTRY_AUTH_FILE"] = ""
        zoo.environment["XDG_RUNTIME_DIR"] = ""
        return zoo
    }
}

extension ZooProcess {
    /// Logs in with a password, the right one if none is given.
    func login(_ host: String, _ password: String = DockerRegistry.password) throws -> Outcome {
        try run(["login", host, "-u", DockerRegistry.user, "--password-stdin"], input: Data("\(password)\n".utf8))
    }

    /// What a command that must succeed prints as JSON.
    func json(_ line: String) throws -> [String: Any] {
        let outcome = try self("\(line) --format json")
        try outcome.check()
        return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }
}
