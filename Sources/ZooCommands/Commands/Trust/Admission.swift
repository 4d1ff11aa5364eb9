import OCI
import ZooRegistry

/// What stands between a command and a model from a store: the store's policy, and words said against the model.
enum Admission {
    /// Checks a model before it is used.
    ///
    /// - Parameters:
    ///   - keys: keys of which one must have signed, whatever the policy says.
    ///   - bases: models that it is built on and that no store lists yet.
    /// - Throws: `RegistryError` (`untrusted`) where the policy or the keys do not accept it. A yank is a warning.
    static func check(
        _ entry: ModelRegistry.Entry,
        in registry: ModelRegistry,
        text: String,
        keys: [VerificationKey]? = nil,
        bases: [Digest: ModelRegistry.Entry] = [:]
    ) throws {
        let name = entry.reference ?? text
        if let keys { try registry.requireSignature(of: registry.artifact(entry), by: keys, name: name) }
        if let policy = try Policy.read(home: registry.home) {
            try registry.check(entry, against: policy, name: name, bases: bases)
        }
        for warning in try registry.yankWarnings(of: registry.artifact(entry), name: name, bases: bases) {
            StandardError.warning(self.text(warning, name: name))
        }
    }

    private static func text(_ warning: YankWarning, name: String) -> String {
        let what = warning.isItself ? warning.reference : "\(name) is built on \(warning.reference), which"
        let descendants = warning.descendants.filter { $0 != name }
        let shown = descendants.prefix(8).joined(separator: ", ") + (descendants.count > 8 ? ", …" : "")
        let affected = descendants.isEmpty ? "" : "; built on it: \(shown)"
        return "\(what) is yanked since \(warning.event.time.prefix(10)): \(warning.event.reason)\(affected)"
    }
}
