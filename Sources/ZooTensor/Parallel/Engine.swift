internal import CDNNL
internal import CKernels

#if canImport(Glibc)
    internal import Glibc
#endif

/// The numeric engine's process-wide settings.
public enum Engine {
    // Runs once, before oneDNN's first use: later calls cannot lower the limit.
    private static let configured: Bool = {
        guard let limit = getenv("ZOO_CPU_ISA").map({ String(cString: $0) }) else { return true }
        switch limit {
        case "sse41": dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41)
        case "avx": dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx)
        case "avx2": dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2)
        case "avx512_core": dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx512_core)
        default: break
        }
        return true
    }()

    /// Readies the calling thread: oneDNN runs on it alone. Cheap to repeat.
    public static func prepareThread() {
        _ = configured
        omp_set_num_threads(1)
    }

    /// The instruction set that matrix products use: `avx512_core`, `avx2`, … (`ZOO_CPU_ISA` lowers it).
    ///
    /// Trained weights are bit-identical between machines only where this name is the same.
    public static var instructionSet: String {
        _ = configured
        switch dnnl_get_effective_cpu_isa() {
        case dnnl_cpu_isa_sse41: return "sse41"
        case dnnl_cpu_isa_avx: return "avx"
        case dnnl_cpu_isa_avx2: return "avx2"
        case dnnl_cpu_isa_avx2_vnni: return "avx2_vnni"
        case dnnl_cpu_isa_avx512_core: return "avx512_core"
        case dnnl_cpu_isa_avx512_core_vnni: return "avx512_core_vnni"
        case dnnl_cpu_isa_avx512_core_bf16: return "avx512_core_bf16"
        case dnnl_cpu_isa_avx512_core_amx: return "avx512_core_amx"
        default: return "generic"
        }
    }

    /// The number of processors this process may use.
    public static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
