#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
import ZooFiles

extension ModelDirectory {
    /// Writes the encoder: configuration, schema, vocabularies, weights.
    public func writeEncoder(of model: Model, schema: Schema) throws {
        try makeDirectory(encoder)
        let document = ConfigurationValue.mapping([
            ("schemaVersion", .integer(1)), ("encoder", EncoderRegistry.value(model.configuration)),
        ])
        try AtomicFile.write([UInt8]((document.json + "\n").utf8), to: "\(encoder)/model.json")
        try AtomicFile.write([UInt8](schema.yaml.utf8), to: "\(encoder)/schema.yaml")
        try model.features.write(to: encoder)
        try TensorFile.write(model.encoderTensors, to: "\(encoder)/weights.safetensors")
    }

    /// Writes a head: task, configuration, its own features, weights.
    ///
    /// - Parameter source: how the task's data files are laid out, where it differs from the encoder's schema.
    public func write(_ head: Head, of model: Model, source: TableFormat? = nil) throws {
        let place = self.head(head.task.name)
        try makeDirectory(place)
        let definitions = head.features?.features.map(\.definition) ?? []
        let task = TaskFile(task: head.task, features: definitions, source: source)
        try AtomicFile.write([UInt8](task.yaml.utf8), to: "\(place)/task.yaml")
        try AtomicFile.write([UInt8](head.configuration.json.utf8), to: "\(place)/head.json")
        try head.features?.write(to: place)
        try TensorFile.write(model.tensors(of: head), to: "\(place)/weights.safetensors")
    }

    /// Writes a delta: tensors of the encoder that fine-tuning changed, whole, under the encoder's names.
    public func writeDelta(_ name: String, tensors: [ModelTensor]) throws {
        try makeDirectory(delta(name))
        let document = ConfigurationValue.mapping([
            ("schemaVersion", .integer(1)), ("kind", .string("replace")),
            ("tensors", .list(tensors.map { .string($0.name) })),
        ])
        try AtomicFile.write([UInt8]((document.json + "\n").utf8), to: "\(delta(name))/delta.json")
        try TensorFile.write(tensors, to: "\(delta(name))/weights.safetensors")
    }

    /// Copies the encoder's files of another model, byte by byte, so that their digests stay what they are.
    public func copyEncoder(of base: ModelDirectory) throws {
        do {
            try makeDirectory(path)
            try FileManager.default.copyItem(atPath: base.encoder, toPath: encoder)
            if !base.deltas.isEmpty {
                try FileManager.default.copyItem(atPath: "\(base.path)/deltas", toPath: "\(path)/deltas")
            }
        } catch let error as ZooModelError {
            throw error
        } catch {
            throw ZooModelError(.io, "cannot copy the encoder of \(base.path) to \(path)", cause: error)
        }
    }

    /// Makes a directory, with those above it.
    func makeDirectory(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw ZooModelError(.io, "cannot make the directory \(path)", cause: error)
        }
    }
}
