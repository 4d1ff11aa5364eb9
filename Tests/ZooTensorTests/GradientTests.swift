import Testing
import ZooTensor

/// Every operation's gradient against central differences, on shapes that fit no vector and no tile.
@Suite struct GradientTests {
    typealias Operation = @Sendable (Tape, [Tensor]) -> Tensor

    struct Case: Sendable, CustomStringConvertible {
        let name: String
        let shapes: [Shape]
        /// Added to every input: keeps divisors away from zero.
        var offset: Float = 0
        let operation: Operation

        var description: String { "\(name) \(shapes)" }
    }

    // Rows: none, one, a few; widths: one, below, at and past a vector's 16 and a tile's 32.
    static let rowCounts = [0, 1, 3, 13]
    static let widths = [1, 7, 16, 35]

    static let cases: [Case] = {
        var all: [Case] = []
        for rows in rowCounts {
            for width in widths { all += elementwise(rows, width) + rowwise(rows, width) + products(rows, width) }
        }
        return all
    }()

    static func elementwise(_ rows: Int, _ width: Int) -> [Case] {
        let matrix = Shape(rows, width)
        return [
            Case(name: "gelu", shapes: [matrix]) { $1[0].gelu() },
            Case(name: "sigmoid", shapes: [matrix]) { $1[0].sigmoid() },
            Case(name: "tanh", shapes: [matrix]) { $1[0].tanh() },
            Case(name: "relu", shapes: [matrix], offset: 3) { $1[0].relu() },
            Case(name: "scaled", shapes: [matrix]) { $1[0].scaled(by: -1.7) },
            Case(name: "dropout", shapes: [matrix]) { $1[0].dropout(0.4) },
            Case(name: "add", shapes: [matrix, Shape(width)]) { $1[0] + $1[1] },
            Case(name: "subtract", shapes: [Shape(rows, 1), matrix]) { $1[0] - $1[1] },
            Case(name: "multiply", shapes: [matrix, Shape(rows, 1)]) { $1[0] * $1[1] },
            Case(name: "divide", shapes: [matrix, Shape(width)], offset: 3) { $1[0] / $1[1] },
            Case(name: "square", shapes: [matrix]) { $1[0] * $1[0] },
            Case(name: "stopped", shapes: [matrix]) { $1[0] + $1[0].stoppingGradient().scaled(by: 0) },
            Case(name: "sum rows", shapes: [matrix]) { $1[0].sum(axis: 0) },
            Case(name: "mean columns", shapes: [matrix]) { $1[0].mean(axis: 1) },
            Case(name: "mean of three axes", shapes: [Shape(2, rows, width)]) { $1[0].mean(axes: 0..<2) },
        ]
    }

    static func rowwise(_ rows: Int, _ width: Int) -> [Case] {
        let matrix = Shape(rows, width)
        return [
            Case(name: "softmax", shapes: [matrix]) { $1[0].softmax() },
            Case(name: "log softmax", shapes: [matrix]) { $1[0].logSoftmax() },
            Case(name: "layer norm", shapes: [Shape(rows, width + 2), Shape(width + 2), Shape(width + 2)]) {
                $1[0].layerNorm(scale: $1[1], shift: $1[2], epsilon: 0.1)
            },
            Case(name: "mixed", shapes: [Shape(rows, 3 * width), Shape(rows, 3)]) { $1[0].mixed(by: $1[1]) },
            Case(name: "concat", shapes: [matrix, Shape(rows, 5)]) { $0.concat([$1[0], $1[1], $1[0]], axis: -1) },
            Case(name: "concat rows", shapes: [matrix, Shape(2, width)]) { $0.concat([$1[0], $1[1]], axis: 0) },
            Case(name: "slice", shapes: [Shape(rows, width + 3)]) { $1[0].slice(axis: 1, 2..<($1[0].shape[1])) },
            Case(name: "slice rows", shapes: [Shape(rows + 2, width)]) { $1[0].slice(axis: 0, 1..<2) },
        ]
    }

    static func products(_ rows: Int, _ width: Int) -> [Case] {
        let x = Shape(rows, width)
        return [
            Case(name: "linear", shapes: [x, Shape(9, width), Shape(9)]) { $1[0].linear($1[1], bias: $1[2]) },
            Case(name: "linear without bias", shapes: [x, Shape(33, width)]) { $1[0].linear($1[1]) },
            Case(name: "linear tanh", shapes: [x, Shape(9, width), Shape(9)]) {
                $1[0].linear($1[1], bias: $1[2], activation: .tanh)
            },
            Case(name: "linear gelu dropout", shapes: [x, Shape(9, width), Shape(9)]) {
                $1[0].linear($1[1], bias: $1[2], activation: .gelu, dropout: 0.3)
            },
            Case(name: "linear sigmoid dropout", shapes: [x, Shape(9, width), Shape(9)]) {
                $1[0].linear($1[1], bias: $1[2], activation: .sigmoid, dropout: 0.3)
            },
            Case(name: "grouped", shapes: [Shape(rows, 2 * width), Shape(2, 5, width), Shape(2, 5)]) {
                $1[0].groupedLinear($1[1], bias: $1[2], activation: .tanh)
            },
            Case(name: "matmul nn", shapes: [x, Shape(width, 6)]) { $1[0].matmul($1[1]) },
            Case(name: "matmul tn", shapes: [Shape(width, rows), Shape(width, 6)]) {
                $1[0].matmul($1[1], transposeLeft: true)
            },
            Case(name: "matmul nt", shapes: [x, Shape(6, width)]) { $1[0].matmul($1[1], transposeRight: true) },
            Case(name: "matmul tt", shapes: [Shape(width, rows), Shape(6, width)]) {
                $1[0].matmul($1[1], transposeLeft: true, transposeRight: true)
            },
            Case(name: "matmul batched", shapes: [Shape(2, rows, width), Shape(2, width, 3)]) {
                $1[0].matmul($1[1])
            },
            Case(name: "matmul shared left", shapes: [Shape(rows, width), Shape(2, width, 3)]) {
                $1[0].matmul($1[1])
            },
        ]
    }

