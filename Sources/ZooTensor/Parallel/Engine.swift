internal import CKernels

#if canImport(Glibc)
    internal import Glibc
#endif

/// The numeric engine's process-wide settings.
public enum Engine {
    // Runs once, before the first product.
    private static let configured: Bool = {
        if let limit = getenv("ZOO_CPU_ISA") { zoo_gemm_limit(limit) }
        return true
    }()

    /// Honours `ZOO_CPU_ISA` (`avx2` or `generic` lower the instruction set); cheap to repeat.
    static func configure() {
        _ = configured
    }

    /// The instruction set that matrix products run on: `avx512`, `avx2`, `neon` or `generic`.
    ///
    /// All but `generic` multiply and add in one rounding, in the same order: they give the same bits. Every other
    /// kernel gives the same bits everywhere.
    public static var instructionSet: String {
        configure()
        return String(cString: zoo_gemm_instructions())
    }

    /// The number of processors online.
    public static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
