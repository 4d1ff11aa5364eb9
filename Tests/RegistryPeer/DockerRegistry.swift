import Foundation

/// A registry that a test has started.
package protocol RegistryAtHand: AnyObject {
    /// "127.0.0.1:PORT".
    var host: String { get }
}

/// A `docker-registry` of a test's own, on a port of this machine that was free a moment ago.
package final class DockerRegistry: RegistryAtHand {
    /// Who is let in where a password is asked for.
    package static let user = "alice"
    package static let password = "correct horse"
    /// The file that lets them in: `htpasswd -nbB alice 'correct horse'`.
    package static let passwords = "alice:$2y$05$F.Bd60z.W7d7rTkGgrjL1.Darf29NkAeYDDB3UqMz5wSWOtLnoyfW\n"

    /// "127.0.0.1:PORT".
    package let host: String
    private let process = Process()

    /// Starts one whose files lie in `directory`.
    package init(directory: String, withPassword: Bool = false, allowsDeletion: Bool = true) throws {
        let port = try LoopbackPort.free()
        host = "127.0.0.1:\(port)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var configuration = """
            version: 0.1
            log: {level: error, accesslog: {disabled: true}}
            storage:
              filesystem: {rootdirectory: "\(directory)/data"}
              delete: {enabled: \(allowsDeletion)}
            http: {addr: "\(host)"}

            """
        if withPassword {
            try Data(Self.passwords.utf8).write(to: URL(fileURLWithPath: "\(directory)/passwords"))
            configuration += "auth: {htpasswd: {realm: zoo, path: \"\(directory)/passwords\"}}\n"
        }
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(directory)/config.yml"))
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["docker-registry", "serve", "\(directory)/config.yml"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        guard LoopbackPort.opens(port, by: process) else { throw Failure() }
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }

    /// The program is missing or does not start.
    package struct Failure: Error, CustomStringConvertible {
        package var description: String { "docker-registry does not start: scripts/bootstrap test installs it" }
    }
}
