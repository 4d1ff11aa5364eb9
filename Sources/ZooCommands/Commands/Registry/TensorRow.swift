import Safetensors

/// A tensor, as `zoo show --tensors` prints it.
struct TensorRow: Encodable {
    let name: String
    let type: String
    let shape: [Int]

    /// The tensors of a file, sorted by name.
    static func rows(_ tensors: [String: TensorInfo]) -> [TensorRow] {
        tensors.sorted { $0.key < $1.key }
            .map { TensorRow(name: $0.key, type: $0.value.type.rawValue, shape: $0.value.shape) }
    }
}
