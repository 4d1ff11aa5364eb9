/// What a head needs to know, besides its task, to be built again: the content of `head.json`.
public struct HeadConfiguration: Sendable, Hashable {
    /// What a regression's training targets were standardised by: the head predicts (y − mean) / deviation.
    public struct Target: Sendable, Hashable {
        /// The targets' mean.
        public var mean: Float
        /// The targets' standard deviation.
        public var deviation: Float

        /// By default what changes nothing.
        public init(mean: Float = 0, deviation: Float = 1) {
            self.mean = mean
            self.deviation = deviation
        }
    }

    /// The stack between the representation and the logits; may be empty.
    public var tower: MLPConfiguration
    /// Whether the head reads the encoder's input matrix beside its representation.
    public var readsInput: Bool
    /// Whether what the head reads is first brought to mean 0 and deviation 1 by statistics of its training rows.
    public var isStandardised: Bool
    /// The classes of a multi-class task, in the order of its logits.
    public var classes: [String]
    /// What a regression's targets were standardised by.
    public var target = Target()

    /// A head.
    public init(
        tower: MLPConfiguration = MLPConfiguration(),
        readsInput: Bool = false,
        isStandardised: Bool = false,
        classes: [String] = []
    ) {
        self.tower = tower
        self.readsInput = readsInput
        self.isStandardised = isStandardised
        self.classes = classes
    }

    /// The keys of a head in a recipe.
    package static let recipeKeys = MLPConfiguration.keys + ["input", "standardise"]

    /// A head out of a recipe's mapping; what is not there is taken from `defaults`.
    ///
    /// - Throws: `ZooModelError` `.badData` with the place.
    package init(recipe map: ConfigurationMapping, defaults: HeadConfiguration) throws {
        self = defaults
        tower = try MLPConfiguration(map, defaults: defaults.tower)
        if let node = map["input"] { readsInput = try node.boolean() }
        if let node = map["standardise"] { isStandardised = try node.boolean() }
    }

    /// The head as a recipe's mapping, every option spelt out.
    package var recipe: ConfigurationValue {
        .mapping(tower.configuration + [("input", .boolean(readsInput)), ("standardise", .boolean(isStandardised))])
    }

    /// Reads `head.json`.
    ///
    /// - Throws: `ZooModelError` with the place.
    package init(_ node: ConfigurationNode) throws {
        let map = try node.mapping(["schemaVersion", "head", "classes", "target"], of: "a head")
        _ = try map.required("schemaVersion").integer(in: 1...1)
        let head = try map.required("head").mapping(Self.recipeKeys, of: "a head's configuration")
        try self.init(recipe: head, defaults: HeadConfiguration())
        classes = try map["classes"]?.strings() ?? []
        guard let node = map["target"] else { return }
        let target = try node.mapping(["mean", "deviation"], of: "a head's target")
        self.target.mean = Float(try target.required("mean").number())
        self.target.deviation = Float(try target.required("deviation").number(in: 1e-30...1e30))
    }

    /// The content of `head.json`.
    package var json: String {
        var entries: [(String, ConfigurationValue)] = [("schemaVersion", .integer(1)), ("head", recipe)]
        if !classes.isEmpty { entries.append(("classes", .list(classes.map { .string($0) }))) }
        if target != Target() {
            entries.append(
                ("target", .mapping([("mean", .init(target.mean)), ("deviation", .init(target.deviation))]))
            )
        }
        return ConfigurationValue.mapping(entries).json + "\n"
    }
}
