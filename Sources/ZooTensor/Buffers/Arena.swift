/// Bump allocation for one step's activations and gradients: nothing is freed until `reset`, nothing moves before it.
///
/// A step that outgrows the arena gets further blocks; the next reset replaces them all by one block that is large
/// enough, so that steady state has a single block and allocates nothing.
struct Arena {
    private var blocks: [FloatBuffer]
    private var used = 0

    /// An arena that starts with room for `floats`.
    init(floats: Int = 1 << 14) {
        blocks = [FloatBuffer(count: floats)]
    }

    /// Forgets all that was allocated; pointers handed out before are dead.
    mutating func reset() {
        if blocks.count > 1 {
            let total = blocks.reduce(0) { $0 + $1.count }
            blocks = [FloatBuffer(count: total + total / 8)]
        }
        used = 0
    }

    /// Uninitialised room for `count` floats at a multiple of 64 bytes.
    mutating func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
        let padded = (max(count, 1) + 15) & ~15
        var block = blocks[blocks.count - 1]
        if used + padded > block.count {
            block = FloatBuffer(count: max(padded, block.count * 2))
            blocks.append(block)
            used = 0
        }
        let pointer = block.pointer + used
        used += padded
        return pointer
    }

    /// A copy of a trivial value that lives until the next reset.
    mutating func store<Value: BitwiseCopyable>(_ value: Value) -> UnsafeMutableRawPointer {
        let floats = (MemoryLayout<Value>.size + 3) / 4
        let raw = UnsafeMutableRawPointer(allocate(floats))
        raw.storeBytes(of: value, as: Value.self)
        return raw
    }
}
