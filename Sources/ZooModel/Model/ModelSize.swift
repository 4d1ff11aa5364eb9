import Glibc
import ZooFiles

/// How much memory a model wants, counted before any of it is taken.
///
/// A few words in a schema, a recipe or a model that was pulled ask for more than any machine has.
struct ModelSize {
    /// The weights; as a `Double`, since what a file asks for may be more than an `Int` holds.
    private(set) var weights = 0.0

    /// The embedding tables of a layout.
    mutating func add(_ layout: InputLayout) {
        for slot in layout.slots { weights += Double(slot.rows) * Double(slot.dimension) }
        for bag in layout.bags { weights += Double(bag.rows) * Double(bag.dimension) }
    }

    /// A stack of affine maps.
    mutating func add(_ stack: MLPConfiguration, inputWidth: Int, copies: Int = 1) {
        var width = Double(inputWidth)
        for layer in stack.layers {
            weights += Double(copies) * (width + 1) * Double(layer)
            width = Double(layer)
        }
    }

    /// Refuses what this process cannot hold.
    ///
    /// - Parameter copies: how many floats there will be for a weight.
    /// - Throws: `ZooModelError` `.badData` with the size.
    func requireRoom(copies: Int, memory: Double = ModelSize.memory) throws {
        let bytes = weights * Double(copies) * 4
        guard bytes > memory else { return }
        func gigabytes(_ bytes: Double) -> String { "\((bytes / 1e8).rounded() / 10) GB" }
        throw ZooModelError(
            .badData,
            "a model of \((weights / 1e5).rounded() / 10) million weights needs \(gigabytes(bytes)) of memory, and there are "
                + "\(gigabytes(memory)): take fewer or narrower embedding rows (hash_buckets, dim) or layers"
        )
    }

    /// What this process may have at most: the machine's memory, or what its container or its user's limits leave of it.
    static var memory: Double {
        var memory = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 {
            memory = min(memory, Double(limit.rlim_cur))
        }
        if let limit = containerLimit { memory = min(memory, limit) }
        return memory
    }

    /// The limit of a control group; nil where there is none.
    private static var containerLimit: Double? {
        guard let file = try? OpenFile("/sys/fs/cgroup/memory.max") else { return nil }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = (try? bytes.withUnsafeMutableBytes { try file.read(into: $0) }) ?? 0
        return Double(String(decoding: bytes[..<count], as: UTF8.self).prefix { $0 != "\n" })
    }
}
