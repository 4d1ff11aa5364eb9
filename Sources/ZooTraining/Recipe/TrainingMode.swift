/// What a run trains.
public enum TrainingMode: String, Sendable, Codable, CaseIterable {
    /// A new encoder with its heads.
    case pretrain
    /// A new head on an encoder that stays as it is.
    case frozen
    /// A new head, and named layers of the encoder.
    case partial
    /// A new head and the whole encoder, at a smaller rate.
    case full
    /// A new head and the same encoder from first values: the control.
    case scratch

    /// Whether the encoder's weights come from a base.
    var keepsEncoder: Bool { self == .frozen || self == .partial || self == .full }
}
