internal import CKernels

/// Page-aligned zeroed floats outside the heap, on huge pages where the system has them; fixed in place for life.
public final class FloatBuffer: @unchecked Sendable {
    /// The first float.
    public let pointer: UnsafeMutablePointer<Float>
    /// The number of floats.
    public let count: Int

    /// Allocates `count` zeros; traps when the system has no memory left.
    public init(count: Int) {
        self.count = count
        guard let memory = zoo_allocate(max(count, 1) * 4) else { fatalError("out of memory for \(count) floats") }
        pointer = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    }

    deinit {
        zoo_release(pointer, max(count, 1) * 4)
    }

    /// All the floats.
    public var values: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }
}
