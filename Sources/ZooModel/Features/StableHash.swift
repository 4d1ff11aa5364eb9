/// A hash of bytes that is the same on every machine and for ever: models store its consequences.
///
/// MurmurHash64A (Austin Appleby, public domain) with a fixed seed, read as little-endian words.
public enum StableHash {
    private static let multiplier: UInt64 = 0xc6a4_a793_5bd1_e995

    /// The 64-bit hash of some bytes.
    public static func hash(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64 = 0x5a6f_6f21) -> UInt64 {
        var hash = seed ^ (UInt64(bytes.count) &* multiplier)
        let raw = UnsafeRawBufferPointer(bytes)
        var position = 0
        while position + 8 <= raw.count {
            var word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            word = word &* multiplier
            word ^= word >> 47
            hash = (hash ^ (word &* multiplier)) &* multiplier
            position += 8
        }
        if position < raw.count {
            var tail: UInt64 = 0
            for index in (position..<raw.count).reversed() { tail = tail << 8 | UInt64(raw[index]) }
            hash = (hash ^ tail) &* multiplier
        }
        hash = (hash ^ (hash >> 47)) &* multiplier
        return hash ^ (hash >> 47)
    }

    /// One of `buckets` buckets for some bytes, by the hash's high bits (no modulo bias worth speaking of).
    public static func bucket(_ bytes: UnsafeBufferPointer<UInt8>, of buckets: Int) -> Int {
        Int(hash(bytes).multipliedFullWidth(by: UInt64(buckets)).high)
    }
}
