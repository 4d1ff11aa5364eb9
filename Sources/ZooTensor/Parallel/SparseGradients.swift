package import CKernels

/// The embedding gradients of a step, regrouped by field: each touched row once, with the chain of what reached it.
///
/// No hashing and no copies: gradients stay where the backward pass left them, and a per-row index array that is
/// never cleared finds the rows already seen. Chains run in (shard, use, row) order.
package final class SparseGradients: @unchecked Sendable {
    private struct Unit {
        var touched = zoo_touched()
        var uses: UnsafeMutablePointer<zoo_embedding_use>?
        var useCount = 0
        var useCapacity = 0
        var rows: Int32 = 0
    }

    // Not an array: threads write different units at once.
    private let units: UnsafeMutableBufferPointer<Unit>

    /// Scratch for every field of the store's tables.
    package init(store: ParameterStore) {
        units = .allocate(capacity: store.fieldCount)
        units.initialize(repeating: Unit())
        for table in store.tables {
            for (index, field) in table.fields.enumerated() {
                let slot = UnsafeMutablePointer<Int32>.allocate(capacity: field.rows)
                slot.initialize(repeating: 0, count: field.rows)
                units[table.firstUnit + index].touched.slot = slot
                units[table.firstUnit + index].rows = Int32(field.rows)
            }
        }
    }

    deinit {
        for unit in units {
            unit.touched.slot.deallocate()
            unit.touched.touched?.deallocate()
            unit.touched.head?.deallocate()
            unit.touched.next?.deallocate()
            unit.touched.gradient?.deallocate()
            unit.touched.scale?.deallocate()
            unit.uses?.deallocate()
        }
        units.deallocate()
    }

    /// Fields that have gradients in this step can be asked by ``touch(_:)``.
    package func collect(from step: ShardedStep) {
        for unit in units.indices { units[unit].useCount = 0 }
        for shard in 0..<step.shardCount {
            for record in step.tapes[shard].embeddingRecords { collect(record) }
        }
        for unit in units.indices where units[unit].useCount > 0 { reserve(unit) }
    }

    private func collect(_ record: EmbeddingRecord) {
        record.plan._withUnsafeGuaranteedRef { plan in
            var factor = 0
            for slot in 0..<plan.slotCount where plan.isTrainable(slot: slot) {
                if let use = record.factoring?.pointee.use(of: slot, from: &factor) {
                    add(use, to: plan.slotUnits[slot])
                    continue
                }
                let source = Int(plan.slots[slot].source)
                add(
                    zoo_embedding_use(
                        ids: record.ids.map { $0 + source },
                        offsets: nil,
                        gradient: record.gradient + Int(plan.slots[slot].column),
                        id_stride: record.idStride,
                        stride: plan.width,
                        rows: Int32(record.rows),
                        mean: 0
                    ),
                    to: plan.slotUnits[slot]
                )
            }
            for index in 0..<plan.bagCount where plan.bags[index].isTrainable {
                guard let input = record.bags?[index] else { continue }
                let bag = plan.bags[index]
                add(
                    zoo_embedding_use(
                        ids: input.ids,
                        offsets: input.offsets,
                        gradient: record.gradient + bag.column,
                        id_stride: 0,
                        stride: plan.width,
                        rows: Int32(record.rows),
                        mean: bag.combiner == .mean ? 1 : 0
                    ),
                    to: bag.table.firstUnit + bag.field
                )
            }
        }
    }

    private func add(_ use: zoo_embedding_use, to unit: Int) {
        if units[unit].useCount == units[unit].useCapacity {
            let capacity = max(16, units[unit].useCapacity * 2)
            let larger = UnsafeMutablePointer<zoo_embedding_use>.allocate(capacity: capacity)
            if let old = units[unit].uses {
                larger.moveInitialize(from: old, count: units[unit].useCount)
                old.deallocate()
            }
            units[unit].uses = larger
            units[unit].useCapacity = capacity
        }
        units[unit].uses?[units[unit].useCount] = use
        units[unit].useCount += 1
    }

    private func reserve(_ unit: Int) {
        let needed = zoo_occurrences(units[unit].uses, units[unit].useCount)
        if needed <= units[unit].touched.capacity { return }
        let capacity = max(1024, needed * 2)
        units[unit].touched.touched?.deallocate()
        units[unit].touched.head?.deallocate()
        units[unit].touched.next?.deallocate()
        units[unit].touched.gradient?.deallocate()
        units[unit].touched.scale?.deallocate()
        units[unit].touched.touched = .allocate(capacity: capacity)
        units[unit].touched.head = .allocate(capacity: capacity)
        units[unit].touched.next = .allocate(capacity: capacity)
        units[unit].touched.gradient = .allocate(capacity: capacity)
        units[unit].touched.scale = .allocate(capacity: capacity)
        units[unit].touched.capacity = capacity
    }

    /// Chains one field's gradients to its touched rows; false where no gradient arrived.
    ///
    /// Fields are independent: any thread may do any field.
    package func touch(_ unit: Int) -> Bool {
        units[unit].touched.count = 0
        guard units[unit].useCount > 0 else { return false }
        zoo_touch(&units[unit].touched, units[unit].uses, units[unit].useCount, units[unit].rows)
        return true
    }

    /// The touched rows found by the last ``touch(_:)``.
    package func touched(_ unit: Int) -> zoo_touched { units[unit].touched }

    /// A field's gradients as a dense [rows, width] matrix, for inspection.
    package func dense(_ unit: Int, width: Int, rows: Int) -> [Float] {
        var matrix = [Float](repeating: 0, count: rows * width)
        zoo_touched_dense(&units[unit].touched, Int32(width), &matrix)
        return matrix
    }
}
