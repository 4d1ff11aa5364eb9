import ArgumentParser
import ZooRegistry

/// `--key`: the public keys that are accepted.
struct VerificationKeys: ParsableArguments {
    @Option(
        name: .customLong("key"),
        help: ArgumentHelp("A public key whose signature counts; may be given again.", valueName: "file"),
        completion: .file()
    )
    var files: [String] = []

    /// The keys given, else those of the store's policy.
    ///
    /// - Parameter policy: the store's policy, where it has one.
    /// - Throws: ``CommandError`` (`usage`) where neither names any.
    func keys(orOf policy: Policy?) throws -> [VerificationKey] {
        if !files.isEmpty { return try files.map { try VerificationKey.read($0) } }
        guard let keys = policy?.keys, !keys.isEmpty else {
            throw CommandError(
                .usage,
                "which key must have signed? Name it with --key FILE.pub, or list keys in policy.yaml"
            )
        }
        return keys
    }
}
