import ZooTensor

/// A model of the throughput benchmarks: embeddings of one width beside dense columns, a shared bottom or a mixture of
/// experts, one tower a task. `peers/networks.py` has the same in PyTorch.
struct Network {
    /// What is between the input and the towers.
    enum Kind {
        case sharedBottom
        case mixture(experts: Int)
    }

    private typealias Layer = (weight: Parameter, bias: Parameter)

    let store = ParameterStore(seed: 1)
    let taskCount: Int
    private let plan = EmbeddingPlan()
    private let dropout: Float
    private var trunk: [Layer] = []
    private var later: [Layer] = []
    private var gates: [Layer] = []
    private var towers: [[Layer]] = []

    init(
        _ kind: Kind,
        cardinalities: [Int],
        width: Int,
        dense: Int,
        hidden: [Int],
        tasks: Int,
        dropout: Float = 0
    ) {
        taskCount = tasks
        self.dropout = dropout
        let table = store.addTable(
            "embedding",
            width: width,
            fields: cardinalities.enumerated().map { (name: "field\($0.offset)", rows: $0.element) },
            group: .encoder,
            initialiser: .normal(0.05)
        )
        for field in cardinalities.indices { plan.addSlot(table, field: field) }
        plan.addDense(dense)
        let widths = [plan.width] + hidden
        switch kind {
        case .sharedBottom:
            trunk = layers("trunk", widths, .encoder)
        case .mixture(let experts):
            // All experts read the same input, so their first layers are one wide product.
            trunk = layers("experts.first", [plan.width, experts * hidden[0]], .encoder)
            later = layers("experts", hidden, .encoder, count: experts)
            for task in 0..<tasks { gates += layers("gate\(task)", [plan.width, experts], .head) }
        }
        for task in 0..<tasks { towers.append(layers("tower\(task)", [hidden[hidden.count - 1], 32, 1], .head)) }
    }

    private func layers(_ name: String, _ widths: [Int], _ group: ParameterGroup, count: Int? = nil) -> [Layer] {
        zip(widths, widths.dropFirst()).enumerated().map { index, width in
            let weights = count.map { Shape($0, width.1, width.0) } ?? Shape(width.1, width.0)
            let biases = count.map { Shape($0, width.1) } ?? Shape(width.1)
            let initialiser = Initialiser.fanIn(width.0)
            return (
                store.add("\(name).\(index).weight", weights, group: group, initialiser: initialiser),
                store.add("\(name).\(index).bias", biases, group: group, initialiser: initialiser)
            )
        }
    }

    /// The input matrix of consecutive rows.
    func input(_ tape: Tape, _ rows: Rows, first: Int, count: Int) -> Tensor {
        tape.embed(
            plan,
            rows: count,
            ids: rows.ids + first * rows.fields,
            idStride: rows.fields,
            dense: rows.dense + first * rows.denseColumns,
            denseStride: rows.denseColumns
        )
    }

    /// Each task's logits, [rows, 1].
    func logits(_ input: Tensor) -> [Tensor] {
        let shared = shared(input)
        return towers.indices.map { tower(towers[$0], gated(shared, input, task: $0)) }
    }

    /// What one task's tower reads.
    func representation(_ input: Tensor, task: Int) -> Tensor { gated(shared(input), input, task: task) }

    private func shared(_ input: Tensor) -> Tensor {
        let first = trunk.reduce(input) {
            $0.linear($1.weight, bias: $1.bias, activation: .relu, dropout: dropout)
        }
        return later.reduce(first) {
            $0.groupedLinear($1.weight, bias: $1.bias, activation: .relu, dropout: dropout)
        }
    }

    private func gated(_ shared: Tensor, _ input: Tensor, task: Int) -> Tensor {
        if gates.isEmpty { return shared }
        return shared.mixed(by: input.linear(gates[task].weight, bias: gates[task].bias))
    }

    private func tower(_ layers: [Layer], _ input: Tensor) -> Tensor {
        input.linear(layers[0].weight, bias: layers[0].bias, activation: .relu)
            .linear(layers[1].weight, bias: layers[1].bias)
    }
}
