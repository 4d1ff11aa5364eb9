public import OCI
import ZooJSON

/// A word against a model, or its withdrawal: never changed, only followed by the next.
///
/// Each event names those before it, so that two that were made apart are both seen when their stores meet: then the
/// model counts as yanked if either says so.
public struct YankEvent: Sendable, Hashable {
    static let predicateType = "https://zoo.dev/yank/v1"

    /// The statement that says it.
    public let digest: Digest
    /// Whether the model was yanked, or the yank taken back.
    public let isYanked: Bool
    /// Why, for people.
    public let reason: String
    /// When, UTC in ISO 8601, by the clock of who said it.
    public let time: String
    let previous: [Digest]
}

extension YankEvent {
    /// The predicate of an event's statement.
    static func predicate(isYanked: Bool, reason: String, time: String, previous: [Digest]) -> JSONValue {
        .object([
            "action": .string(isYanked ? "yank" : "restore"),
            "reason": .string(reason),
            "time": .string(time),
            "previous": .array(previous.map { .string($0.description) }),
        ])
    }

    /// The event that a statement tells; nil for another statement.
    init?(_ referrer: Digest, _ statement: Statement) {
        guard statement.predicateType == Self.predicateType,
            case .string(let action)? = statement.predicate[key: "action"],
            case .string(let reason)? = statement.predicate[key: "reason"],
            case .string(let time)? = statement.predicate[key: "time"],
            case .array(let previous)? = statement.predicate[key: "previous"]
        else { return nil }
        digest = referrer
        // An action that this version does not know is no reason to trust the model.
        isYanked = action != "restore"
        self.reason = reason
        self.time = time
        self.previous = previous.compactMap { value in
            guard case .string(let text) = value else { return nil }
            return try? Digest(text)
        }
    }
}

extension [YankEvent] {
    /// The events that no other follows.
    var heads: [YankEvent] {
        let followed = Set(flatMap(\.previous))
        return filter { !followed.contains($0.digest) }
    }

    /// The word that stands: nil where there is none, or where all were taken back.
    public var standing: YankEvent? { heads.filter(\.isYanked).max { $0.time < $1.time } }
}
