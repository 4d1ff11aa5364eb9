internal import CKernels

/// Single-precision matrix products, row-major.
enum Gemm {
    /// c = a·b + (accumulate ? c : 0), where a is [m, k] (or stored [k, m]) and b is [k, n] (or stored [n, k]).
    static func multiply(
        _ a: UnsafePointer<Float>,
        _ lda: Int,
        _ b: UnsafePointer<Float>,
        _ ldb: Int,
        into c: UnsafeMutablePointer<Float>,
        _ ldc: Int,
        m: Int,
        n: Int,
        k: Int,
        transposeA: Bool = false,
        transposeB: Bool = false,
        accumulate: Bool = false
    ) {
        zoo_gemm(
            m,
            n,
            k,
            a,
            transposeA ? 1 : lda,
            transposeA ? lda : 1,
            b,
            transposeB ? 1 : ldb,
            transposeB ? ldb : 1,
            c,
            ldc,
            accumulate
        )
    }
}
