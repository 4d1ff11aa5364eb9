import Glibc
import OCI
import Safetensors
import ZooFiles
import ZooJSON

extension ModelRegistry {
    /// Compares two models: layers by digest, the tensors of layers that differ by value, documents by member.
    public func difference(_ old: ModelArtifact, _ new: ModelArtifact) throws -> ModelDifference {
        var difference = ModelDifference()
        let scratch = try scratch(inStore: false)
        let titles =
            old.layers.map(\.title)
            + new.layers.map(\.title).filter { title in
                !old.layers.contains { $0.title == title }
            }
        for title in titles {
            let before = old.layers.first { $0.title == title }
            let after = new.layers.first { $0.title == title }
            let change = Self.change(before?.diffID, after?.diffID)
            difference.layers.append(
                .init(
                    title: title,
                    change: change,
                    oldSize: before?.descriptor.size ?? 0,
                    newSize: after?.descriptor.size ?? 0
                )
            )
            guard (before ?? after)?.role.isWeights == true else {
                continue
            }
            if change == .same, let before {
                difference.sameTensors += old.document.modules.first { $0.path == before.path }?.tensors ?? 0
            } else {
                try Self.compare(
                    Self.weights(before, of: old, in: "\(scratch.path)/old"),
                    Self.weights(after, of: new, in: "\(scratch.path)/new"),
                    module: (before ?? after)?.path ?? "",
                    &difference
                )
            }
        }
        try Self.compare(old.document, new.document, &difference)
        return difference
    }

    static func change<Value: Equatable>(_ old: Value?, _ new: Value?) -> ModelDifference.Change {
        old == new ? .same : old == nil ? .added : new == nil ? .removed : .changed
    }

    private static func weights(
        _ layer: ModelLayer?,
        of artifact: ModelArtifact,
        in directory: String
    ) throws -> SafetensorsFile? {
        guard let layer else {
            return nil
        }
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw FileError(path: directory, operation: "create")
        }
        try artifact.unpack(layer, into: directory)
        return try SafetensorsFile(path: "\(directory)/\(layer.path)/\(ModelDirectory.weightsFileName)")
    }

    private static func compare(
        _ old: SafetensorsFile?,
        _ new: SafetensorsFile?,
        module: String,
        _ difference: inout ModelDifference
    ) throws {
        for name in Set(old?.names ?? []).union(new?.names ?? []).sorted() {
            let before = old?.tensors[name]
            let after = new?.tensors[name]
            var delta: Double?
            if let old, let new, let before, let after, before.type == after.type, before.shape == after.shape {
                let isSame = try old.withTensor(name) { left in
                    try new.withTensor(name) { left.elementsEqual($0) }
                }
                if isSame {
                    difference.sameTensors += 1
                    continue
                }
                if before.type == .float32 {
                    delta = try zip(old.floats(name), new.floats(name))
                        .reduce(0) { max($0, Double(($1.0 - $1.1).magnitude)) }
                }
            }
            difference.tensors.append(
                .init(
                    name: "\(module)/\(name)",
                    change: before == nil ? .added : after == nil ? .removed : .changed,
                    old: before.map { "\($0.type.rawValue)\($0.shape)" },
                    new: after.map { "\($0.type.rawValue)\($0.shape)" },
                    largestDelta: delta.flatMap { $0.isFinite ? $0 : nil }
                )
            )
        }
    }

    static func compare(_ old: ModelDocument, _ new: ModelDocument, _ difference: inout ModelDifference) throws {
        let before = try members(of: old)
        let after = try members(of: new)
        for path in Set(before.keys).union(after.keys).sorted() where before[path] != after[path] {
            let field = ModelDifference.Field(path: path, old: before[path], new: after[path])
            if path.contains(".metrics.") {
                difference.metrics.append(field)
            } else {
                difference.fields.append(field)
            }
        }
    }

    /// The leaves of a document by path; lists of named things go by name, so that order is no difference.
    private static func members(of document: ModelDocument) throws -> [String: String] {
        var leaves: [String: String] = [:]
        func visit(_ value: JSONValue, _ path: String) {
            switch value {
            case .object(let members):
                for (key, member) in members {
                    visit(member, path.isEmpty ? key : "\(path).\(key)")
                }
            case .array(let elements):
                for (index, element) in elements.enumerated() {
                    if let (key, name) = Self.identity(of: element) {
                        visit(element.removing(key), "\(path).\(name)")
                    } else {
                        visit(element, "\(path).\(index)")
                    }
                }
            default: leaves[path] = String(decoding: JSONWriter.canonical(value), as: UTF8.self)
            }
        }
        visit(try JSONValue(parsing: DocumentJSON.encode(document, what: ModelDocument.fileName)), "")
        return leaves
    }

    /// What a list's element is known by: the member, and its text.
    private static func identity(of element: JSONValue) -> (key: String, name: String)? {
        for key in ["name", "path", "role"] {
            if case .string(let name)? = element[key: key] {
                return (key, name)
            }
        }
        return nil
    }
}

extension JSONValue {
    fileprivate func removing(_ key: String) -> JSONValue {
        guard case .object(var members) = self else {
            return self
        }
        members[key] = nil
        return .object(members)
    }
}
