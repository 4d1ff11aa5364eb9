public import ZooModel

/// Some encoded rows with their labels; valid until its loader's next batch.
public struct LoadedBatch: @unchecked Sendable {
    /// How many rows it has.
    public let rows: Int
    /// One view for each of the loader's encoders, in their order.
    public let features: UnsafeBufferPointer<FeatureBatch>
    /// Labels, [tasks, rows] with `labelStride` floats from task to task; NaN where missing.
    public let labels: UnsafePointer<Float>
    /// Floats from one task's labels to the next task's.
    public let labelStride: Int
    /// The row of the table that each row is.
    public let tableRows: UnsafeBufferPointer<Int32>

    /// The labels of one task.
    public func labels(ofTask task: Int) -> UnsafeBufferPointer<Float> {
        UnsafeBufferPointer(start: labels + task * labelStride, count: rows)
    }
}
