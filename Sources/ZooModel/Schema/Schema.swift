/// What a table's columns mean: which are features, which are labels, which are ignored.
///
/// Written as YAML (`docs/schema.md` is the reference) and read strictly: an unknown key, a wrong type, a duplicate or
/// dangling name is refused with its place in the file.
public struct Schema: Sendable, Hashable {
    /// How the file is laid out.
    public var source: TableFormat
    /// The features, in the order that the model's input has.
    public var features: [FeatureDefinition]
    /// The tasks, in the order that heads and metrics are printed in.
    public var tasks: [TaskDefinition]
    /// Columns that are neither, by choice: `inspect` and the reader stay silent about them.
    public var ignored: [String]

    /// A schema of parts, unchecked; `validate` checks.
    public init(
        source: TableFormat = .csv,
        features: [FeatureDefinition],
        tasks: [TaskDefinition],
        ignored: [String] = []
    ) {
        self.source = source
        self.features = features
        self.tasks = tasks
        self.ignored = ignored
    }

    /// The features that every task sees.
    public var encoderFeatures: [FeatureDefinition] { features.filter { $0.scope == .encoder } }

    /// The features that enter at the named task's head only.
    public func headFeatures(of task: String) -> [FeatureDefinition] {
        features.filter { $0.scope == .task(task) }
    }
}