    @Test(arguments: cases.indices)
    func gradientIsTheSlope(index: Int) {
        let test = GradientTests.cases[index]
        let worst = largestGradientError(shapes: test.shapes, offset: test.offset, test.operation)
        #expect(worst < 5e-3, "\(test)")
    }

    @Test(arguments: [0, 1, 3, 17])
    func lossesHaveTheirSlopes(rows: Int) {
        let random = CounterRandom(seed: 3, stream: "labels")
        let labels = (0..<rows).map { $0 % 4 == 3 ? Float.nan : (random.uniform(UInt64($0)) > 0.5 ? 1 : 0) }
        let classes = (0..<rows).map { Int32($0 % 4 == 3 ? -1 : random.integer(UInt64($0), below: 5)) }
        let weights = (0..<rows).map { random.uniform(UInt64(1000 + $0)) }
        labels.withUnsafeBufferPointer { labels in
            classes.withUnsafeBufferPointer { classes in
                weights.withUnsafeBufferPointer { weights in
                    nonisolated(unsafe) let y = labels.baseAddress ?? UnsafePointer(bitPattern: 64)!
                    nonisolated(unsafe) let c = classes.baseAddress ?? UnsafePointer(bitPattern: 64)!
                    nonisolated(unsafe) let w = weights.baseAddress ?? UnsafePointer(bitPattern: 64)!
                    let losses: [(Shape, (Tape, [Tensor]) -> Tensor)] = [
                        (Shape(rows, 1), { $1[0].binaryCrossEntropy(labels: y, weights: w, scale: 0.5) }),
                        (Shape(rows), { $1[0].squaredError(labels: y, weights: w, scale: 0.5) }),
                        (Shape(rows), { $1[0].huber(labels: y, delta: 0.5, weights: w, scale: 0.5) }),
                        (Shape(rows, 5), { $1[0].softmaxCrossEntropy(classes: c, weights: w, scale: 0.5) }),
                        (Shape(rows, 5), { $1[0].softmaxCrossEntropy(classes: c, scale: 2) }),
                    ]
                    for (shape, loss) in losses { #expect(largestGradientError(shapes: [shape], loss) < 5e-3) }
                }
            }
        }
    }
}

/// The largest gap, relative where slopes are above one, between the tape's gradients and central differences of a
/// fixed random projection of the operation's result.
func largestGradientError(
    shapes: [Shape],
    offset: Float = 0,
    _ operation: (Tape, [Tensor]) -> Tensor
) -> Float {
    let random = CounterRandom(seed: 11, stream: "gradient")
    var counter: UInt64 = 0
    func draw(_ count: Int) -> [Float] {
        (0..<count).map { _ in
            counter += 1
            return random.normal(counter)
        }
    }
    var values = shapes.map { shape in draw(shape.count).map { offset == 0 ? $0 : offset + 0.3 * $0 } }
    let tape = Tape(store: ParameterStore(seed: 0))
    tape.reset(.training, seed: 1, step: 1)
    let inputs = zip(values, shapes).map { tape.copy($0, $1, needsGradient: true) }
    let out = operation(tape, inputs)
    let projection = draw(out.shape.count)
    tape.backward(out, gradient: projection)
    let gradients = inputs.map { $0.gradient.map(Array.init) ?? Array(repeating: 0, count: $0.shape.count) }

    func projected() -> Double {
        tape.reset(.training, seed: 1, step: 1)
        let out = operation(tape, zip(values, shapes).map { tape.copy($0, $1) })
        return zip(out.values, projection).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let step: Float = 1e-2
    var worst: Float = 0
    for input in values.indices {
        // Every element of small inputs, a spread of large ones.
        for element in stride(from: 0, to: values[input].count, by: max(1, values[input].count / 12)) {
            let kept = values[input][element]
            values[input][element] = kept + step
            let above = projected()
            values[input][element] = kept - step
            let below = projected()
            values[input][element] = kept
            let slope = Float((above - below) / Double(2 * step))
            worst = max(worst, abs(slope - gradients[input][element]) / max(1, abs(slope)))
        }
    }
    return worst
}
