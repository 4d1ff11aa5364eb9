internal import ZooTensor

/// One named array of an optimiser's state, in place: what a checkpoint copies out and back.
public struct StateBuffer {
    /// `first.<parameter>` or `second.<parameter>`, for tables `first.<table>`.
    public let name: String
    /// The floats, laid out as the parameter's or the table's values.
    public let values: UnsafeMutableBufferPointer<Float>
}

extension Optimiser {
    /// All state but ``stepCount``: with the weights and the step numbers, a checkpoint that resumes bit-identically.
    public var state: [StateBuffer] {
        var buffers: [StateBuffer] = []
        for (prefix, flat, tables) in [("first", first, tableFirst), ("second", second, tableSecond)] {
            if let flat {
                for parameter in store.parameters {
                    buffers.append(
                        StateBuffer(
                            name: "\(prefix).\(parameter.name)",
                            values: UnsafeMutableBufferPointer(
                                start: flat.pointer + parameter.offset,
                                count: parameter.count
                            )
                        )
                    )
                }
            }
            for (table, buffer) in zip(store.tables, tables) {
                buffers.append(StateBuffer(name: "\(prefix).\(table.name)", values: buffer.values))
            }
        }
        return buffers
    }

    /// Sets the number of updates done, when resuming from a checkpoint.
    public func resume(atStep step: Int) {
        stepCount = step
    }
}
