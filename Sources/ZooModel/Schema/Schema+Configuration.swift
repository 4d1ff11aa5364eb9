extension Schema {
    /// Reads and checks a schema file.
    ///
    /// - Throws: `ZooModelError` `.notFound`, `.io`, or `.badData` as `file:line:column: what is wrong`.
    public static func read(_ path: String) throws -> Schema {
        try Schema(ConfigurationNode.read(path))
    }

    /// Parses and checks a schema; `file` stands for it in messages.
    ///
    /// - Throws: `ZooModelError` `.badData` as `file:line:column: what is wrong`.
    public static func parse(_ text: String, file: String = "schema.yaml") throws -> Schema {
        try Schema(ConfigurationNode.parse(text, file: file))
    }

    private init(_ node: ConfigurationNode) throws {
        let map = try node.mapping(["source", "defaults", "features", "tasks", "ignore"], of: "a schema")
        let defaults = try Self.defaults(map["defaults"])
        let features = try map.required("features").list()
        let tasks = try map["tasks"]?.list() ?? []
        self.init(
            source: try map["source"].map(TableFormat.init) ?? .automatic,
            features: try features.map { try FeatureDefinition($0, defaults: defaults) },
            tasks: try tasks.map { try TaskDefinition($0) },
            ignored: try map["ignore"]?.strings() ?? []
        )
        if let problem = problem {
            let place: ConfigurationNode? =
                switch problem.subject {
                case .feature(let index): features[index]
                case .task(let index): tasks[index]
                case .source: map["source"]
                case .ignored: map["ignore"]
                case .whole: map["features"]
                }
            throw (place ?? node).error(problem.message)
        }
    }

    /// The values that features of a kind take unless they say otherwise.
    package static func defaults(_ node: ConfigurationNode?) throws -> [String: ConfigurationMapping] {
        guard let node else { return [:] }
        var result: [String: ConfigurationMapping] = [:]
        for entry in try node.mapping(FeatureDefinition.Kind.names, of: "defaults by kind").entries {
            let keys = FeatureDefinition.Kind.keys(of: entry.name)
            result[entry.name] = try entry.value.mapping(keys, of: "defaults of \(entry.name) features")
        }
        return result
    }

    /// The schema as YAML, every option spelt out: parsing it gives an equal schema, and equal schemas give equal bytes.
    public var yaml: String { yaml(features: features.map(\.configuration)) }

    /// The schema as YAML without the features' options that have their usual values: for people to read and edit.
    public var briefYAML: String { yaml(features: features.map(\.briefConfiguration)) }

    private func yaml(features: [ConfigurationValue]) -> String {
        var lines = ["source: \(source.configuration.flow)", features.isEmpty ? "features: []" : "features:"]
        lines += features.map { "  - \($0.flow)" }
        if !tasks.isEmpty {
            lines.append("tasks:")
            lines += tasks.map { "  - \($0.configuration.flow)" }
        }
        if !ignored.isEmpty {
            lines.append("ignore: \(ConfigurationValue.list(ignored.map { .string($0) }).flow)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
