/// How two models differ.
public struct ModelDifference: Sendable, Encodable {
    /// How a part of one model relates to that of the other.
    public enum Change: String, Sendable, Encodable {
        case same, changed, added, removed
    }

    /// A layer that one or both have.
    public struct Layer: Sendable, Encodable {
        /// What it is: `encoder weights`.
        public let title: String
        /// Whether both have it, with the same content.
        public let change: Change
        /// Bytes in the first model, 0 if it has none.
        public let oldSize: Int
        /// Bytes in the second model, 0 if it has none.
        public let newSize: Int
    }

    /// A tensor that is not the same in both.
    public struct Tensor: Sendable, Encodable {
        /// `MODULE/NAME`.
        public let name: String
        /// What became of it.
        public let change: Change
        /// Type and shape in the first model: `F32[300, 64]`.
        public let old: String?
        /// Type and shape in the second model.
        public let new: String?
        /// The largest difference of two elements, for float32 tensors of the same shape.
        public let largestDelta: Double?
    }

    /// A member of `zoo.json` that differs.
    public struct Field: Sendable, Encodable {
        /// Its path: `training.seed`.
        public let path: String
        /// The value in the first model as JSON, nil if it has none.
        public let old: String?
        /// The value in the second model as JSON, nil if it has none.
        public let new: String?
    }

    /// The layers of both, in order.
    public internal(set) var layers: [Layer] = []
    /// Tensors that are the same to the bit.
    public internal(set) var sameTensors = 0
    /// Tensors of the same type and shape in layers that differ, whose values have not been looked at.
    public internal(set) var unreadTensors = 0
    /// Tensors that are not, by name.
    public internal(set) var tensors: [Tensor] = []
    /// What else `zoo.json` says differently, metrics apart.
    public internal(set) var fields: [Field] = []
    /// Metrics that differ.
    public internal(set) var metrics: [Field] = []
}
