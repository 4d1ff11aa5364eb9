import Yams
import ZooFiles

/// A value of a YAML file that knows its place, read strictly: whatever is not asked for, or not of the asked type,
/// is an error of the form `file:line:column: …`.
///
/// Scalars have no type until asked: `4` is a number for `integer` and a text for `string`.
package struct ConfigurationNode {
    /// Larger files are refused: no schema or recipe comes near.
    package static let maximumBytes = 32 << 20

    /// What the value is for, in messages: `features[2].dim`.
    package let path: String
    private let node: Node
    private let file: String

    private init(node: Node, path: String, file: String) {
        self.node = node
        self.path = path
        self.file = file
    }

    /// Reads a file.
    ///
    /// - Parameter mayBeEmpty: whether a file without a value, such as one of comments alone, counts as `null`.
    /// - Throws: `ZooModelError` `.notFound`, `.io`, or `.badData` with the place.
    package static func read(_ path: String, mayBeEmpty: Bool = false) throws -> ConfigurationNode {
        var bytes: [UInt8] = []
        do {
            // Read, not mapped: it may be a pipe.
            let file = try OpenFile(path)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
            defer { buffer.deallocate() }
            while bytes.count <= maximumBytes, case let count = try file.read(into: buffer), count > 0 {
                bytes.append(contentsOf: buffer[..<count])
            }
        } catch let error as FileError {
            throw ZooModelError(error.code == .notFound ? .notFound : .io, "\(error)", cause: error)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ZooModelError(.badData, "\(path): not UTF-8 text")
        }
        return try parse(text, file: path, mayBeEmpty: mayBeEmpty)
    }

    /// Parses a text; `file` stands for it in messages.
    ///
    /// - Throws: `ZooModelError` `.badData` with the place.
    package static func parse(_ text: String, file: String, mayBeEmpty: Bool = false) throws -> ConfigurationNode {
        guard text.utf8.count <= maximumBytes else {
            throw ZooModelError(.badData, "\(file): larger than \(maximumBytes >> 20) MiB")
        }
        do {
            // `Resolver.basic` leaves scalars alone: no regular expressions, and no surprise such as `no` being false.
            let root = try Yams.Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
            guard let node = root ?? (mayBeEmpty ? Node("") : nil) else {
                throw ZooModelError(.badData, "\(file):1:1: the file is empty")
            }
            return ConfigurationNode(node: node, path: "", file: file)
        } catch let error as YamlError {
            throw ZooModelError(.badData, "\(file):\(error.line)", cause: error)
        }
    }

    /// Where the value stands.
    package var location: SourceLocation {
        SourceLocation(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    /// An error at this place; the message is prefixed with it.
    package func error(_ message: String, code: ZooModelError.Code = .badData) -> ZooModelError {
        ZooModelError(code, "\(location): \(message)")
    }

    /// The mapping here, with none but the given keys.
    ///
    /// - Parameter what: what the mapping describes, in messages: `a feature`.
    package func mapping(_ keys: [String], of what: String) throws -> ConfigurationMapping {
        let mapping = try mapping(of: what)
        try mapping.allow(keys)
        return mapping
    }

    /// The mapping here, its keys still to be checked with `allow`.
    package func mapping(of what: String) throws -> ConfigurationMapping {
        guard case .mapping(let mapping) = node else {
            throw error("\(subject) has to be \(what), a mapping of keys to values; found \(found)")
        }
        var entries: [ConfigurationMapping.Entry] = []
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key else {
                let place = ConfigurationNode(node: key, path: path, file: file)
                throw place.error("a key has to be a word; found \(place.found)")
            }
            let name = scalar.string
            let inner = path.isEmpty ? name : "\(path).\(name)"
            entries.append(
                ConfigurationMapping.Entry(
                    name: name,
                    key: ConfigurationNode(node: key, path: inner, file: file),
                    value: ConfigurationNode(node: value, path: inner, file: file)
                )
            )
        }
        return ConfigurationMapping(node: self, what: what, entries: entries)
    }

    /// The mapping here without one of its keys, and that key's value.
    package func separating(
        _ key: String,
        of what: String
    ) throws -> (rest: ConfigurationNode, value: ConfigurationNode?) {
        let value = try mapping(of: what)[key]
        guard case .mapping(let mapping) = node else { return (self, value) }
        let pairs = mapping.filter { $0.key.scalar?.string != key }.map { ($0.key, $0.value) }
        let rest = Node.mapping(Node.Mapping(pairs, mapping.tag, mapping.style, mapping.mark))
        return (ConfigurationNode(node: rest, path: path, file: file), value)
    }

    /// Whether there is nothing here: an empty value, `~` or `null`.
    package var isNull: Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// Whether this is a list.
    package var isList: Bool {
        if case .sequence = node { true } else { false }
    }

    /// Whether this is a mapping.
    package var isMapping: Bool {
        if case .mapping = node { true } else { false }
    }

    /// The list's elements.
    package func list() throws -> [ConfigurationNode] {
        guard case .sequence(let sequence) = node else {
            throw error("\(subject) has to be a list; found \(found)")
        }
        return sequence.enumerated().map { index, node in
            ConfigurationNode(node: node, path: "\(path)[\(index)]", file: file)
        }
    }

    /// The texts of a list, or the one text given in place of a list.
    package func strings() throws -> [String] {
        isList ? try list().map { try $0.string() } : [try string()]
    }

    /// The text here; a bare number is a text, too.
    package func string() throws -> String {
        guard case .scalar(let scalar) = node, !isNull else {
            throw error("\(subject) has to be a text; found \(found)")
        }
        return scalar.string
    }

    /// The whole number here.
    package func integer(in range: ClosedRange<Int>) throws -> Int {
        guard let value = plain.flatMap({ Int($0) }) else {
            throw error("\(subject) has to be a whole number; found \(found)")
        }
        guard range.contains(value) else {
            throw error("\(subject) has to be from \(range.lowerBound) to \(range.upperBound); found \(value)")
        }
        return value
    }

    /// The finite number here.
    package func number(in range: ClosedRange<Double> = -1e300...1e300) throws -> Double {
        guard let value = plain.flatMap({ Double($0) }), value.isFinite else {
            throw error("\(subject) has to be a number; found \(found)")
        }
        guard range.contains(value) else {
            throw error("\(subject) has to be from \(range.lowerBound) to \(range.upperBound); found \(value)")
        }
        return value
    }

    /// The truth value here: `true` or `false`.
    package func boolean() throws -> Bool {
        switch plain {
        case "true": return true
        case "false": return false
        default: throw error("\(subject) has to be true or false; found \(found)")
        }
    }

    /// One of an enumeration's names.
    package func choice<Choice: RawRepresentable & CaseIterable>(
        _: Choice.Type = Choice.self
    ) throws -> Choice where Choice.RawValue == String {
        let name = try choice(among: Choice.allCases.map(\.rawValue))
        guard let choice = Choice(rawValue: name) else { throw error("\(subject) is '\(name)'", code: .internal) }
        return choice
    }

    /// One of some names.
    package func choice(among names: [String]) throws -> String {
        let name = try string()
        guard names.contains(name) else {
            throw error("\(subject) cannot be '\(name)'\(Suggestion.clause(for: name, among: names))")
        }
        return name
    }

    private var subject: String { path.isEmpty ? "the file" : path }

    private var plain: String? {
        guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return nil }
        return scalar.string
    }

    private var found: String {
        switch node {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        case .scalar(let scalar):
            isNull ? "nothing" : "'\(scalar.string.prefix(60))'\(plain == nil ? " in quotes" : "")"
        }
    }
}

extension YamlError {
    /// `line:column: problem`, in one line.
    fileprivate var line: String {
        func place(_ mark: Mark, _ problem: String) -> String { "\(mark.line):\(mark.column): not YAML: \(problem)" }
        switch self {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return place(mark, [context?.text, problem].compactMap(\.self).joined(separator: ", "))
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.sorted().map { "'\($0)'" }.joined(separator: ", ")
            return "\(context.mark.line):\(context.mark.column): the key \(keys) comes twice in one mapping"
        case .reader(let problem, _, _, _):
            return "1:1: not YAML: \(problem)"
        default:
            return "1:1: not YAML: \(self)".split(separator: "\n").first.map(String.init) ?? "1:1: not YAML"
        }
    }
}
