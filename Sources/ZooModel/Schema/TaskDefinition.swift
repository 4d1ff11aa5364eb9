/// One task of a schema: which column holds its labels and what is predicted from them.
public struct TaskDefinition: Sendable, Hashable {
    /// What is predicted.
    public enum Kind: Sendable, Hashable {
        /// A probability of "positive".
        case binary(LabelRule)
        /// One class of several; nil classes are taken from the training labels, in byte order.
        case multiclass(classes: [String]?)
        /// A number.
        case regression

        /// The name the schema uses.
        public var name: String {
            switch self {
            case .binary: "binary"
            case .multiclass: "multiclass"
            case .regression: "regression"
            }
        }

        /// Every kind's name.
        public static let names = ["binary", "multiclass", "regression"]
    }

    /// The loss that training minimises.
    public enum Loss: Sendable, Hashable {
        /// Cross-entropy with logits: the one loss of `binary` and `multiclass`.
        case crossEntropy
        /// (x − y)²: the default of `regression`.
        case squaredError
        /// Quadratic up to `delta`, linear beyond.
        case huber(delta: Float)
    }

    /// The task's name, unique in the schema; its head is named after it.
    public var name: String
    /// The column of its labels. Several tasks may read one column.
    public var column: String
    /// What is predicted.
    public var kind: Kind
    /// The task's weight in the sum of losses.
    public var weight: Float
    /// The loss.
    public var loss: Loss
    /// A column with the true probability (or expectation), where a simulation knows it: never an input, only the
    /// ceiling that `evaluate` prints.
    public var truth: String?

    /// A task; the column defaults to the name and the loss to its kind's.
    public init(
        name: String,
        column: String? = nil,
        kind: Kind,
        weight: Float = 1,
        loss: Loss? = nil,
        truth: String? = nil
    ) {
        self.name = name
        self.column = column ?? name
        self.kind = kind
        self.weight = weight
        self.loss = loss ?? (kind == .regression ? .squaredError : .crossEntropy)
        self.truth = truth
    }
}

/// How a label column tells positives from negatives.
public enum LabelRule: Sendable, Hashable {
    /// A comparison of the number in the column, such as `rating >= 4`.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        /// At least.
        case atLeast = ">="
        /// At most.
        case atMost = "<="
        /// Equal.
        case equal = "=="
        /// Unequal.
        case unequal = "!="
        /// Greater.
        case greater = ">"
        /// Less.
        case less = "<"
    }

    /// `1`, `true`, `yes`, `y`, `t` are positive; `0`, `false`, `no`, `n`, `f` negative; any other value is an error.
    case truth
    /// Listed values are positive; where negatives are listed too any other value is an error, else it is negative.
    case values(positive: [String], negative: [String]?)
    /// The number compares so with the threshold.
    case comparison(Comparison, Double)
}
