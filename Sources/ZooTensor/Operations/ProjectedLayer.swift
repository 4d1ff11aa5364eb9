internal import CKernels

/// One linear layer's table of projected embeddings, [⌈outputs / block⌉, tableRows, block].
///
/// A row for each combination of the ids of a group of slots, then one for each dense column.
final class ProjectedLayer: @unchecked Sendable {
    /// What an id of a slot adds to the row of its group: its value times the stride.
    private struct Digit: Equatable {
        let source: Int
        let rows: UInt32
        let stride: Int32
        let group: Int
    }

    /// Combinations of all groups: more save sums, but miss the caches.
    private static let mostCombinations = 4096

    let plan: EmbeddingPlan
    let weight: UnsafePointer<Float>
    let outputs: Int
    /// Each group's row for ids that are all 0.
    private var firsts: [Int32] = []
    /// In the groups' order.
    private var digits: [Digit] = []
    /// Columns that are multiplied.
    private var runs: [Range<Int>] = []
    private var tableRows = 0
    private var table = FloatBuffer(count: 0)
    /// The same for layers whose rows stand at the same places.
    var layout = 0

    var isEmpty: Bool { firsts.isEmpty }
    var floats: Int { isEmpty ? 0 : table.count }

    init(_ plan: EmbeddingPlan, _ weight: UnsafePointer<Float>, outputs: Int, rowLimit: Int, floatLimit: Int) {
        (self.plan, self.weight, self.outputs) = (plan, weight, outputs)
        let block = Int(zoo_projected_block)
        let blocks = (outputs + block - 1) / block
        let limit = min(rowLimit, floatLimit / max(1, blocks * block) - plan.denseCount)
        let single = SlotProjections(plan, weight, outputs: outputs, rowLimit: limit)
        guard !single.slots.isEmpty else { return }
        let grouping = SlotGrouping(
            sizes: single.slots.map { Int(plan.slots[$0].rows) },
            rowLimit: min(limit, Self.mostCombinations)
        )
        tableRows = grouping.rows + plan.denseCount
        table = FloatBuffer(count: tableRows * blocks * block)
        var first = 0
        for members in grouping.groups {
            var stride = 1
            for member in members {
                let slot = plan.slots[single.slots[member]]
                digits.append(
                    Digit(
                        source: Int(slot.source),
                        rows: UInt32(slot.rows),
                        stride: Int32(stride),
                        group: firsts.count
                    )
                )
                stride *= Int(slot.rows)
            }
            firsts.append(Int32(first))
            let rows = grouping.combinations(of: members, firsts: single.firsts)
            for index in 0..<blocks {
                zoo_sum_projected(
                    table.pointer + (index * tableRows + first) * block,
                    block,
                    stride,
                    single.table.pointer + index * single.rows * block,
                    single.rows,
                    rows,
                    members.count,
                    nil,
                    0,
                    0,
                    false,
                    nil,
                    false
                )
            }
            first += stride
        }
        runs = single.columnsLeft
        for output in 0..<outputs {
            let place = table.pointer + (output / block * tableRows + first) * block + output % block
            for dense in 0..<plan.denseCount {
                place[dense * block] = weight[output * plan.width + plan.denseColumn + dense]
            }
        }
    }

    func hasLayout(of other: ProjectedLayer) -> Bool {
        plan === other.plan && firsts == other.firsts && digits == other.digits
    }

    /// out [rows, outputs] = x·Wᵀ + bias, or what is positive of it.
    func multiply(
        _ tape: Tape,
        _ embedded: Int,
        into out: UnsafeMutablePointer<Float>,
        bias: UnsafePointer<Float>?,
        relu: Bool
    ) {
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
            firsts.count,
            x + plan.denseColumn,
            plan.width,
            plan.denseCount,
            !runs.isEmpty,
            bias,
            relu
        )
    }

    /// [rows, groups]: where each row's sums are. Layers of one layout share it.
    private func places(_ tape: Tape, _ embedded: Int) -> UnsafePointer<Int32> {
        let input = tape.embeddedInputs[embedded]
        if let known = input.places, input.placesLayout == layout { return known }
        let count = firsts.count
        let memory = UnsafeMutableRawPointer(tape.arena.allocate(input.rows * count))
        let places = memory.bindMemory(to: Int32.self, capacity: max(1, input.rows * count))
        guard let ids = input.ids else { preconditionFailure("a plan with slots has ids") }
        digits.withUnsafeBufferPointer { digits in
            for row in 0..<input.rows {
                let (from, to) = (ids + row * input.idStride, places + row * count)
                for group in 0..<count { to[group] = firsts[group] }
                for digit in digits {
                    let id = from[digit.source]
                    // As zoo_embed does: an id outside its field counts as row 0.
                    to[digit.group] &+= UInt32(bitPattern: id) < digit.rows ? id &* digit.stride : 0
                }
            }
        }
        tape.embeddedInputs[embedded].places = UnsafePointer(places)
        tape.embeddedInputs[embedded].placesLayout = layout
        return UnsafePointer(places)
    }
}
