package import ZooModel

extension Recipe {
    /// Reads a recipe's YAML strictly; what is not there is taken from `defaults`.
    ///
    /// - Throws: `ZooModelError` `.notFound`, `.io`, or `.badData` as `file:line:column: what is wrong`.
    public static func read(_ path: String, defaults: Recipe = Recipe()) throws -> Recipe {
        try Recipe(ConfigurationNode.read(path), defaults: defaults)
    }

    /// Parses a recipe's YAML; `file` stands for it in messages.
    ///
    /// - Throws: `ZooModelError` `.badData` as `file:line:column: what is wrong`.
    public static func parse(
        _ text: String,
        file: String = "recipe.yaml",
        defaults: Recipe = Recipe()
    ) throws -> Recipe {
        try Recipe(ConfigurationNode.parse(text, file: file), defaults: defaults)
    }

    private static let keys = [
        "encoder", "heads", "task_weights", "optimiser", "schedule", "early_stopping", "batch_size", "epochs", "seed",
    ]

    private init(_ node: ConfigurationNode, defaults: Recipe) throws {
        let map = try node.mapping(Self.keys, of: "a recipe")
        self = defaults
        encoder = try map["encoder"].map(EncoderRegistry.configuration) ?? encoder
        if let node = map["heads"] { try readHeads(node) }
        if let node = map["task_weights"] {
            for entry in try node.mapping(of: "the tasks' weights").entries {
                taskPlaces[entry.name] = entry.key.location
                taskWeights[entry.name] = Float(try entry.value.number(in: 1e-6...1e6))
            }
        }
        if let node = map["optimiser"] { try optimiser.read(node) }
        if let node = map["schedule"] { try schedule.read(node) }
        if let node = map["early_stopping"] { try stopping.read(node) }
        batchSize = try map["batch_size"]?.integer(in: 1...1_000_000) ?? batchSize
        epochs = try map["epochs"]?.integer(in: 1...1_000_000) ?? epochs
        seed = UInt64(try map["seed"]?.integer(in: Self.seeds) ?? Int(seed))
    }

    private mutating func readHeads(_ node: ConfigurationNode) throws {
        let map = try node.mapping(HeadConfiguration.recipeKeys + ["tasks"], of: "the heads")
        head = try HeadConfiguration(recipe: map, defaults: head)
        guard let tasks = map["tasks"] else { return }
        for entry in try tasks.mapping(of: "heads by task").entries {
            let map = try entry.value.mapping(HeadConfiguration.recipeKeys, of: "a head")
            taskPlaces[entry.name] = entry.key.location
            taskHeads[entry.name] = try HeadConfiguration(recipe: map, defaults: head)
        }
    }

    /// The recipe as a mapping, every option spelt out.
    package var configuration: ConfigurationValue {
        var entries: [(String, ConfigurationValue)] = []
        if let encoder { entries.append(("encoder", EncoderRegistry.value(encoder))) }
        var heads: [(String, ConfigurationValue)] = []
        if case .mapping(let common) = head.recipe { heads = common }
        if !taskHeads.isEmpty {
            let sorted = taskHeads.sorted { $0.key < $1.key }
            heads.append(("tasks", .mapping(sorted.map { ($0.key, $0.value.recipe) })))
        }
        entries.append(("heads", .mapping(heads)))
        if !taskWeights.isEmpty {
            let sorted = taskWeights.sorted { $0.key < $1.key }
            entries.append(("task_weights", .mapping(sorted.map { ($0.key, ConfigurationValue($0.value)) })))
        }
        entries += [
            ("optimiser", optimiser.configuration), ("schedule", schedule.configuration),
            ("early_stopping", stopping.configuration),
        ]
        if let batchSize { entries.append(("batch_size", .integer(batchSize))) }
        entries += [("epochs", .integer(epochs)), ("seed", .integer(Int(truncatingIfNeeded: seed)))]
        return .mapping(entries)
    }
}

