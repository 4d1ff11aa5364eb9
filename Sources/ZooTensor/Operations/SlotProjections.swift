internal import CKernels

/// The embeddings of a plan's smaller slots times their columns of a weight: [⌈outputs / block⌉, rows, block].
struct SlotProjections {
    /// The chosen slots' indices in the plan, ascending.
    let slots: [Int]
    /// Each chosen slot's first row.
    private(set) var firsts: [Int] = []
    private(set) var rows = 0
    private(set) var table = FloatBuffer(count: 0)
    /// Embedded columns of the plan that belong to no chosen slot.
    private(set) var columnsLeft: [Range<Int>] = []

    /// Chooses the smallest slots that have at most `rowLimit` rows together; none where dense columns come before them.
    init(_ plan: EmbeddingPlan, _ weight: UnsafePointer<Float>, outputs: Int, rowLimit: Int) {
        guard plan.denseCount == 0 || plan.denseColumn + plan.denseCount == plan.width else {
            slots = []
            return
        }
        var chosen: [Int] = []
        var count = 0
        for index in plan.slots.indices.sorted(by: { (plan.slots[$0].rows, $0) < (plan.slots[$1].rows, $1) }) {
            guard count + Int(plan.slots[index].rows) <= rowLimit else { break }
            count += Int(plan.slots[index].rows)
            chosen.append(index)
        }
        slots = chosen.sorted()
        rows = count
        let block = Int(zoo_projected_block)
        table = FloatBuffer(count: rows * ((outputs + block - 1) / block) * block)
        var column = 0
        var first = 0
        for index in slots {
            let slot = plan.slots[index]
            firsts.append(first)
            if column < Int(slot.column) { columnsLeft.append(column..<Int(slot.column)) }
            column = Int(slot.column + slot.width)
            for start in stride(from: 0, to: outputs, by: block) {
                Gemm.multiply(
                    slot.table,
                    Int(slot.width),
                    weight + start * plan.width + Int(slot.column),
                    plan.width,
                    into: table.pointer + start * rows + first * block,
                    block,
                    m: Int(slot.rows),
                    n: min(block, outputs - start),
                    k: Int(slot.width),
                    transposeB: true
                )
            }
            first += Int(slot.rows)
        }
        let embedded = plan.width - plan.denseCount
        if column < embedded { columnsLeft.append(column..<embedded) }
    }
}
