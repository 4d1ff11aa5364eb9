internal import CKernels
internal import Synchronization

/// What every embedding adds to the linear layers that read it, kept in tables: for inference with weights that stay.
///
/// A layer on an embed's result then sums table rows instead of multiplying: one for each group of small slots, one for
/// each larger slot. Tables are made when a layer is first met; slots of many rows and bags are multiplied as usual.
/// Results do not depend on threads. Throw the object away when a weight changes.
public final class EmbeddingProjections: Sendable {
    private let rowLimit: Int
    private let layers = Mutex<[ProjectedLayer]>([])

    /// Tables for scoring about `expectedRows` rows, which bounds the work put into them; nil for as long as it takes.
    public init(expectedRows: Int? = nil) {
        rowLimit = min(Self.mostRows, expectedRows ?? Self.mostRows)
    }

    /// Embeddings that one layer's table is made of at most, and rows that it has at most beside dense columns.
    private static let mostRows = 8192
    /// Floats that all tables hold at most: 64 MB.
    private static let mostFloats = 1 << 24

    /// A layer's table; nil where none of its slots is small enough or no room is left.
    func layer(_ plan: EmbeddingPlan, _ weight: UnsafePointer<Float>, outputs: Int) -> ProjectedLayer? {
        layers.withLock { layers in
            if let known = layers.first(where: { $0.plan === plan && $0.weight == weight && $0.outputs == outputs }) {
                return known.isEmpty ? nil : known
            }
            let room = Self.mostFloats - layers.reduce(0) { $0 + $1.floats }
            let layer = ProjectedLayer(plan, weight, outputs: outputs, rowLimit: rowLimit, floatLimit: room)
            layer.layout = layers.first { $0.hasLayout(of: layer) }?.layout ?? layers.count
            layers.append(layer)
            return layer.isEmpty ? nil : layer
        }
    }
}

extension Tape {
    /// The table of a linear layer on this tensor, and where its embed is among ``embeddedInputs``.
    func projection(
        of tensor: Tensor,
        _ weight: UnsafePointer<Float>,
        outputs: Int
    ) -> (layer: ProjectedLayer, embedded: Int)? {
        guard !records, let projections, tensor.shape.rank == 2,
            let at = embeddedInputs.firstIndex(where: { $0.node == tensor.index })
        else { return nil }
        let plan = embeddedInputs[at].plan.takeUnretainedValue()
        return projections.layer(plan, weight, outputs: outputs).map { ($0, at) }
    }
}
