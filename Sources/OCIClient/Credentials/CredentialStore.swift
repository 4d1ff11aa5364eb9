import Glibc

/// The credentials that docker, podman and `zoo login` have stored for the user.
package struct CredentialStore: CredentialSource {
    /// The files to look into, in order; ``store(_:for:)`` writes to the first one.
    package let paths: [String]
    private let helperTimeout: Duration

    /// Looks into the given files.
    package init(paths: [String], helperTimeout: Duration = .seconds(30)) {
        self.paths = paths
        self.helperTimeout = helperTimeout
    }

    /// Looks where the environment says: `$REGISTRY_AUTH_FILE`, `$DOCKER_CONFIG/config.json` (by default
    /// `~/.docker/config.json`), `$XDG_RUNTIME_DIR/containers/auth.json`.
    package init(environment: (String) -> String?) {
        var paths: [String] = []
        if let path = environment("REGISTRY_AUTH_FILE"), !path.isEmpty { paths.append(path) }
        if let directory = environment("DOCKER_CONFIG"), !directory.isEmpty {
            paths.append("\(directory)/config.json")
        } else if let home = environment("HOME"), !home.isEmpty {
            paths.append("\(home)/.docker/config.json")
        }
        if let directory = environment("XDG_RUNTIME_DIR"), !directory.isEmpty {
            paths.append("\(directory)/containers/auth.json")
        }
        self.init(paths: paths)
    }

    /// The first credential that a file or the helper it names has for a registry.
    package func credential(for host: String) async throws -> Credential? {
        for path in paths {
            let file = try AuthFile(path)
            if let helper = file.helper(for: host), let found = try await program(helper).get(host) { return found }
            if let found = try file.credential(for: host) { return found }
        }
        return nil
    }

    /// Keeps a credential: in the helper that the first file names, else in that file.
    ///
    /// - Returns: where it is kept.
    package func store(_ credential: Credential, for host: String) async throws -> String {
        var file = try AuthFile(try first())
        if let helper = file.helper(for: host) {
            try await program(helper).store(credential, for: host)
            return "docker-credential-\(helper)"
        }
        try file.store(credential, for: host)
        return file.path
    }

    /// Forgets what files and helpers have for a registry; answers whether there was anything.
    package func erase(_ host: String) async throws -> Bool {
        var isFound = false
        for path in paths {
            var file = try AuthFile(path)
            if let helper = file.helper(for: host), try await program(helper).get(host) != nil {
                try await program(helper).erase(host)
                isFound = true
            }
            if try file.erase(host) { isFound = true }
        }
        return isFound
    }

    private func program(_ name: String) throws -> CredentialHelper {
        try CredentialHelper(name, timeout: helperTimeout)
    }

    private func first() throws -> String {
        guard let path = paths.first else {
            throw ClientError(.credentials, "no place for credentials: set $HOME or $REGISTRY_AUTH_FILE")
        }
        return path
    }
}
