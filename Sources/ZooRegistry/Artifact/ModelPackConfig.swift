/// The ModelPack configuration of an artifact (CNCF model-spec v1, `config-schema.json`).
///
/// The schema forbids further members, so what a recommender needs beyond it is in ``ModelDocument``. Times are left
/// out: the same model must give the same bytes.
package struct ModelPackConfig: Codable, Sendable, Equatable {
    package struct Descriptor: Codable, Sendable, Equatable {
        package var name: String?
        package var family: String?
        package var version: String?
        package var licenses: [String]?
        package var title: String?
        package var description: String?
    }

    package struct Config: Codable, Sendable, Equatable {
        package var architecture: String?
        package var format: String?
        package var paramSize: String?
        package var precision: String?
        package var capabilities: Capabilities?
    }

    /// Tabular data has no modality of its own in the specification: it is `other`.
    package struct Capabilities: Codable, Sendable, Equatable {
        package var inputTypes: [String]?
        package var outputTypes: [String]?
    }

    package struct ModelFS: Codable, Sendable, Equatable {
        package var type: String
        /// Digests of the layers' uncompressed content, in the layers' order.
        package var diffIds: [String]
    }

    package var descriptor: Descriptor
    package var config: Config
    package var modelfs: ModelFS
}

extension ModelPackConfig {
    /// The configuration of a model with the given uncompressed layers.
    package init(_ document: ModelDocument, diffIDs: [String]) {
        descriptor = Descriptor(
            name: document.name,
            family: document.encoder.type,
            version: document.version,
            licenses: document.licences
        )
        config = Config(
            architecture: document.encoder.type,
            format: "safetensors",
            paramSize: Self.parameterSize(document.parameters),
            precision: "float32",
            capabilities: Capabilities(
                inputTypes: ["other"],
                outputTypes: document.tasks.isEmpty ? ["embedding"] : ["embedding", "other"]
            )
        )
        modelfs = ModelFS(type: "layers", diffIds: diffIDs)
    }

    /// A count as the specification's examples write it: `8b`, `1.3m`, `420k`.
    package static func parameterSize(_ count: Int) -> String {
        for (unit, size) in [("t", 1_000_000_000_000), ("b", 1_000_000_000), ("m", 1_000_000), ("k", 1000)]
        where count >= size {
            let tenths = count / (size / 10)
            return tenths % 10 == 0 ? "\(tenths / 10)\(unit)" : "\(tenths / 10).\(tenths % 10)\(unit)"
        }
        return "\(count)"
    }
}
