import ZooModel

/// Trains a head for a new task on an encoder that exists.
public enum FineTuning {
    /// The model to start from.
    public struct Base: Sendable {
        /// Its directory.
        public var directory: String
        /// What the user called it.
        public var reference: String
        /// The digest of its manifest.
        public var digest: String
        /// The digest that it must have, where the user or a file pins one.
        public var pinnedDigest: String?

        /// A base.
        public init(directory: String, reference: String, digest: String, pinnedDigest: String? = nil) {
            self.directory = directory
            self.reference = reference
            self.digest = digest
            self.pinnedDigest = pinnedDigest
        }
    }

    /// What a run needs to know.
    public struct Options: Sendable {
        /// The model to start from.
        public var base: Base
        /// The new task, and features that only its head sees.
        public var taskFile: String
        /// The labelled rows.
        public var dataFile: String
        /// The rows to validate on; nil holds out the recipe's share of the labelled rows.
        public var validationFile: String?
        /// What is trained.
        public var mode: TrainingMode
        /// How.
        public var recipe: Recipe
        /// For `partial`: the encoder's tensors that are trained, by the start of their names; none means its last layer.
        public var thaw: [String] = []
        /// The model's directory, which must not exist yet.
        public var output: String
        /// How many threads; the weights do not depend on it.
        public var threads = 2
        /// Rows that may be skipped as unreadable.
        public var maxBadRows = 0
        /// Where parsed tables are kept.
        public var cacheDirectory: String?
        /// Where each epoch's checkpoint goes; nil keeps none.
        public var checkpointDirectory: String?
        /// Whether to go on from the checkpoint there.
        public var resume = false

        /// Options with their defaults, of which the recipe is what suits the mode.
        public init(base: Base, taskFile: String, dataFile: String, mode: TrainingMode, output: String) {
            self.base = base
            self.taskFile = taskFile
            self.dataFile = dataFile
            self.mode = mode
            self.output = output
            recipe = .fineTuning(mode: mode)
        }
    }

    /// Reads, trains, and writes the model's directory: the base's encoder byte by byte, a delta where layers of it
    /// were trained, and the new head.
    ///
    /// - Throws: `ZooModelError` or `ZooTrainingError`: a base that is not the pinned one, a run that would train
    ///   nothing, a bad task or table, before any training; `.interrupted` where `shouldStop` said so.
    public static func run(
        _ options: Options,
        progress: TrainingProgress? = nil,
        shouldStop: () -> Bool = { false }
    ) throws -> TrainingResult {
        let started = monotonicSeconds()
        try check(options)
        let session = try FineTuningSession(options, progress: progress)
        return try session.run(started: started, progress: progress, shouldStop: shouldStop)
    }

    private static func check(_ options: Options) throws {
        try RunSupport.requireAbsent(options.output)
        guard options.mode != .pretrain else {
            throw ZooTrainingError(.usage, "fine-tuning has the modes frozen, partial, full and scratch")
        }
        if let pinned = options.base.pinnedDigest, pinned != options.base.digest {
            throw ZooTrainingError(
                .badData,
                "\(options.base.reference) is \(options.base.digest), but \(pinned) is pinned: pull the pinned digest"
            )
        }
    }
}
