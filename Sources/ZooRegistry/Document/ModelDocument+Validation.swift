import OCI

extension ModelDocument {
    /// Reads and checks a document; `what` names it in errors.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) naming the member that is wrong.
    package init(parsing bytes: [UInt8], what: String) throws {
        self = try DocumentJSON.decode(Self.self, from: bytes, what: what)
        try validate(what: what)
    }

    /// Checks what `Codable` cannot; `what` names the document in errors.
    ///
    /// - Throws: ``RegistryError`` (`invalid`).
    package func validate(what: String) throws {
        func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
            guard condition else {
                throw RegistryError(.invalid, "\(what): \(message())")
            }
        }
        try require(
            schemaVersion == Self.currentSchemaVersion,
            "schemaVersion \(schemaVersion) is not \(Self.currentSchemaVersion): made by a newer zoo?"
        )
        try require(!name.isEmpty, "the name is empty")
        switch kind {
        case .encoder: try require(base == nil, "an encoder has no base; kind should be head or delta")
        case .head, .delta: try require(base != nil, "a \(kind.rawValue) needs the base it was trained on")
        }
        if let base {
            try require(Self.isDigest(base.digest), "base.digest \"\(base.digest)\" is no sha256:… digest")
        }
        try require(encoder.parameters >= 0 && encoder.outputWidth >= 0, "the encoder's sizes are negative")
        for module in modules {
            try require(
                ModuleKind(path: module.path) == module.kind,
                "\"\(module.path)\" is no module path of its kind"
            )
            try require(module.tensors >= 0 && module.parameters >= 0, "sizes of \(module.path) are negative")
        }
        try require(Set(modules.map(\.path)).count == modules.count, "a module is listed twice")
        try require(modules.contains { $0.kind == .encoder }, "no encoder is listed")
        let hasDelta = modules.contains { $0.kind == .delta }
        try require(kind != .delta || hasDelta, "kind is delta, but no delta is listed")
        for task in tasks {
            try require(ModuleName.isValid(task.name), "task name \"\(task.name)\" does not fit a directory's name")
        }
        try require(Set(tasks.map(\.name)).count == tasks.count, "a task is listed twice")
        let figures = tasks.flatMap { $0.metrics.map { $0 } } + training.metrics.map { $0 }
        for (name, value) in figures {
            try require(value.isFinite, "metric \"\(name)\" is \(value)")
        }
        for source in training.data {
            try require(Self.isDigest(source.digest), "data file \"\(source.file)\": \"\(source.digest)\" is no digest")
            try require(source.rows >= 0, "data file \"\(source.file)\": negative row count")
        }
    }

    private static func isDigest(_ text: String) -> Bool {
        (try? Digest(text)) != nil
    }
}
