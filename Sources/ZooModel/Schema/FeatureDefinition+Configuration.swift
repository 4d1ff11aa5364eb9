extension FeatureDefinition {
    /// A feature of the schema's `features`, with the values of `defaults` (by kind) for keys it lacks.
    ///
    /// - Parameter task: in a task's own file, the task whose head the feature enters; else nil.
    /// - Throws: `ZooModelError` `.badData` with the place.
    package init(_ node: ConfigurationNode, defaults: [String: ConfigurationMapping], task: String? = nil) throws {
        var map = try node.mapping(of: "a feature")
        let kind = try map.required("kind").choice(among: Kind.names)
        try map.allow(["name", "column", "kind", "scope"] + Kind.keys(of: kind)) { Kind.note(on: $0) }
        map = map.defaulting(to: defaults[kind])
        let name = try map.required("name").string()
        let scope = try map["scope"]?.string()
        if let task {
            if let scope, scope != task, let place = map["scope"] {
                throw place.error("a feature in a task's file enters at the head of '\(task)', not at '\(scope)'")
            }
            self.init(name: name, column: try map["column"]?.string(), scope: .task(task), kind: try Kind(kind, map))
            return
        }
        self.init(
            name: name,
            column: try map["column"]?.string(),
            scope: scope.map { $0 == "encoder" ? .encoder : .task($0) } ?? .encoder,
            kind: try Kind(kind, map)
        )
    }

    /// The feature as an element of `features`, every option spelt out, so that other defaults will not change it.
    package var configuration: ConfigurationValue {
        .mapping(identity + kind.configuration)
    }

    /// The same without the options that have their usual values: for people to read and edit.
    package var briefConfiguration: ConfigurationValue {
        let usual = Dictionary(kind.usual.configuration.map { ($0.0, $0.1.flow) }) { first, _ in first }
        return .mapping(identity + kind.configuration.filter { usual[$0.0] != $0.1.flow })
    }

    private var identity: [(String, ConfigurationValue)] {
        var entries: [(String, ConfigurationValue)] = [("name", .string(name))]
        if column != name { entries.append(("column", .string(column))) }
        entries.append(("kind", .string(kind.name)))
        if case .task(let task) = scope { entries.append(("scope", .string(task))) }
        return entries
    }
}

extension FeatureDefinition.Kind {
    /// The options that a kind takes.
    static func keys(of kind: String) -> [String] {
        let rows = ["dim", "min_count", "max_vocabulary", "hash_buckets"]
        return switch kind {
        case "categorical": rows
        case "numeric": ["normalise", "buckets", "dim", "missing_flag"]
        case "bag", "sequence": ["separator", "max_length", "pool"] + rows
        case "text": ["words", "characters", "hash_buckets", "max_length", "pool", "dim"]
        default: ["format", "parts", "dim"]
        }
    }

    /// Which kinds take an option that this one does not.
    fileprivate static func note(on key: String) -> String? {
        let kinds = names.filter { keys(of: $0).contains(key) }
        return kinds.isEmpty ? nil : "; it is an option of \(kinds.joined(separator: ", "))"
    }

