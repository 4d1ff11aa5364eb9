import OCI
import Safetensors

extension InspectedModel {
    /// Compares two models by what describes them: layers by digest, tensors of layers that differ by type and shape,
    /// documents by member. Values are not fetched, so they are not compared.
    package func difference(_ other: InspectedModel) async throws -> ModelDifference {
        var difference = ModelDifference()
        let (old, new) = (artifact, other.artifact)
        let titles =
            old.layers.map(\.title)
            + new.layers.map(\.title).filter { title in !old.layers.contains { $0.title == title } }
        for title in titles {
            let before = old.layers.first { $0.title == title }
            let after = new.layers.first { $0.title == title }
            let change = ModelRegistry.change(before?.diffID, after?.diffID)
            difference.layers.append(
                .init(
                    title: title,
                    change: change,
                    oldSize: before?.descriptor.size ?? 0,
                    newSize: after?.descriptor.size ?? 0
                )
            )
            guard let layer = before ?? after, layer.role.isWeights else { continue }
            if change == .same {
                difference.sameTensors += old.document.modules.first { $0.path == layer.path }?.tensors ?? 0
            } else {
                let left = if let before { try await tensors(before) } else { [String: TensorInfo]() }
                let right = if let after { try await other.tensors(after) } else { [String: TensorInfo]() }
                difference.compare(left, right, module: layer.path)
            }
        }
        try ModelRegistry.compare(old.document, new.document, &difference)
        return difference
    }
}

extension ModelDifference {
    fileprivate mutating func compare(_ old: [String: TensorInfo], _ new: [String: TensorInfo], module: String) {
        for name in Set(old.keys).union(new.keys).sorted() {
            let (before, after) = (old[name], new[name])
            if let before, let after, before.type == after.type, before.shape == after.shape {
                unreadTensors += 1
                continue
            }
            tensors.append(
                .init(
                    name: "\(module)/\(name)",
                    change: before == nil ? .added : after == nil ? .removed : .changed,
                    old: before.map { "\($0.type.rawValue)\($0.shape)" },
                    new: after.map { "\($0.type.rawValue)\($0.shape)" },
                    largestDelta: nil
                )
            )
        }
    }
}
