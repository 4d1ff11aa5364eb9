internal import CKernels
internal import Synchronization

/// What every embedding adds to the linear layers that read it, kept in tables: for inference with weights that stay.
///
/// A layer on an embed's result then sums one table row a slot instead of multiplying. Tables are made when a layer is
/// first met, for slots of few rows; other slots and bags are multiplied as usual. Results do not depend on
/// threads. Throw the object away when a weight changes.
public final class EmbeddingProjections: Sendable {
    private let rowLimit: Int
    private let layers = Mutex<[ProjectedLayer]>([])

    /// Tables for scoring about `expectedRows` rows, which bounds the work put into them; nil for as long as it takes.
    public init(expectedRows: Int? = nil) {
        rowLimit = min(Self.mostRows, expectedRows ?? Self.mostRows)
    }

    /// Embeddings that one layer's table holds at most.
    private static let mostRows = 8192
    /// Floats that all tables hold at most: 64 MB.
    private static let mostFloats = 1 << 24

    /// A layer's table; nil where none of its slots is small enough or no room is left.
    func layer(_ plan: EmbeddingPlan, _ weight: UnsafePointer<Float>, outputs: Int) -> ProjectedLayer? {
        layers.withLock { layers in
            if let known = layers.first(where: { $0.plan === plan && $0.weight == weight && $0.outputs == outputs }) {
                return known.isEmpty ? nil : known
            }
            let room = Self.mostFloats - layers.reduce(0) { $0 + $1.floats }
            let layer = ProjectedLayer(plan, weight, outputs: outputs, rowLimit: rowLimit, floatLimit: room)
            layers.append(layer)
            return layer.isEmpty ? nil : layer
        }
    }
}

/// One linear layer's table, [⌈outputs / block⌉, tableRows, block]: a row an embedding, then one a dense column.
final class ProjectedLayer: @unchecked Sendable {
    private struct Slot {
        let source: Int
        let rows: UInt32
        /// Its first row in the table.
        let first: Int32
    }

    let plan: EmbeddingPlan
    let weight: UnsafePointer<Float>
    let outputs: Int
    private var slots: [Slot] = []
    /// Columns that are multiplied.
    private var runs: [Range<Int>] = []
    private var tableRows = 0
    private var table: FloatBuffer

    var isEmpty: Bool { slots.isEmpty }
    var floats: Int { slots.isEmpty ? 0 : table.count }

    init(_ plan: EmbeddingPlan, _ weight: UnsafePointer<Float>, outputs: Int, rowLimit: Int, floatLimit: Int) {
        (self.plan, self.weight, self.outputs) = (plan, weight, outputs)
        table = FloatBuffer(count: 0)
        let chosen = choose(rowLimit)
        let block = Int(zoo_projected_block)
        let blocks = (outputs + block - 1) / block
        guard !chosen.isEmpty, tableRows * blocks * block <= floatLimit else { return }
        table = FloatBuffer(count: tableRows * blocks * block)
        var column = 0
        var first = 0
        for index in chosen {
            let slot = plan.slots[index]
            slots.append(Slot(source: Int(slot.source), rows: UInt32(slot.rows), first: Int32(first)))
            if column < Int(slot.column) { runs.append(column..<Int(slot.column)) }
            column = Int(slot.column + slot.width)
            for start in stride(from: 0, to: outputs, by: block) {
                Gemm.multiply(
                    slot.table,
                    Int(slot.width),
                    weight + start * plan.width + Int(slot.column),
                    plan.width,
                    into: table.pointer + start * tableRows + first * block,
                    block,
                    m: Int(slot.rows),
                    n: min(block, outputs - start),
                    k: Int(slot.width),
                    transposeB: true
                )
            }
            first += Int(slot.rows)
        }
        if column < plan.width - plan.denseCount { runs.append(column..<plan.width - plan.denseCount) }
        for output in 0..<outputs {
            let place = table.pointer + (output / block * tableRows + first) * block + output % block
            for dense in 0..<plan.denseCount {
                place[dense * block] = weight[output * plan.width + plan.denseColumn + dense]
            }
        }
    }

    /// The smallest slots that stay within the limit together, in the plan's order; sets ``tableRows``.
    private func choose(_ rowLimit: Int) -> [Int] {
        guard plan.denseCount == 0 || plan.denseColumn + plan.denseCount == plan.width else { return [] }
        var chosen: [Int] = []
        for index in plan.slots.indices.sorted(by: { (plan.slots[$0].rows, $0) < (plan.slots[$1].rows, $1) }) {
            guard tableRows + Int(plan.slots[index].rows) <= rowLimit else { break }
            tableRows += Int(plan.slots[index].rows)
            chosen.append(index)
        }
        tableRows += plan.denseCount
        return chosen.sorted()
    }

    /// out [rows, outputs] = x·Wᵀ.
    func multiply(_ tape: Tape, _ embedded: Int, into out: UnsafeMutablePointer<Float>) {
        let input = tape.embeddedInputs[embedded]
        let x = tape.nodes[input.node].value
        for (index, run) in runs.enumerated() {
            Gemm.multiply(
                x + run.lowerBound,
                plan.width,
                weight + run.lowerBound,
                plan.width,
                into: out,
                outputs,
                m: input.rows,
                n: outputs,
                k: run.count,
                transposeB: true,
                accumulate: index > 0
            )
        }
        zoo_sum_projected(
            out,
            outputs,
            input.rows,
            table.pointer,
            tableRows,
            places(tape, embedded),
            slots.count,
            x + plan.denseColumn,
            plan.width,
            plan.denseCount,
            !runs.isEmpty
        )
    }

    /// [rows, slots]: where each id's row is. All layers on a plan choose the same slots, so the first one looks them up.
    private func places(_ tape: Tape, _ embedded: Int) -> UnsafePointer<Int32> {
        let input = tape.embeddedInputs[embedded]
        if let known = input.places { return known }
        let memory = UnsafeMutableRawPointer(tape.arena.allocate(input.rows * slots.count))
        let places = memory.bindMemory(to: Int32.self, capacity: max(1, input.rows * slots.count))
        guard let ids = input.ids else { preconditionFailure("a plan with slots has ids") }
        slots.withUnsafeBufferPointer { slots in
            for row in 0..<input.rows {
                let (from, to) = (ids + row * input.idStride, places + row * slots.count)
                for index in slots.indices {
                    let id = from[slots[index].source]
                    // As zoo_embed does: an id outside its field counts as row 0.
                    to[index] = slots[index].first + (UInt32(bitPattern: id) < slots[index].rows ? id : 0)
                }
            }
        }
        tape.embeddedInputs[embedded].places = UnsafePointer(places)
        return UnsafePointer(places)
    }
}

extension Tape {
    /// The table of a linear layer on this tensor, and where its embed is among ``embeddedInputs``.
    func projection(
        of tensor: Tensor,
        _ weight: UnsafePointer<Float>,
        outputs: Int
    ) -> (layer: ProjectedLayer, embedded: Int)? {
        guard !records, let projections, tensor.shape.rank == 2,
            let at = embeddedInputs.firstIndex(where: { $0.node == tensor.index })
        else { return nil }
        let plan = embeddedInputs[at].plan.takeUnretainedValue()
        return projections.layer(plan, weight, outputs: outputs).map { ($0, at) }
    }
}
