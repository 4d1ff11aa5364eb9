internal import CKernels

/// How linear layers on an embed's result go through the distinct rows of its embeddings (see `factored.h`).
///
/// Columns of ids that take few values in the shard become factors; the rest of the matrix is multiplied as usual, in
/// runs of columns. Lives in the tape's arena, shared by all layers that read the same matrix.
struct EmbeddingFactoring: BitwiseCopyable {
    /// Columns of the matrix that are no factor's, side by side.
    struct Run: BitwiseCopyable {
        let column: Int
        let width: Int
        /// Whether it has embeddings, which want a gradient, or only dense columns.
        let hasEmbeddings: Bool
    }

    let factors: UnsafeMutablePointer<zoo_factor>
    let factorCount: Int
    /// The plan's slot of each factor, ascending.
    let slots: UnsafeMutablePointer<Int32>
    /// The distinct ids of all factors.
    let ids: UnsafeMutablePointer<Int32>
    /// [rows, factorCount]: where each row's id is among ``ids``.
    let places: UnsafeMutablePointer<Int32>
    let runs: UnsafeMutablePointer<Run>
    let runCount: Int
    let scratch: UnsafeMutablePointer<Float>
    /// [rows, plan.width]: the gradient of the runs that want one; nil until the first layer's backward pass.
    var gradient: UnsafeMutablePointer<Float>?

    /// The gradients of a slot's distinct rows; nil where it is no factor.
    ///
    /// - Parameter factor: where to look first; slots are asked for in ascending order.
    func use(of slot: Int, from factor: inout Int) -> zoo_embedding_use? {
        while factor < factorCount, slots[factor] < slot { factor += 1 }
        guard factor < factorCount, slots[factor] == slot, let gradient = factors[factor].gradient else { return nil }
        return zoo_embedding_use(
            ids: ids + factors[factor].first,
            offsets: nil,
            gradient: gradient,
            id_stride: 1,
            stride: factors[factor].width,
            rows: Int32(factors[factor].count),
            mean: 0
        )
    }

    /// Ids of larger fields are not looked at: they seldom repeat.
    static let largestField = 4096
    /// With fewer rows the products are too small to save anything.
    static let fewestRows = 32
}

/// The result of an embed in this pass.
struct EmbeddedInput {
    /// Whether ``factoring`` has been looked for.
    var isExamined = false
    var factoring: UnsafeMutablePointer<EmbeddingFactoring>?
    let node: Int
    let plan: Unmanaged<EmbeddingPlan>
    let rows: Int
    let ids: UnsafePointer<Int32>?
    let idStride: Int
    let bags: UnsafeMutablePointer<BagInput>?
    /// Rows of the tables of ``ProjectedLayer``, once looked up.
    var places: UnsafePointer<Int32>?
    /// The layout that ``places`` is of.
    var placesLayout = 0
}

extension Tape {
    /// How a linear layer on this tensor goes through distinct rows; nil where it is no embed's result, or would not
    /// gain.
    func factoring(of tensor: Tensor) -> UnsafeMutablePointer<EmbeddingFactoring>? {
        guard let at = embeddedInputs.firstIndex(where: { $0.node == tensor.index }) else { return nil }
        let input = embeddedInputs[at]
        guard !input.isExamined else { return input.factoring }
        embeddedInputs[at].isExamined = true
        guard input.rows >= EmbeddingFactoring.fewestRows, let ids = input.ids else { return nil }
        let factoring = input.plan._withUnsafeGuaranteedRef { factor($0, input.rows, ids, input.idStride) }
        embeddedInputs[at].factoring = factoring
        return factoring
    }

