#if canImport(Glibc)
    internal import Glibc
#endif

/// The factor on the learning rate at each step: a warm-up from zero, then a decay.
public struct Schedule: Sendable, Hashable {
    /// What follows the warm-up.
    public enum Decay: String, Sendable, Hashable, CaseIterable {
        /// Stays at 1.
        case constant
        /// Falls in a straight line to `floor` at the last step.
        case linear
        /// Falls along half a cosine to `floor` at the last step.
        case cosine
    }

    /// What follows the warm-up.
    public var decay: Decay
    /// Steps over which the factor rises from 1/warmUpSteps to 1.
    public var warmUpSteps: Int
    /// All steps of the run, warm-up included; where the decay ends.
    public var totalSteps: Int
    /// The factor at the end of a decay.
    public var floor: Float

    /// A schedule; `totalSteps` matters to decays only.
    public init(_ decay: Decay = .constant, warmUpSteps: Int = 0, totalSteps: Int = 0, floor: Float = 0) {
        self.decay = decay
        self.warmUpSteps = warmUpSteps
        self.totalSteps = totalSteps
        self.floor = floor
    }

    /// The factor at a step, counted from 0.
    public func factor(at step: Int) -> Float {
        if step < warmUpSteps { return Float(step + 1) / Float(warmUpSteps) }
        let length = totalSteps - warmUpSteps
        guard decay != .constant, length > 0 else { return 1 }
        let progress = min(1, Float(step - warmUpSteps) / Float(length))
        switch decay {
        case .constant: return 1
        case .linear: return 1 - (1 - floor) * progress
        case .cosine: return floor + (1 - floor) * 0.5 * (1 + Float(cos(Double(progress) * Double.pi)))
        }
    }
}
