import Safetensors
import ZooFiles

extension FittedFeatures {
    /// The file of definitions and statistics in a module's directory.
    public static let documentName = "features.json"
    /// The file of vocabularies in a module's directory.
    public static let vocabulariesName = "vocabularies.safetensors"
    private static let version = 1

    /// Writes `features.json` and `vocabularies.safetensors`: equal features give equal bytes.
    ///
    /// Each vocabulary is two tensors: `NAME.bytes`, U8 [bytes], its values one after the other, and `NAME.offsets`,
    /// I64 [values + 1], where they start and end.
    ///
    /// - Throws: `FileError` where the directory cannot be written to.
    public func write(to directory: String) throws {
        let document = ConfigurationValue.mapping([
            ("version", .integer(Self.version)), ("features", .list(features.map(\.document))),
        ])
        try AtomicFile.write(Array((document.json + "\n").utf8), to: "\(directory)/\(Self.documentName)")
        var tensors: [SafetensorsWriter.Tensor] = []
        // The buffers live in `features`; they are copied so that each tensor has memory that outlives its closure.
        var copies: [UnsafeMutableRawBufferPointer] = []
        defer { copies.forEach { $0.deallocate() } }
        func add(_ name: String, _ type: TensorType, _ count: Int, _ bytes: UnsafeRawBufferPointer) {
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 8)
            copy.copyMemory(from: bytes)
            copies.append(copy)
            let view = UnsafeRawBufferPointer(rebasing: copy[..<bytes.count])
            tensors.append(SafetensorsWriter.Tensor(name: name, type: type, shape: [count], bytes: view))
        }
        for feature in features {
            guard case .vocabulary(let vocabulary) = feature.state else { continue }
            let name = feature.definition.name
            vocabulary.bytes.withUnsafeBytes { add("\(name).bytes", .uint8, vocabulary.bytes.count, $0) }
            vocabulary.offsets.withUnsafeBytes { add("\(name).offsets", .int64, vocabulary.offsets.count, $0) }
        }
        try SafetensorsWriter.write(tensors, to: "\(directory)/\(Self.vocabulariesName)")
    }

    /// Reads what `write` wrote, strictly: a missing, unexpected or misshapen tensor is refused by name.
    ///
    /// - Throws: `ZooModelError`, `SafetensorsError` or `FileError`.
    public static func read(from directory: String) throws -> FittedFeatures {
        let node = try ConfigurationNode.read("\(directory)/\(documentName)")
        let map = try node.mapping(["version", "features"], of: "a feature file")
        let version = try map.required("version")
        guard try version.integer(in: 1...Int(Int32.max)) == Self.version else {
            throw version.error("this program reads version \(Self.version) of feature files: use a newer one")
        }
        let path = "\(directory)/\(vocabulariesName)"
        let file = try SafetensorsFile(path: path)
        var expected: Set<String> = []
        var names: Set<String> = []
        let features = try map.required("features").list().map { node in
            let feature = try FittedFeature(node, vocabularies: file, expected: &expected)
            guard names.insert(feature.definition.name).inserted else {
                throw node.error("two features are named '\(feature.definition.name)'")
            }
            return feature
        }
        if let stray = file.names.first(where: { !expected.contains($0) }) {
            throw ZooModelError(.badData, "\(path): unexpected tensor '\(stray)': no feature has such a vocabulary")
        }
        return FittedFeatures(features)
    }
}

extension FittedFeature {
    /// The feature's element of `features.json`: its definition and, under `fitted`, its statistics.
    fileprivate var document: ConfigurationValue {
        guard case .mapping(var entries) = definition.configuration else { return definition.configuration }
        switch state {
        case .vocabulary(let vocabulary):
            entries.append(("fitted", .mapping([("values", .integer(vocabulary.count))])))
        case .numeric(let statistics):
            let edges = statistics.edges.map { ConfigurationValue.number(Double($0)) }
            entries.append(
                (
                    "fitted",
                    .mapping([
                        ("mean", .number(statistics.mean)), ("deviation", .number(statistics.deviation)),
                        ("edges", .list(edges)),
                    ])
                )
            )
        case .stateless: break
        }
        return .mapping(entries)
    }

    fileprivate init(
        _ node: ConfigurationNode,
        vocabularies file: SafetensorsFile,
        expected: inout Set<String>
    ) throws {
        let (definitionNode, fitted) = try node.separating("fitted", of: "a feature")
        let definition = try FeatureDefinition(definitionNode, defaults: [:])
        switch (definition.fittedState, fitted) {
        case (.stateless, nil):
            try self.init(definition, .stateless)
        case (.stateless, let fitted?):
            throw fitted.error("feature '\(definition.name)' has nothing to be fitted")
        case (_, nil):
            throw node.error("feature '\(definition.name)' needs 'fitted'")
        case (.numeric, let fitted?):
            try self.init(definition, .numeric(NumericStatistics(fitted, of: definition)))
        case (.vocabulary, let fitted?):
            let names = ["\(definition.name).bytes", "\(definition.name).offsets"]
            expected.formUnion(names)
            let count = try fitted.mapping(["values"], of: "a fitted vocabulary").required("values")
            let vocabulary = try Vocabulary(named: definition.name, in: file)
            guard try count.integer(in: 0...Int(Int32.max)) == vocabulary.count else {
                throw ZooModelError(
                    .badData,
                    "\(file.path): tensor '\(names[1])' has \(vocabulary.count) values, but \(count.location) says otherwise"
                )
            }
            try self.init(definition, .vocabulary(vocabulary))
        }
    }
}

extension Vocabulary {
    fileprivate init(named name: String, in file: SafetensorsFile) throws {
        for tensor in ["\(name).bytes", "\(name).offsets"] where try file.info(tensor).shape.count != 1 {
            let shape = try file.info(tensor).shape
            throw ZooModelError(.badData, "\(file.path): tensor '\(tensor)' has the shape \(shape), not one dimension")
        }
        let bytes = try file.elements("\(name).bytes", as: .uint8, UInt8.self)
        let offsets = try file.elements("\(name).offsets", as: .int64, Int64.self)
        do {
            try self.init(bytes: bytes, offsets: offsets)
        } catch let error as ZooModelError {
            throw ZooModelError(error.code, "\(file.path): feature '\(name)': \(error.message)", cause: error)
        }
    }
}

extension NumericStatistics {
    fileprivate init(_ node: ConfigurationNode, of definition: FeatureDefinition) throws {
        let map = try node.mapping(["mean", "deviation", "edges"], of: "fitted statistics")
        let edges = try map.required("edges").list().map { Float(try $0.number(in: -3.5e38...3.5e38)) }
        guard zip(edges, edges.dropFirst()).allSatisfy(<) else {
            throw try map.required("edges").error("the edges of feature '\(definition.name)' have to rise")
        }
        if case .numeric(let options) = definition.kind, edges.count > 2 * (options.buckets ?? 0) {
            throw try map.required("edges").error("feature '\(definition.name)' has more edges than its buckets have")
        }
        self.init(
            mean: try map.required("mean").number(),
            deviation: try map.required("deviation").number(in: .leastNormalMagnitude...1e300),
            edges: edges
        )
    }
}
