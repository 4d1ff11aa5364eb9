/// What `zoo.json` says of a model: what it is, where it comes from, how it was trained, how good it is.
///
/// Written in canonical JSON and without times, so that the same model always has the same digest.
public struct ModelDocument: Codable, Sendable, Equatable {
    /// The version of this format that this build writes and reads.
    public static let currentSchemaVersion = 1
    /// The document's file name in a model directory.
    public static let fileName = "zoo.json"

    /// What an artifact adds to the zoo.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// An encoder of its own, with the heads it was trained with.
        case encoder
        /// New heads on a base's frozen encoder.
        case head
        /// Changed encoder weights, kept as a difference from a base, with heads.
        case delta
    }

    /// Format version, 1.
    public var schemaVersion: Int
    /// What the artifact adds.
    public var kind: Kind
    /// The model's own name, without registry or tag.
    public var name: String
    /// The model's version, if its maker gives it one.
    public var version: String?
    /// The licences that all apply, as SPDX names them; nil where none is named.
    public var licences: [String]?
    /// The model this one is built on, pinned by digest; nil for an encoder.
    public var base: Base?
    /// The shape of the encoder.
    public var encoder: Encoder
    /// The columns that the model reads.
    public var features: [Feature]
    /// What it predicts.
    public var tasks: [Task]
    /// The module directories and what their weight files hold.
    public var modules: [Module]
    /// How it was trained.
    public var training: Training
    /// What trained it.
    public var tool: Tool

    /// Describes a model; `modules` may stay empty for ``ModelDirectory/write(_:into:)`` to fill in.
    public init(
        kind: Kind,
        name: String,
        version: String? = nil,
        licences: [String]? = nil,
        base: Base? = nil,
        encoder: Encoder,
        features: [Feature],
        tasks: [Task],
        modules: [Module] = [],
        training: Training,
        tool: Tool
    ) {
        schemaVersion = Self.currentSchemaVersion
        self.kind = kind
        self.name = name
        self.version = version
        self.licences = licences
        self.base = base
        self.encoder = encoder
        self.features = features
        self.tasks = tasks
        self.modules = modules
        self.training = training
        self.tool = tool
    }

    /// Elements of the tensors of all modules; numbers that no model can have wrap around.
    package var parameters: Int { modules.reduce(0) { $0 &+ $1.parameters } }
}
