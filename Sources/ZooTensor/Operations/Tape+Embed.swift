internal import CKernels

private struct EmbedDetail: BitwiseCopyable {
    let plan: UnsafeRawPointer
    let rows: Int
    let ids: UnsafePointer<Int32>?
    let idStride: Int
    let bags: UnsafeMutablePointer<BagInput>?
}

extension Tape {
    /// The model's input matrix [rows, plan.width]: every slot's embedding at its column, dense columns beside.
    ///
    /// `ids` is row-major with one column for each slot, `bags` holds ``EmbeddingPlan/bagCount`` columns; all must stay
    /// valid until the optimiser has run. Ids count from their field's first row. An id outside its field is read as
    /// row 0: encoders of raw rows never make one.
    public func embed(
        _ plan: EmbeddingPlan,
        rows: Int,
        ids: UnsafePointer<Int32>? = nil,
        idStride: Int = 0,
        dense: UnsafePointer<Float>? = nil,
        denseStride: Int = 0,
        bags: UnsafePointer<BagInput>? = nil
    ) -> Tensor {
        precondition(plan.slotCount == 0 || ids != nil, "the plan has slots but the batch no ids")
        precondition(plan.denseCount == 0 || dense != nil, "the plan has dense columns but the batch none")
        precondition(plan.bagCount == 0 || bags != nil, "the plan has bags but the batch none")
        let shape = Shape(rows, plan.width)
        let out = arena.allocate(shape.count)
        plan.slots.withUnsafeBufferPointer { slots in
            _ = zoo_embed(
                out,
                plan.width,
                rows,
                slots.baseAddress,
                slots.count,
                ids,
                idStride,
                dense,
                denseStride,
                plan.denseCount,
                plan.denseColumn
            )
        }
        for index in plan.bags.indices {
            guard let input = bags?[index] else { break }
            let bag = plan.bags[index]
            _ = zoo_embed_bag(
                out + bag.column,
                plan.width,
                rows,
                bag.table.values(of: bag.field).baseAddress,
                Int32(bag.table.fields[bag.field].rows),
                Int32(bag.table.width),
                input.offsets,
                input.ids,
                bag.combiner == .mean ? 1 : 0
            )
        }
        let result = leaf(out, shape, needsGradient: plan.isTrainable)
        let keptBags = bags.flatMap { keep($0, plan.bagCount) }
        embeddedInputs.append(
            EmbeddedInput(
                node: result.index,
                plan: Unmanaged.passUnretained(plan),
                rows: rows,
                ids: ids,
                idStride: idStride,
                bags: keptBags
            )
        )
        if result.needsGradient {
            nodes[result.index].detail = arena.store(
                EmbedDetail(
                    plan: UnsafeRawPointer(Unmanaged.passUnretained(plan).toOpaque()),
                    rows: rows,
                    ids: ids,
                    idStride: idStride,
                    bags: keptBags
                )
            )
            nodes[result.index].product = embedProduct
        }
        return result
    }

    private func keep(_ bags: UnsafePointer<BagInput>, _ count: Int) -> UnsafeMutablePointer<BagInput>? {
        guard count > 0 else { return nil }
        let raw = UnsafeMutableRawPointer(arena.allocate(count * MemoryLayout<BagInput>.stride / 4))
        let copy = raw.bindMemory(to: BagInput.self, capacity: count)
        copy.update(from: bags, count: count)
        return copy
    }
}

// Nothing to compute: optimisers read the rows' gradients straight out of the matrix's gradient.
private func embedProduct(_ tape: Tape, _ index: Int) {
    let detail = tape.detail(index, as: EmbedDetail.self)
    tape.embeddingRecords.append(
        EmbeddingRecord(
            plan: Unmanaged.fromOpaque(detail.plan),
            rows: detail.rows,
            ids: detail.ids,
            idStride: detail.idStride,
            bags: detail.bags,
            gradient: tape.arrivedGradient(index)
        )
    )
}
