import ZooJSON

/// A `docker-credential-NAME` program: the protocol of docker-credential-helpers, secrets on standard input and output.
struct CredentialHelper: Sendable {
    private let name: String
    private let timeout: Duration

    /// Checks the name, which comes from a file and becomes a program.
    init(_ name: String, timeout: Duration) throws {
        let isPlain = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || "-_.".utf8.contains($0)
        }
        guard !name.isEmpty, isPlain else {
            throw ClientError(.credentials, "\"\(name.prefix(100))\" is no name of a credential helper")
        }
        self.name = "docker-credential-\(name)"
        self.timeout = timeout
    }

    /// What the helper has for a host, nil where it has nothing.
    func get(_ host: String) async throws -> Credential? {
        let result = try await run("get", input: host)
        let output = String(decoding: result.output, as: UTF8.self)
        guard result.status == 0 else {
            if output.contains("credentials not found") { return nil }
            throw ClientError(.credentials, "\(name) get failed for \(host) (status \(result.status))")
        }
        guard let value = try? JSONValue(parsing: result.output), case .string(let user)? = value[key: "Username"],
            case .string(let secret)? = value[key: "Secret"]
        else { throw ClientError(.credentials, "\(name) get answered for \(host) with what is no credential") }
        guard !secret.isEmpty else { return nil }
        return Credential(user: user, secret: user == "<token>" ? .identityToken(secret) : .password(secret))
    }

    /// Hands the helper a credential.
    func store(_ credential: Credential, for host: String) async throws {
        let (user, secret) =
            switch credential.secret {
            case .password(let text): (credential.user, text)
            case .identityToken(let text): ("<token>", text)
            }
        let document = JSONValue.object([
            "ServerURL": .string(host), "Username": .string(user), "Secret": .string(secret),
        ])
        let result = try await run("store", input: String(decoding: JSONWriter.canonical(document), as: UTF8.self))
        guard result.status == 0 else {
            throw ClientError(.credentials, "\(name) store failed for \(host) (status \(result.status))")
        }
    }

    /// Makes the helper forget a host.
    func erase(_ host: String) async throws {
        let result = try await run("erase", input: host)
        guard result.status == 0 else {
            throw ClientError(.credentials, "\(name) erase failed for \(host) (status \(result.status))")
        }
    }

    private func run(_ verb: String, input: String) async throws -> ChildProcess.Outcome {
        do {
            return try await ChildProcess.run([name, verb], input: Array((input + "\n").utf8), timeout: timeout)
        } catch let error as ChildProcess.Failure {
            throw ClientError(.credentials, "\(name) \(verb): \(error)")
        }
    }
}
