import ZooTensor

/// A copy of all of a store's weights.
final class WeightSnapshot {
    /// By parameter or table, in the store's order.
    let names: [String]
    private(set) var values: [[Float]]

    init(names: [String], values: [[Float]]) {
        self.names = names
        self.values = values
    }

    /// A copy of what the store holds now, in the memory of an older copy where there is one.
    init(_ store: ParameterStore, reusing old: WeightSnapshot? = nil) {
        let buffers = Self.buffers(store)
        names = buffers.map(\.name)
        values = old?.values ?? buffers.map { Array($0.values) }
        old?.values = []
        for (index, buffer) in buffers.enumerated() {
            values[index].withUnsafeMutableBufferPointer { copy in
                guard let from = buffer.values.baseAddress, let to = copy.baseAddress else { return }
                to.update(from: from, count: copy.count)
            }
        }
    }

    /// Puts the weights back.
    func restore(_ store: ParameterStore) {
        for (index, buffer) in Self.buffers(store).enumerated() {
            _ = buffer.values.update(fromContentsOf: values[index])
        }
    }

    /// Every parameter and table, in place.
    static func buffers(_ store: ParameterStore) -> [(name: String, values: UnsafeMutableBufferPointer<Float>)] {
        store.parameters.map { ($0.name, $0.values) } + store.tables.map { ($0.name, $0.values) }
    }
}
