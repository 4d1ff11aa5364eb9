/// One batch-normalisation's statistics of one shard, to be folded into the running averages after the step.
struct BatchStatistics: BitwiseCopyable {
    let mean: UnsafeMutablePointer<Float>
    let variance: UnsafeMutablePointer<Float>
    let runningMean: UnsafeMutablePointer<Float>
    let runningVariance: UnsafeMutablePointer<Float>
    let width: Int
    let rows: Int
    let momentum: Float
}

extension Tape {
    /// Folds this shard's batch statistics into the running averages; called shard by shard, in their order.
    package func applyStatistics() {
        // One row, the rest of a table, has no variance; its 0 would shrink the running one.
        for entry in statistics where entry.rows > 1 {
            // The running variance is the unbiased one, as in PyTorch.
            let correction = Float(entry.rows) / Float(entry.rows - 1)
            for i in 0..<entry.width {
                entry.runningMean[i] += entry.momentum * (entry.mean[i] - entry.runningMean[i])
                entry.runningVariance[i] += entry.momentum * (entry.variance[i] * correction - entry.runningVariance[i])
            }
        }
    }
}