extension Recipe.Optimiser {
    fileprivate mutating func read(_ node: ConfigurationNode) throws {
        let map = try node.mapping(
            ["type", "rate", "encoder_rate", "weight_decay", "embedding_decay", "momentum", "clip"],
            of: "an optimiser"
        )
        kind = try map["type"]?.choice() ?? kind
        rate = Float(try map["rate"]?.number(in: Recipe.rates) ?? Double(rate))
        encoderRate = Float(try map["encoder_rate"]?.number(in: 0...100) ?? Double(encoderRate))
        weightDecay = Float(try map["weight_decay"]?.number(in: 0...100) ?? Double(weightDecay))
        embeddingDecay = Float(try map["embedding_decay"]?.number(in: 0...100) ?? Double(embeddingDecay))
        if kind != .sgd, let node = map["momentum"] { throw node.error("'momentum' goes with 'type: sgd'") }
        momentum = Float(try map["momentum"]?.number(in: 0...0.9999) ?? Double(momentum))
        clip = try map["clip"].map { Float(try $0.number(in: 1e-6...1e6)) } ?? clip
    }

    fileprivate var configuration: ConfigurationValue {
        var entries: [(String, ConfigurationValue)] = [
            ("type", .string(kind.rawValue)), ("rate", .init(rate)), ("encoder_rate", .init(encoderRate)),
            ("weight_decay", .init(weightDecay)), ("embedding_decay", .init(embeddingDecay)),
        ]
        if kind == .sgd { entries.append(("momentum", .init(momentum))) }
        if let clip { entries.append(("clip", .init(clip))) }
        return .mapping(entries)
    }
}

extension Recipe.Schedule {
    fileprivate mutating func read(_ node: ConfigurationNode) throws {
        let map = try node.mapping(["type", "warm_up", "floor"], of: "a schedule")
        decay = try map["type"]?.choice() ?? decay
        warmUp = Float(try map["warm_up"]?.number(in: 0...1) ?? Double(warmUp))
        floor = Float(try map["floor"]?.number(in: 0...1) ?? Double(floor))
    }

    fileprivate var configuration: ConfigurationValue {
        .mapping([("type", .string(decay.rawValue)), ("warm_up", .init(warmUp)), ("floor", .init(floor))])
    }
}

extension Recipe.Stopping {
    fileprivate mutating func read(_ node: ConfigurationNode) throws {
        let map = try node.mapping(["patience", "metric", "hold_out", "folds"], of: "early stopping")
        patience = try map["patience"]?.integer(in: 1...1_000_000) ?? patience
        metric = try map["metric"]?.choice() ?? metric
        holdOut = Float(try map["hold_out"]?.number(in: 0...0.9) ?? Double(holdOut))
        if let node = map["folds"] {
            folds = try node.integer(in: 0...100)
            if folds == 1 { throw node.error("early_stopping.folds has to be 0 or at least 2") }
        }
    }

    fileprivate var configuration: ConfigurationValue {
        var entries: [(String, ConfigurationValue)] = []
        if let patience { entries.append(("patience", .integer(patience))) }
        entries += [("metric", .string(metric.rawValue)), ("hold_out", .init(holdOut))]
        if let folds { entries.append(("folds", .integer(folds))) }
        return .mapping(entries)
    }
}

extension Recipe: Encodable {
    /// Encodes the recipe as the mapping that YAML would hold.
    public func encode(to encoder: any Swift.Encoder) throws {
        try EncodableValue(configuration).encode(to: encoder)
    }
}

/// A configuration's value for encoders such as JSON's.
private struct EncodableValue: Encodable {
    private let value: ConfigurationValue

    init(_ value: ConfigurationValue) { self.value = value }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Swift.Encoder) throws {
        switch value {
        case .string(let text):
            var container = encoder.singleValueContainer()
            try container.encode(text)
        case .integer(let number):
            var container = encoder.singleValueContainer()
            try container.encode(number)
        case .number(let number):
            var container = encoder.singleValueContainer()
            try container.encode(number)
        case .boolean(let truth):
            var container = encoder.singleValueContainer()
            try container.encode(truth)
        case .list(let values):
            var container = encoder.unkeyedContainer()
            for value in values { try container.encode(EncodableValue(value)) }
        case .mapping(let entries):
            var container = encoder.container(keyedBy: Key.self)
            for (name, value) in entries { try container.encode(EncodableValue(value), forKey: Key(stringValue: name)) }
        }
    }
}
