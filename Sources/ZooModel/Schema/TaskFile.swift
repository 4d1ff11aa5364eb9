/// The file that `zoo finetune --task` takes: one new task, and features that only its head sees.
public struct TaskFile: Sendable, Hashable {
    /// The new task.
    public var task: TaskDefinition
    /// Features that enter at the task's head, beside what the encoder gives.
    public var features: [FeatureDefinition]
    /// How the new data's file is laid out, where it differs from the base's schema.
    public var source: TableFormat?

    /// A task with its features.
    public init(task: TaskDefinition, features: [FeatureDefinition] = [], source: TableFormat? = nil) {
        self.task = task
        self.features = features
        self.source = source
    }

    /// Reads a task's file.
    ///
    /// - Throws: `ZooModelError` `.notFound`, `.io`, or `.badData` as `file:line:column: what is wrong`.
    public static func read(_ path: String) throws -> TaskFile {
        try TaskFile(ConfigurationNode.read(path))
    }

    /// Parses a task's file; `file` stands for it in messages.
    ///
    /// - Throws: `ZooModelError` `.badData` as `file:line:column: what is wrong`.
    public static func parse(_ text: String, file: String = "task.yaml") throws -> TaskFile {
        try TaskFile(ConfigurationNode.parse(text, file: file))
    }

    private init(_ node: ConfigurationNode) throws {
        let map = try node.mapping(["task", "source", "defaults", "features"], of: "a task's file")
        let taskNode = try map.required("task")
        let task = try TaskDefinition(taskNode)
        let defaults = try Schema.defaults(map["defaults"])
        let nodes = try map["features"]?.list() ?? []
        let features = try nodes.map { try FeatureDefinition($0, defaults: defaults, task: task.name) }
        self.init(task: task, features: features, source: try map["source"].map(TableFormat.init))
        guard let problem = Schema(features: features, tasks: [task]).contradiction else { return }
        if case .feature(let index) = problem.subject, nodes.indices.contains(index) {
            throw nodes[index].error(problem.message)
        }
        throw taskNode.error(problem.message)
    }

    /// The task's file as YAML, every option spelt out.
    public var yaml: String {
        var lines = ["task: \(task.configuration.flow)"]
        if let source { lines.append("source: \(source.configuration.flow)") }
        if !features.isEmpty {
            lines.append("features:")
            lines += features.map { "  - \($0.configuration.flow)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The schema to read fine-tuning data with: a base's encoder features, and this file's task, features and source.
    ///
    /// - Parameter file: the task's file, in messages.
    /// - Throws: `ZooModelError` `.badData` where they contradict one another, for example where the base's encoder
    ///   reads the new task's label.
    public func schema(base: Schema, file: String = "task.yaml") throws -> Schema {
        let schema = Schema(source: source ?? base.source, features: base.encoderFeatures + features, tasks: [task])
        try schema.validate(as: "\(file), with the base's features")
        return schema
    }
}
