import Testing
import ZooModel
import ZooTensor

@Suite struct GateTests {
    /// softmax(x·Wᵀ + b) once, not the softmax of a softmax: that could hardly prefer an expert.
    @Test func weighsExpertsByTheSoftmaxOfItsLogits() {
        let store = ParameterStore(seed: 1)
        let gate = Gate(inputWidth: 1, experts: 2, in: ParameterScope(store: store, prefix: "gate.", group: .head))
        for parameter in store.parameters {
            _ = parameter.values.update(fromContentsOf: parameter.name == "gate.weight" ? [20, -20] : [0, 0])
        }
        let tape = Tape(store: store)
        tape.reset(.inference)
        let x = tape.copy([1, 0, -1], Shape(3, 1))
        let experts = tape.copy([1, 2, 5, 6, 1, 2, 5, 6, 1, 2, 5, 6], Shape(3, 4))
        let mixed = Array(gate(x, experts: experts).values)
        for (found, expected) in zip(mixed, [1, 2, 3, 4, 5, 6] as [Float]) { #expect(abs(found - expected) < 1e-5) }
    }
}