    fileprivate init(_ kind: String, _ map: ConfigurationMapping) throws {
        let dimension = try map["dim"].map(FeatureDefinition.Dimension.init)
        let combiner = try map["pool"]?.choice(InputLayout.Combiner.self) ?? .mean
        switch kind {
        case "categorical":
            self = .categorical(.init(rows: try .init(map), dimension: dimension ?? .auto))
        case "numeric":
            self = .numeric(
                .init(
                    normalisation: try map["normalise"]?.choice() ?? .zscore,
                    buckets: try map["buckets"]?.integer(in: 2...65_536),
                    dimension: dimension ?? .fixed(8),
                    hasMissingFlag: try map["missing_flag"]?.boolean() ?? false
                )
            )
        case "bag", "sequence":
            let bag = FeatureDefinition.Bag(
                separator: try map["separator"]?.string() ?? "|",
                maximumLength: try map["max_length"]?.integer(in: 1...65_536) ?? 64,
                combiner: combiner,
                rows: try .init(map),
                dimension: dimension ?? .auto
            )
            if bag.separator.isEmpty { throw (map["separator"] ?? map.node).error("a separator must not be empty") }
            self = kind == "bag" ? .bag(bag) : .sequence(bag)
        case "text":
            let text = FeatureDefinition.Text(
                words: try Self.lengths(map["words"], default: 1...2),
                characters: try Self.lengths(map["characters"], default: nil),
                buckets: try map["hash_buckets"]?.integer(in: 2...(1 << 29)) ?? 65_536,
                maximumLength: try map["max_length"]?.integer(in: 1...65_536) ?? 256,
                combiner: combiner,
                dimension: dimension ?? .fixed(16)
            )
            if text.words == nil, text.characters == nil {
                throw map.node.error("a text feature needs n-grams of 'words' or of 'characters'")
            }
            self = .text(text)
        default:
            let parts = try map["parts"]?.strings() ?? ["hour", "weekday", "month"]
            self = .timestamp(
                .init(
                    format: try map["format"].map(TimestampFormat.init) ?? .iso8601,
                    parts: try parts.map { try TimestampPart(name: $0, at: map["parts"] ?? map.node) },
                    dimension: dimension ?? .fixed(4)
                )
            )
            if Set(parts).count < max(1, parts.count), let place = map["parts"] {
                throw place.error("a timestamp needs at least one part, and each once")
            }
        }
    }

    /// Lengths of n-grams: `3`, `[1, 2]` or `none`.
    private static func lengths(
        _ node: ConfigurationNode?,
        default usual: ClosedRange<Int>?
    ) throws -> ClosedRange<Int>? {
        guard let node else { return usual }
        if !node.isList, try node.string() == "none" { return nil }
        let bounds = try (node.isList ? node.list() : [node]).map { try $0.integer(in: 1...16) }
        guard let low = bounds.first, let high = bounds.last, bounds.count <= 2, low <= high else {
            throw node.error("\(node.path) is a length such as 2, or a lowest and a highest such as [1, 2], or none")
        }
        return low...high
    }

    /// The kind with its usual options.
    fileprivate var usual: Self {
        switch self {
        case .categorical: .categorical(.init())
        case .numeric: .numeric(.init(buckets: 0))
        case .bag: .bag(.init())
        case .sequence: .sequence(.init())
        case .text: .text(.init())
        case .timestamp: .timestamp(.init())
        }
    }

    fileprivate var configuration: [(String, ConfigurationValue)] {
        switch self {
        case .categorical(let options):
            return [("dim", options.dimension.configuration)] + options.rows.configuration
        case .numeric(let options):
            var entries: [(String, ConfigurationValue)] = [("normalise", .string(options.normalisation.rawValue))]
            if let buckets = options.buckets {
                entries += [("buckets", .integer(buckets)), ("dim", options.dimension.configuration)]
            }
            if options.hasMissingFlag { entries.append(("missing_flag", .boolean(true))) }
            return entries
        case .bag(let options), .sequence(let options):
            return [
                ("separator", .string(options.separator)), ("max_length", .integer(options.maximumLength)),
                ("pool", .string(options.combiner.rawValue)), ("dim", options.dimension.configuration),
            ] + options.rows.configuration
        case .text(let options):
            func lengths(_ range: ClosedRange<Int>?) -> ConfigurationValue {
                guard let range else { return .string("none") }
                return .list([.integer(range.lowerBound), .integer(range.upperBound)])
            }
            return [
                ("words", lengths(options.words)), ("characters", lengths(options.characters)),
                ("hash_buckets", .integer(options.buckets)), ("max_length", .integer(options.maximumLength)),
                ("pool", .string(options.combiner.rawValue)), ("dim", options.dimension.configuration),
            ]
        case .timestamp(let options):
            return [
                ("format", .string(options.format.name)),
                ("parts", .list(options.parts.map { .string($0.rawValue) })),
                ("dim", options.dimension.configuration),
            ]
        }
    }
}
