internal import CDNNL
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
        if m == 0 || n == 0 { return }
        if k == 0 {
            if !accumulate { for row in 0..<m { (c + row * ldc).update(repeating: 0, count: n) } }
            return
        }
        let n8 = CChar(bitPattern: UInt8(ascii: "N"))
        let t8 = CChar(bitPattern: UInt8(ascii: "T"))
        let status = dnnl_sgemm(
            transposeA ? t8 : n8,
            transposeB ? t8 : n8,
            dnnl_dim_t(m),
            dnnl_dim_t(n),
            dnnl_dim_t(k),
            1,
            a,
            dnnl_dim_t(lda),
            b,
            dnnl_dim_t(ldb),
            accumulate ? 1 : 0,
            c,
            dnnl_dim_t(ldc)
        )
        precondition(status == dnnl_success, "oneDNN refused a product of \(m)×\(n)×\(k)")
    }
}
