package import OCI

/// A layer of a model artifact: which part of the model directory it holds.
package struct ModelLayer: Sendable, Hashable {
    /// The parts that layers hold.
    package enum Role: Sendable, Hashable {
        case weights(ModuleKind), configuration(ModuleKind), document, card
    }

    package let role: Role
    /// The path in the model directory: a module's (`heads/income`) or a file's (`zoo.json`).
    package let path: String
    package let descriptor: Descriptor
    /// Digest of the uncompressed content.
    package let diffID: Digest

    /// Where the layer's media type and path annotation say it belongs.
    ///
    /// - Throws: ``RegistryError`` (`invalid`) for a layer that no model directory has.
    package init(_ descriptor: Descriptor, diffID: Digest) throws {
        self.descriptor = descriptor
        self.diffID = diffID
        let filePath = descriptor.annotations[ModelAnnotation.filePath] ?? ""
        switch descriptor.mediaType {
        case ModelMediaType.weights:
            let suffix = "/\(ModelDirectory.weightsFileName)"
            path = String(filePath.dropLast(suffix.utf8.count))
            guard filePath.hasSuffix(suffix), let kind = ModuleKind(path: path) else {
                throw Self.misplaced(descriptor, filePath)
            }
            role = .weights(kind)
        case ModelMediaType.moduleConfiguration:
            path = filePath
            guard let kind = ModuleKind(path: path) else {
                throw Self.misplaced(descriptor, filePath)
            }
            role = .configuration(kind)
        case ModelMediaType.document where filePath == ModelDocument.fileName:
            path = filePath
            role = .document
        case ModelMediaType.card where filePath == ModelDirectory.cardFileName:
            path = filePath
            role = .card
        default:
            throw Self.misplaced(descriptor, filePath)
        }
        guard role.isCompressed || diffID == descriptor.digest else {
            throw RegistryError(
                .invalid,
                "layer \(descriptor.digest) is not compressed, but its diffId is \(diffID): the two must be the same"
            )
        }
    }

    /// The module that the layer belongs to, nil for document and card.
    package var moduleKind: ModuleKind? { role.moduleKind }

    /// What the layer is, for people: `encoder weights`.
    package var title: String {
        switch role {
        case .weights: "\(path) weights"
        case .configuration: "\(path) configuration"
        case .document: "document"
        case .card: "card"
        }
    }

    private static func misplaced(_ descriptor: Descriptor, _ filePath: String) -> RegistryError {
        RegistryError(
            .invalid,
            "layer \(descriptor.digest) (\(descriptor.mediaType), path \"\(filePath)\") has no place in a zoo model"
        )
    }
}

extension ModelLayer.Role {
    package var moduleKind: ModuleKind? {
        switch self {
        case .weights(let kind), .configuration(let kind): kind
        case .document, .card: nil
        }
    }

    var isCompressed: Bool {
        if case .configuration = self { true } else { false }
    }

    var isWeights: Bool {
        if case .weights = self { true } else { false }
    }
}
