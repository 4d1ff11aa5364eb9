/// Records the forward pass of one logical shard and runs it backwards.
///
/// Values and gradients live in the tape's arena, nodes in a reused array: at steady state a step allocates nothing.
/// A tape is used by one thread at a time.
public final class Tape: @unchecked Sendable {
    /// What a pass records.
    public enum Mode: Sendable {
        /// Records for a backward pass; dropout drops and batch statistics are taken.
        case training
        /// Records nothing: values only, dropout off, running statistics.
        case inference
    }

    /// The parameters that the tape reads.
    public let store: ParameterStore
    /// The logical shard of the batch.
    public let shard: Int
    /// The seed of dropout.
    public internal(set) var seed: UInt64 = 0
    /// The number of the step, for dropout.
    public internal(set) var step: UInt64 = 0
    /// What the current pass records.
    @exclusivity(unchecked) public internal(set) var mode = Mode.training

    /// Tables that stand in for products with embeddings, in inference only.
    @exclusivity(unchecked) public var projections: EmbeddingProjections?

    // One thread uses a tape at a time: checking every access to these would cost a tenth of a single row's forward pass.
    @exclusivity(unchecked) var nodes: UnsafeMutablePointer<Node>
    @exclusivity(unchecked) var nodeCount = 0
    private var nodeCapacity = 256
    @exclusivity(unchecked) var arena = Arena()
    /// Operations that drew random numbers so far in this pass.
    var randomOperations: UInt64 = 0

    @exclusivity(unchecked) private var parameterNodes: [Int32] = []
    private var gradients = FloatBuffer(count: 0)
    package private(set) var touchedParameters: [Bool] = []
    var embeddingRecords: [EmbeddingRecord] = []
    @exclusivity(unchecked) var embeddedInputs: [EmbeddedInput] = []
    /// All -1 between uses: where `zoo_number_ids` notes what it has seen.
    private var seen = UnsafeMutableBufferPointer<Int32>(start: nil, count: 0)
    var statistics: [BatchStatistics] = []
    var reports: [Double] = []
    var lossValue = 0.0

    /// A tape over a store's parameters.
    public init(store: ParameterStore, shard: Int = 0) {
        self.store = store
        self.shard = shard
        nodes = .allocate(capacity: nodeCapacity)
        Engine.configure()
    }

    deinit {
        nodes.deinitialize(count: nodeCount)
        nodes.deallocate()
        seen.deallocate()
    }

    /// At least `count` entries of -1, which the user leaves as they were.
    func seenIDs(_ count: Int) -> UnsafeMutablePointer<Int32> {
        if seen.count < count {
            seen.deallocate()
            seen = .allocate(capacity: max(count, 256))
            seen.initialize(repeating: -1)
        }
        guard let start = seen.baseAddress else { preconditionFailure("the entries have an address") }
        return start
    }

    /// Forgets the last pass and starts another; all its tensors are dead.
    public func reset(_ mode: Mode, seed: UInt64 = 0, step: UInt64 = 0) {
        nodes.deinitialize(count: nodeCount)
        nodeCount = 0
        arena.reset()
        self.mode = mode
        self.seed = seed
        self.step = step
        randomOperations = 0
        embeddingRecords.removeAll(keepingCapacity: true)
        embeddedInputs.removeAll(keepingCapacity: true)
        statistics.removeAll(keepingCapacity: true)
        for i in reports.indices { reports[i] = 0 }
        let count = store.parameters.count
        if parameterNodes.count != count {
            parameterNodes = Array(repeating: -1, count: count)
            touchedParameters = Array(repeating: false, count: count)
        }
        for i in 0..<count {
            parameterNodes[i] = -1
            touchedParameters[i] = false
        }
        if mode == .training, gradients.count < store.flatCount { gradients = FloatBuffer(count: store.flatCount) }
    }

    var records: Bool { mode == .training }

    /// The flat buffer of this shard's dense gradients, laid out as the store's values.
    package var flatGradients: UnsafeMutablePointer<Float> { gradients.pointer }

    /// Appends a node.
    func append(_ node: Node) -> Int {
        if nodeCount == nodeCapacity {
            let larger = UnsafeMutablePointer<Node>.allocate(capacity: nodeCapacity * 2)
            larger.moveInitialize(from: nodes, count: nodeCount)
            nodes.deallocate()
            nodes = larger
            nodeCapacity *= 2
        }
        (nodes + nodeCount).initialize(to: node)
        nodeCount += 1
        return nodeCount - 1
    }

    /// A node without inputs over memory that someone else keeps.
    func leaf(_ pointer: UnsafeMutablePointer<Float>, _ shape: Shape, needsGradient: Bool) -> Tensor {
        let node = Node(
            value: pointer,
            gradient: nil,
            count: shape.count,
            inputs: (-1, -1, -1),
            needsGradient: needsGradient && records,
            hasGradient: false,
            product: nil,
            detail: nil
        )
        return Tensor(self, append(node), shape)
    }

    /// A parameter as a tensor: its values in place, its gradient in the shard's flat buffer.
    public func tensor(_ parameter: Parameter) -> Tensor {
        let known = parameterNodes[parameter.index]
        if known >= 0 { return Tensor(self, Int(known), parameter.shape) }
        guard let values = parameter.values.baseAddress else { preconditionFailure("a parameter has an address") }
        let tensor = leaf(values, parameter.shape, needsGradient: parameter.isTrainable)
        if tensor.needsGradient { nodes[tensor.index].gradient = gradients.pointer + parameter.offset }
        parameterNodes[parameter.index] = Int32(tensor.index)
        return tensor
    }

    /// Values that someone else keeps alive until the next reset, with no gradient.
    public func input(_ values: UnsafePointer<Float>, _ shape: Shape) -> Tensor {
        leaf(UnsafeMutablePointer(mutating: values), shape, needsGradient: false)
    }

    /// A copy of these values; `needsGradient` lets ``Tensor/gradient`` be read after the backward pass.
    public func copy(_ values: [Float], _ shape: Shape, needsGradient: Bool = false) -> Tensor {
        precondition(values.count == shape.count, "\(values.count) values for the shape \(shape)")
        let memory = arena.allocate(values.count)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { memory.update(from: base, count: source.count) }
        }
        return leaf(memory, shape, needsGradient: needsGradient)
    }

    /// Adds a scalar's value to one of the step's reported sums (see ``ShardedStep/reported(_:)``).
    public func report(_ tensor: Tensor, at slot: Int) {
        while reports.count <= slot { reports.append(0) }
        reports[slot] += Double(tensor.item)
    }

    /// Marks which parameters the backward pass reached.
    func settleParameters() {
        for i in parameterNodes.indices where parameterNodes[i] >= 0 {
            touchedParameters[i] = nodes[Int(parameterNodes[i])].hasGradient
        }
    }
}
