import ZooJSON

extension ModelPackConfig {
    /// The members that the specification's schema knows; it sets `additionalProperties` to false throughout.
    private static let members: [String: Set<String>] = [
        "": ["descriptor", "config", "modelfs"],
        "descriptor": [
            "createdAt", "authors", "family", "name", "docURL", "sourceURL", "datasetsURL", "version", "revision",
            "vendor", "licenses", "title", "description",
        ],
        "config": ["architecture", "format", "paramSize", "precision", "quantization", "capabilities"],
        "config.capabilities": [
            "inputTypes", "outputTypes", "knowledgeCutoff", "reasoning", "toolUsage", "reward", "languages",
        ],
        "modelfs": ["type", "diffIds"],
    ]

    /// Refuses members that ModelPack's schema does not have.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) naming the first one.
    static func checkMembers(_ value: JSONValue, what: String) throws {
        try check(value, path: "", what: what)
    }

    private static func check(_ value: JSONValue, path: String, what: String) throws {
        guard let known = members[path] else {
            return
        }
        guard case .object(let object) = value else {
            throw RegistryError(.invalid, "\(what): \(path.isEmpty ? "it" : path) is no object")
        }
        for (key, member) in object.sorted(by: { $0.key < $1.key }) {
            guard known.contains(key) else {
                throw RegistryError(
                    .invalid,
                    "\(what): ModelPack knows no member \"\(key)\" in \(path.isEmpty ? "it" : path)"
                )
            }
            try check(member, path: path.isEmpty ? key : "\(path).\(key)", what: what)
        }
    }
}
