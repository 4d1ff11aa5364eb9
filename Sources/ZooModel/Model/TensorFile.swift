import Safetensors

/// Weight files: every tensor of a module, and nothing else.
package enum TensorFile {
    /// Fills the tensors from a file that must hold just these, each of its shape, in 32-bit floats.
    ///
    /// - Throws: `ZooModelError` `.badData` that names file and tensor.
    package static func load(_ path: String, into tensors: [ModelTensor]) throws {
        let file = try open(path)
        let wanted = Set(tensors.map(\.name))
        if let unexpected = file.names.first(where: { !wanted.contains($0) }) {
            let absent = tensors.map(\.name).filter { file.tensors[$0] == nil }
            throw ZooModelError(
                .badData,
                "\(path): tensor '\(unexpected)' belongs to no part of this model"
                    + Suggestion.clause(for: unexpected, among: absent)
            )
        }
        for tensor in tensors { try fill(tensor, from: file) }
    }

    /// Fills those tensors that the file holds; each of its tensors must be one of these.
    ///
    /// - Throws: `ZooModelError` `.badData` that names file and tensor.
    package static func overlay(_ path: String, onto tensors: [ModelTensor]) throws {
        let file = try open(path)
        for name in file.names {
            guard let tensor = tensors.first(where: { $0.name == name }) else {
                throw ZooModelError(
                    .badData,
                    "\(path): tensor '\(name)' replaces nothing: the encoder has none of that name"
                )
            }
            try fill(tensor, from: file)
        }
    }

    /// Writes tensors; the file appears whole or not at all.
    package static func write(_ tensors: [ModelTensor], to path: String) throws {
        let listed = tensors.map {
            SafetensorsWriter.Tensor(
                name: $0.name,
                type: .float32,
                shape: $0.shape,
                bytes: UnsafeRawBufferPointer($0.values)
            )
        }
        try SafetensorsWriter.write(listed, to: path)
    }

    private static func open(_ path: String) throws -> SafetensorsFile {
        do {
            return try SafetensorsFile(path: path)
        } catch let error as SafetensorsError {
            throw ZooModelError(.badData, error.message, cause: error)
        }
    }

    private static func fill(_ tensor: ModelTensor, from file: SafetensorsFile) throws {
        guard let info = file.tensors[tensor.name] else {
            throw ZooModelError(.badData, "\(file.path): tensor '\(tensor.name)' is missing")
        }
        guard info.type == .float32 else {
            throw ZooModelError(
                .badData,
                "\(file.path): tensor '\(tensor.name)' holds \(info.type.rawValue); expected F32"
            )
        }
        guard info.shape == tensor.shape else {
            throw ZooModelError(
                .badData,
                "\(file.path): tensor '\(tensor.name)' has the shape \(info.shape); the model needs \(tensor.shape)"
            )
        }
        try file.withTensor(tensor.name) { UnsafeMutableRawBufferPointer(tensor.values).copyMemory(from: $0) }
    }
}
