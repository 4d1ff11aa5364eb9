import CKernels
import Foundation
import Testing

/// The polynomials against the C library's functions in double precision.
@Suite struct KernelAccuracyTests {
    static let arguments: [Float] =
        (-2000...2000).map { Float($0) * 0.02 } + [
            0, -0.0, 1e-8, -1e-8, 1e-4, 87, -87, 100, -100, .infinity, -.infinity,
        ]

    private func applied(_ activation: zoo_activation) -> [Float] {
        var out = [Float](repeating: 0, count: Self.arguments.count)
        zoo_activate(activation, &out, Self.arguments, out.count)
        return out
    }

    private func worst(_ activation: zoo_activation, _ exact: (Double) -> Double) -> Double {
        zip(applied(activation), Self.arguments).filter { $1.isFinite }.map { abs(Double($0) - exact(Double($1))) }
            .max() ?? 1
    }

    @Test func sigmoidAndTanhAreAccurate() {
        #expect(worst(zoo_sigmoid) { 1 / (1 + exp(-$0)) } < 1.5e-7)
        #expect(worst(zoo_tanh) { tanh($0) } < 2e-7)
    }

    @Test func geluIsAccurate() {
        #expect(worst(zoo_gelu) { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) } < 3e-6)
    }

    @Test func infinitiesAndNaNPassThrough() {
        var out = [Float](repeating: 0, count: 3)
        zoo_activate(zoo_sigmoid, &out, [.infinity, -.infinity, .nan], 3)
        #expect(out[0] == 1 && out[1] == 0 && out[2].isNaN)
        zoo_activate(zoo_relu, &out, [.infinity, -.infinity, .nan], 3)
        #expect(out[0] == .infinity && out[1] == 0 && out[2].isNaN)
        zoo_activate(zoo_tanh, &out, [.infinity, -.infinity, .nan], 3)
        #expect(out[0] == 1 && out[1] == -1 && out[2].isNaN)
    }

    @Test func lossesSurviveExtremeLogits() {
        var gradient = [Float](repeating: 9, count: 4)
        let logits: [Float] = [1e30, -1e30, 50, .infinity]
        let loss = zoo_binary_cross_entropy(&gradient, logits, [1, 0, 0, .nan], nil, 4, 1)
        #expect(abs(loss - 50) < 1e-3)
        #expect(gradient == [0, 0, 1, 0])
    }
}