    private func factor(
        _ plan: EmbeddingPlan,
        _ rows: Int,
        _ ids: UnsafePointer<Int32>,
        _ idStride: Int
    ) -> UnsafeMutablePointer<EmbeddingFactoring>? {
        let candidates = plan.factorCandidates
        guard !candidates.isEmpty else { return nil }
        let factors = allocate(zoo_factor.self, candidates.count)
        let slots = allocate(Int32.self, candidates.count)
        let distinct = allocate(Int32.self, candidates.count * rows)
        let columns = allocate(Int32.self, candidates.count * rows)
        var count = 0
        var first = 0
        var saved = 0
        for slot in candidates {
            let entry = plan.slots[slot]
            let width = Int(entry.width)
            let found = zoo_number_ids(
                columns + count * rows,
                Int32(first),
                distinct + first,
                seenIDs(Int(entry.rows)),
                ids + Int(entry.source),
                idStride,
                rows,
                entry.rows
            )
            // Tenths of a cycle for sixteen outputs, forwards and backwards, as measured: the whole product against
            // sums by row, products by distinct row, and the weight's transposes.
            let gain = 18 * rows * width - (27 * rows + 17 * found * width + 150 * width)
            guard gain > 0 else { continue }
            saved += gain
            factors[count] = zoo_factor(
                first: first,
                count: found,
                width: width,
                column: Int(entry.column),
                rows: nil,
                gradient: nil
            )
            slots[count] = Int32(slot)
            first += found
            count += 1
        }
        guard saved * 8 > 18 * rows * plan.width else { return nil }
        gatherRows(plan, factors, slots, count, distinct)
        let places = allocate(Int32.self, count * rows)
        for factor in 0..<count {
            for row in 0..<rows { places[row * count + factor] = columns[factor * rows + row] }
        }
        let (runs, runCount) = runs(plan, factors, count)
        let result = allocate(EmbeddingFactoring.self, 1)
        result.initialize(
            to: EmbeddingFactoring(
                factors: factors,
                factorCount: count,
                slots: slots,
                ids: distinct,
                places: places,
                runs: runs,
                runCount: runCount,
                scratch: arena.allocate(zoo_factored_scratch(factors, count)),
                gradient: nil
            )
        )
        return result
    }

    /// Copies each factor's distinct embeddings side by side, and makes room for the gradients of trainable ones.
    private func gatherRows(
        _ plan: EmbeddingPlan,
        _ factors: UnsafeMutablePointer<zoo_factor>,
        _ slots: UnsafeMutablePointer<Int32>,
        _ count: Int,
        _ ids: UnsafeMutablePointer<Int32>
    ) {
        for index in 0..<count {
            let slot = plan.slots[Int(slots[index])]
            let factor = factors[index]
            let values = arena.allocate(factor.count * factor.width)
            for row in 0..<factor.count {
                let from = slot.table + Int(ids[factor.first + row]) * factor.width
                (values + row * factor.width).update(from: from, count: factor.width)
            }
            factors[index].rows = UnsafePointer(values)
            guard records, plan.isTrainable(slot: Int(slots[index])) else { continue }
            let gradient = arena.allocate(factor.count * factor.width)
            gradient.update(repeating: 0, count: factor.count * factor.width)
            factors[index].gradient = gradient
        }
    }

    /// The columns between the factors.
    private func runs(
        _ plan: EmbeddingPlan,
        _ factors: UnsafeMutablePointer<zoo_factor>,
        _ count: Int
    ) -> (UnsafeMutablePointer<EmbeddingFactoring.Run>, Int) {
        let runs = allocate(EmbeddingFactoring.Run.self, count + 2)
        var runCount = 0
        func add(_ from: Int, _ to: Int, hasEmbeddings: Bool) {
            guard from < to else { return }
            runs[runCount] = EmbeddingFactoring.Run(column: from, width: to - from, hasEmbeddings: hasEmbeddings)
            runCount += 1
        }
        // Dense columns stand last and want no gradient.
        let embeddings = plan.denseCount > 0 ? plan.denseColumn : plan.width
        var column = 0
        for index in 0..<count {
            add(column, factors[index].column, hasEmbeddings: true)
            column = factors[index].column + factors[index].width
        }
        add(column, embeddings, hasEmbeddings: true)
        add(embeddings, plan.width, hasEmbeddings: false)
        return (runs, runCount)
    }

    private func allocate<Element: BitwiseCopyable>(
        _ type: Element.Type,
        _ count: Int
    ) -> UnsafeMutablePointer<Element> {
        let floats = (count * MemoryLayout<Element>.stride + 3) / 4
        return UnsafeMutableRawPointer(arena.allocate(floats)).bindMemory(to: type, capacity: max(count, 1))
    }
}
