extension FeatureDefinition.Dimension {
    init(_ node: ConfigurationNode) throws {
        if case "auto"? = try? node.string() {
            self = .auto
        } else {
            self = .fixed(try node.integer(in: 1...4_096))
        }
    }

    var configuration: ConfigurationValue {
        switch self {
        case .auto: .string("auto")
        case .fixed(let value): .integer(value)
        }
    }
}

extension FeatureDefinition.Rows {
    init(_ map: ConfigurationMapping) throws {
        let largest = 1 << 29
        if let buckets = map["hash_buckets"] {
            for key in ["min_count", "max_vocabulary"] {
                if let place = map[key] {
                    throw place.error("'\(key)' means nothing for hashed values: drop it or 'hash_buckets'")
                }
            }
            self = .hashed(buckets: try buckets.integer(in: 2...largest))
        } else {
            self = .vocabulary(
                minimumCount: try map["min_count"]?.integer(in: 1...Int(Int32.max)) ?? 1,
                maximum: try map["max_vocabulary"]?.integer(in: 1...largest)
            )
        }
    }

    var configuration: [(String, ConfigurationValue)] {
        switch self {
        case .hashed(let buckets): [("hash_buckets", .integer(buckets))]
        case .vocabulary(let minimumCount, nil): [("min_count", .integer(minimumCount))]
        case .vocabulary(let minimumCount, let maximum?):
            [("min_count", .integer(minimumCount)), ("max_vocabulary", .integer(maximum))]
        }
    }
}

extension TimestampFormat {
    private static let named: [(String, TimestampFormat)] = [
        ("iso8601", .iso8601), ("unix", .unixSeconds), ("unix_ms", .unixMilliseconds),
    ]

    init(_ node: ConfigurationNode) throws {
        let text = try node.string()
        if let format = Self.named.first(where: { $0.0 == text })?.1 {
            self = format
        } else if text.contains("%") {
            self = .pattern(try Self.checked(pattern: text, node))
        } else {
            let clause = Suggestion.clause(for: text, among: Self.named.map(\.0))
            throw node.error("unknown time format '\(text)'\(clause), or a pattern such as \"%d/%m/%Y %H:%M\"")
        }
    }

    private static func checked(pattern: String, _ node: ConfigurationNode) throws -> String {
        var rest = pattern[...]
        while let percent = rest.firstIndex(of: "%") {
            rest = rest[percent...].dropFirst()
            guard let letter = rest.popFirst(), directives.contains(letter) else {
                let known = directives.map { "%\($0)" }.joined(separator: " ")
                throw node.error(
                    "the time format '\(pattern)' holds '%\(pattern.suffix(from: percent).dropFirst().prefix(1))'; known: \(known)"
                )
            }
        }
        return pattern
    }

    /// The name in a schema.
    package var name: String {
        switch self {
        case .iso8601: "iso8601"
        case .unixSeconds: "unix"
        case .unixMilliseconds: "unix_ms"
        case .pattern(let pattern): pattern
        }
    }
}

extension TimestampPart {
    init(name: String, at node: ConfigurationNode) throws {
        guard let part = TimestampPart(rawValue: name) else {
            let names = TimestampPart.allCases.map(\.rawValue)
            throw node.error("unknown part '\(name)' of a timestamp\(Suggestion.clause(for: name, among: names))")
        }
        self = part
    }
}
