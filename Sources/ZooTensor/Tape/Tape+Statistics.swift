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
        for entry in statistics where entry.rows > 0 {
            // The running variance is the unbiased one, as in PyTorch.
            let correction = entry.rows > 1 ? Float(entry.rows) / Float(entry.rows - 1) : 1
            for i in 0..<entry.width {
                entry.runningMean[i] += entry.momentum * (entry.mean[i] - entry.runningMean[i])
                entry.runningVariance[i] += entry.momentum * (entry.variance[i] * correction - entry.runningVariance[i])
            }
        }
    }
}
