extension TaskDefinition {
    /// A task of the schema's `tasks` or of a task's own file.
    ///
    /// - Throws: `ZooModelError` `.badData` with the place.
    package init(_ node: ConfigurationNode) throws {
        let map = try node.mapping(
            ["name", "column", "kind", "positive", "negative", "classes", "weight", "loss", "delta", "truth"],
            of: "a task"
        )
        let name = try map.required("name").string()
        let column = try map["column"]?.string() ?? name
        let kind = try map.required("kind").choice(among: Kind.names)
        for (key, owner) in [("positive", "binary"), ("negative", "binary"), ("classes", "multiclass")] {
            if let place = map[key], owner != kind {
                throw place.error("'\(key)' belongs to a \(owner) task; '\(name)' is \(kind)")
            }
        }
        self.init(
            name: name,
            column: column,
            kind: try Kind(kind, map, column: column),
            weight: Float(try map["weight"]?.number(in: 1e-6...1e6) ?? 1),
            loss: try Self.loss(map, kind: kind),
            truth: try map["truth"]?.string()
        )
    }

    private static func loss(_ map: ConfigurationMapping, kind: String) throws -> Loss {
        let allowed = kind == "regression" ? ["squared_error", "huber"] : ["cross_entropy"]
        let name = try map["loss"]?.choice(among: allowed) ?? allowed[0]
        if name != "huber", let place = map["delta"] { throw place.error("'delta' belongs to 'loss: huber'") }
        return switch name {
        case "cross_entropy": .crossEntropy
        case "huber": .huber(delta: Float(try map["delta"]?.number(in: 1e-6...1e6) ?? 1))
        default: .squaredError
        }
    }

    /// The task as an element of `tasks`.
    package var configuration: ConfigurationValue {
        var entries: [(String, ConfigurationValue)] = [("name", .string(name))]
        if column != name { entries.append(("column", .string(column))) }
        entries.append(("kind", .string(kind.name)))
        switch kind {
        case .binary(let rule): entries += rule.configuration
        case .multiclass(let classes?): entries.append(("classes", .list(classes.map { .string($0) })))
        case .multiclass(nil), .regression: break
        }
        if weight != 1 { entries.append(("weight", .number(Double(weight.description) ?? Double(weight)))) }
        if case .huber(let delta) = loss {
            entries += [("loss", .string("huber")), ("delta", .number(Double(delta.description) ?? Double(delta)))]
        }
        if let truth { entries.append(("truth", .string(truth))) }
        return .mapping(entries)
    }
}

extension TaskDefinition.Kind {
    fileprivate init(_ kind: String, _ map: ConfigurationMapping, column: String) throws {
        switch kind {
        case "binary":
            self = .binary(try LabelRule(positive: map["positive"], negative: map["negative"], column: column))
        case "multiclass":
            let classes = try map["classes"]?.strings()
            if let classes, let place = map["classes"], Set(classes).count != classes.count || classes.count < 2 {
                throw place.error("a multiclass task needs at least two classes, and each once")
            }
            self = .multiclass(classes: classes)
        default:
            self = .regression
        }
    }
}
