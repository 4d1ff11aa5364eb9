extension ModelDocument {
    /// The model that another one is built on.
    public struct Base: Codable, Sendable, Equatable {
        /// How the user named it: `shop-mmoe:1.0.0`.
        public var reference: String
        /// The digest of its manifest, which decides: a tag may move.
        public var digest: String

        /// Pins a base.
        public init(reference: String, digest: String) {
            self.reference = reference
            self.digest = digest
        }
    }

    /// The shape of the encoder.
    public struct Encoder: Codable, Sendable, Equatable {
        /// The configuration registry's name: `mmoe`, `shared-bottom`.
        public var type: String
        /// Parameters of the encoder, embeddings included.
        public var parameters: Int
        /// Width of what the heads read.
        public var outputWidth: Int

        /// Describes an encoder.
        public init(type: String, parameters: Int, outputWidth: Int) {
            self.type = type
            self.parameters = parameters
            self.outputWidth = outputWidth
        }
    }

    /// A column that the model reads.
    public struct Feature: Codable, Sendable, Equatable {
        /// The feature's name in the schema.
        public var name: String
        /// `categorical`, `numeric`, `bag`, …
        public var kind: String
        /// `encoder`, or the name of the task whose head alone reads it.
        public var scope: String
        /// Rows of its embedding table; nil for one without.
        public var cardinality: Int?

        /// Describes a feature.
        public init(name: String, kind: String, scope: String, cardinality: Int? = nil) {
            self.name = name
            self.kind = kind
            self.scope = scope
            self.cardinality = cardinality
        }
    }

    /// Something that the model predicts.
    public struct Task: Codable, Sendable, Equatable {
        /// The task's name, which is also its head's directory.
        public var name: String
        /// `binary`, `multiclass` or `regression`.
        public var kind: String
        /// Class names in the order of the outputs; nil where there are none.
        public var classes: [String]?
        /// Test or validation metrics by name; finite numbers only.
        public var metrics: [String: Double]

        /// Describes a task.
        public init(name: String, kind: String, classes: [String]? = nil, metrics: [String: Double] = [:]) {
            self.name = name
            self.kind = kind
            self.classes = classes
            self.metrics = metrics
        }
    }

    /// A module directory with one weight file.
    public struct Module: Codable, Sendable, Equatable {
        /// The directory: `encoder`, `heads/income`, `deltas/top`.
        public var path: String
        /// What it is.
        public var kind: ModuleKind
        /// Tensors in its weight file.
        public var tensors: Int
        /// Elements of those tensors.
        public var parameters: Int

        /// Describes a module.
        public init(path: String, kind: ModuleKind, tensors: Int, parameters: Int) {
            self.path = path
            self.kind = kind
            self.tensors = tensors
            self.parameters = parameters
        }
    }

    /// How a model was trained.
    public struct Training: Codable, Sendable, Equatable {
        /// `pretrain`, `frozen`, `partial`, `full` or `scratch`.
        public var mode: String
        /// The recipe as used, defaults filled in.
        public var recipe: [String: DocumentValue]
        /// The random seed.
        public var seed: UInt64
        /// Epochs run.
        public var epochs: Int
        /// The files it was trained and measured on.
        public var data: [DataSource]
        /// Figures of the run as a whole; finite numbers only.
        public var metrics: [String: Double]

        /// Describes a training run.
        public init(
            mode: String,
            recipe: [String: DocumentValue] = [:],
            seed: UInt64,
            epochs: Int,
            data: [DataSource] = [],
            metrics: [String: Double] = [:]
        ) {
            self.mode = mode
            self.recipe = recipe
            self.seed = seed
            self.epochs = epochs
            self.data = data
            self.metrics = metrics
        }
    }

    /// A file that took part in training; its content stays where it is.
    public struct DataSource: Codable, Sendable, Equatable {
        /// `train`, `valid` or `test`.
        public var role: String
        /// The file's name, without directories: those are nobody's business.
        public var file: String
        /// SHA-256 of its bytes, `sha256:…`.
        public var digest: String
        /// Rows used.
        public var rows: Int

        /// Describes a file.
        public init(role: String, file: String, digest: String, rows: Int) {
            self.role = role
            self.file = file
            self.digest = digest
            self.rows = rows
        }
    }

    /// What trained a model: weights are bit-identical only on the same instruction set.
    public struct Tool: Codable, Sendable, Equatable {
        /// Version of `zoo`.
        public var version: String
        /// The matrix library's instruction set: `avx512_core`.
        public var instructionSet: String

        /// Names a tool.
        public init(version: String, instructionSet: String) {
            self.version = version
            self.instructionSet = instructionSet
        }
    }
}
