/// Random numbers by counter, not by state: number `i` of a stream is a hash of (seed, stream name, i).
///
/// The order in which streams are used, and how work is split, therefore never changes what is drawn.
public struct CounterRandom: Sendable {
    private let key: UInt64

    /// The stream of this name under this seed.
    public init(seed: UInt64, stream: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        key = CounterRandom.mix(seed &+ CounterRandom.mix(hash))
    }

    /// The stream of these numbers under this seed.
    public init(seed: UInt64, _ a: UInt64, _ b: UInt64 = 0, _ c: UInt64 = 0) {
        var mixed = CounterRandom.mix(seed &+ 0x9e37_79b9_7f4a_7c15)
        mixed = CounterRandom.mix(mixed ^ a)
        mixed = CounterRandom.mix(mixed &+ b &* 0xd134_2543_de82_ef95)
        key = CounterRandom.mix(mixed ^ (c &* 0xaf25_1af3_b0f0_25b5))
    }

    /// 64 random bits for a counter.
    public func bits(_ counter: UInt64) -> UInt64 {
        CounterRandom.mix(key &+ (counter &+ 1) &* 0x9e37_79b9_7f4a_7c15)
    }

    /// A float in [0, 1) with 24 random bits.
    public func uniform(_ counter: UInt64) -> Float {
        Float(bits(counter) >> 40) * 0x1p-24
    }

    /// An integer in 0..<bound.
    public func integer(_ counter: UInt64, below bound: Int) -> Int {
        Int(bits(counter).multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A float of mean 0 and variance 1: the centred sum of twelve 16-bit uniforms (Irwin–Hall).
    ///
    /// No logarithm or cosine: the same bits on every machine. It never exceeds 6 in magnitude.
    public func normal(_ counter: UInt64) -> Float {
        var sum: Int32 = 0
        for part in 0..<3 {
            let word = bits(counter &* 3 &+ UInt64(part))
            sum += Int32(word & 0xffff) + Int32((word >> 16) & 0xffff)
            sum += Int32((word >> 32) & 0xffff) + Int32(word >> 48)
        }
        return Float(sum - 6 * 65535) / 65536
    }

    // SplitMix64's finaliser.
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
