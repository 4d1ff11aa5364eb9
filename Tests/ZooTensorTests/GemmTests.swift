import CDNNL
import CKernels
import Testing

/// Our matrix product against oneDNN's, and against itself on other instruction sets.
@Suite struct GemmTests {
    static let sizes: [(Int, Int, Int)] = [
        (1, 1, 1), (1, 256, 328), (2, 33, 19), (3, 5, 400), (5, 3, 16), (13, 40, 24), (31, 63, 385), (64, 128, 513),
        (257, 1, 64), (520, 17, 33),
    ]

    /// a, b and c drawn at random, with the strides of the stored order.
    struct Problem {
        let a: [Float], b: [Float], c: [Float]
        let m: Int, n: Int, k: Int
        let transposeA: Bool, transposeB: Bool

        init(_ size: (Int, Int, Int), transposeA: Bool, transposeB: Bool) {
            (m, n, k) = size
            var state: UInt64 = 88_172_645_463_325_252
            func draw(_ count: Int) -> [Float] {
                (0..<count).map { _ in
                    state ^= state << 13
                    state ^= state >> 7
                    state ^= state << 17
                    return Float(Int64(bitPattern: state) >> 40) * 0x1p-23
                }
            }
            a = draw(m * k)
            b = draw(k * n)
            c = draw(m * n)
            self.transposeA = transposeA
            self.transposeB = transposeB
        }

        func product(on instructions: String = "avx512", accumulate: Bool) -> [Float] {
            var result = c
            zoo_gemm_on(
                instructions,
                m,
                n,
                k,
                a,
                transposeA ? 1 : k,
                transposeA ? m : 1,
                b,
                transposeB ? 1 : n,
                transposeB ? k : 1,
                &result,
                n,
                accumulate
            )
            return result
        }

        func reference(accumulate: Bool) -> [Float] {
            var result = c
            omp_set_num_threads(1)
            let status = dnnl_sgemm(
                CChar(transposeA ? 84 : 78),
                CChar(transposeB ? 84 : 78),
                dnnl_dim_t(m),
                dnnl_dim_t(n),
                dnnl_dim_t(k),
                1,
                a,
                dnnl_dim_t(transposeA ? m : k),
                b,
                dnnl_dim_t(transposeB ? k : n),
                accumulate ? 1 : 0,
                &result,
                dnnl_dim_t(n)
            )
            return status == dnnl_success ? result : []
        }
    }

    @Test(arguments: sizes.indices, [false, true])
    func agreesWithOneDNN(size: Int, accumulate: Bool) {
        for transposes in 0..<4 {
            let problem = Problem(
                GemmTests.sizes[size],
                transposeA: transposes & 1 == 1,
                transposeB: transposes & 2 == 2
            )
            let worst = largestDifference(
                problem.product(accumulate: accumulate),
                problem.reference(accumulate: accumulate)
            )
            #expect(worst < 2e-5, "\(GemmTests.sizes[size]) transposes \(transposes)")
        }
    }

    /// Where the processor has both: with one instruction set only, this compares it with itself.
    @Test(arguments: sizes.indices)
    func instructionSetsGiveTheSameBits(size: Int) {
        for transposes in 0..<4 {
            let problem = Problem(
                GemmTests.sizes[size],
                transposeA: transposes & 1 == 1,
                transposeB: transposes & 2 == 2
            )
            let wide = problem.product(on: "avx512", accumulate: true)
            let narrow = problem.product(on: "avx2", accumulate: true)
            #expect(wide.map(\.bitPattern) == narrow.map(\.bitPattern))
            #expect(largestDifference(problem.product(on: "generic", accumulate: true), wide) < 2e-5)
        }
    }
}
