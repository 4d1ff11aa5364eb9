internal import CKernels

/// x·Wᵀ and its gradients where x is an embed's result with an ``EmbeddingFactoring``.
struct FactoredLinear: BitwiseCopyable {
    /// The node of x.
    let input: Int
    let rows: Int
    let inputs: Int
    let outputs: Int
    let factoring: UnsafeMutablePointer<EmbeddingFactoring>

    /// out [rows, outputs] = x·Wᵀ.
    func multiply(_ tape: Tape, _ weight: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>) {
        let x = tape.nodes[input].value
        for index in 0..<factoring.pointee.runCount {
            let run = factoring.pointee.runs[index]
            Gemm.multiply(
                x + run.column,
                inputs,
                weight + run.column,
                inputs,
                into: out,
                outputs,
                m: rows,
                n: outputs,
                k: run.width,
                transposeB: true,
                accumulate: index > 0
            )
        }
        zoo_factored(
            out,
            outputs,
            rows,
            weight,
            inputs,
            factoring.pointee.factors,
            factoring.pointee.factorCount,
            factoring.pointee.places,
            factoring.pointee.scratch,
            factoring.pointee.runCount > 0
        )
    }

    /// The weight's gradient, overwritten or added to, and the embeddings', left where optimisers find them.
    func propagate(
        _ tape: Tape,
        _ gradient: UnsafePointer<Float>,
        _ weight: UnsafePointer<Float>,
        weightTarget: GradientTarget?
    ) {
        let accumulates = record(tape)
        let x = tape.nodes[input].value
        for index in 0..<factoring.pointee.runCount {
            let run = factoring.pointee.runs[index]
            if let target = weightTarget {
                Gemm.multiply(
                    gradient,
                    outputs,
                    x + run.column,
                    inputs,
                    into: target.pointer + run.column,
                    inputs,
                    m: outputs,
                    n: run.width,
                    k: rows,
                    transposeA: true,
                    accumulate: target.accumulate
                )
            }
            guard run.hasEmbeddings, let rest = factoring.pointee.gradient else { continue }
            Gemm.multiply(
                gradient,
                outputs,
                weight + run.column,
                inputs,
                into: rest + run.column,
                inputs,
                m: rows,
                n: run.width,
                k: outputs,
                accumulate: accumulates
            )
        }
        zoo_factored_gradient(
            weightTarget?.pointer,
            weightTarget?.accumulate ?? false,
            gradient,
            outputs,
            rows,
            weight,
            inputs,
            factoring.pointee.factors,
            factoring.pointee.factorCount,
            factoring.pointee.places,
            factoring.pointee.scratch
        )
    }

    /// Tells the optimisers about the embeddings' gradients, once a pass; whether an earlier layer has done so.
    private func record(_ tape: Tape) -> Bool {
        if factoring.pointee.gradient != nil { return true }
        guard tape.nodes[input].needsGradient,
            let embedded = tape.embeddedInputs.first(where: { $0.node == input })
        else { return false }
        let gradient = tape.arena.allocate(rows * inputs)
        factoring.pointee.gradient = gradient
        tape.embeddingRecords.append(
            EmbeddingRecord(
                plan: embedded.plan,
                rows: rows,
                ids: embedded.ids,
                idStride: embedded.idStride,
                bags: embedded.bags,
                gradient: gradient,
                factoring: UnsafePointer(factoring)
            )
        )
        return false
    }
}
