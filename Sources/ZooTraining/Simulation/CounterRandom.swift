/// Random numbers as a pure function of a seed, a stream and a counter, the same on every machine.
///
/// SplitMix64's finaliser (Steele, Lea, Flood 2014) over the three words; floating-point results come of exact integer
/// arithmetic and IEEE additions only.
struct CounterRandom {
    private let key: UInt64
    private var counter: UInt64 = 0

    /// The generator of one stream's element, for example of user 17.
    init(seed: UInt64, stream: Stream, element: UInt64 = 0) {
        key = Self.mixed(Self.mixed(seed &+ 0x9e37_79b9_7f4a_7c15) ^ (stream.rawValue << 56) ^ element)
    }

    /// What random numbers are used for; streams do not disturb one another.
    enum Stream: UInt64 {
        case world = 1, users, items, order, events, newTask
    }

    /// 64 random bits.
    mutating func next() -> UInt64 {
        counter &+= 1
        return Self.mixed(key &+ counter &* 0x9e37_79b9_7f4a_7c15)
    }

    /// A number from [0, 1).
    mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A whole number from 0 up to, not including, `bound`.
    mutating func integer(below bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number that is nearly normal, of mean 0 and variance 1: eight 16-bit uniforms, summed (it stays within ±4.9).
    mutating func normal() -> Double {
        var sum: UInt64 = 0
        for word in [next(), next()] {
            sum += (word & 0xffff) + (word >> 16 & 0xffff) + (word >> 32 & 0xffff) + (word >> 48)
        }
        // The sum has mean 8 · 65535 / 2 and variance 8 · (65536² − 1) / 12.
        return (Double(sum) - 262_140) / 53_509.919
    }

    /// A vector of nearly normal numbers.
    mutating func normals(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float(normal()) }
    }

    /// The numbers below `count` in a random order.
    mutating func permutation(_ count: Int) -> [Int32] {
        var result = (0..<Int32(count)).map(\.self)
        for index in stride(from: count - 1, to: 0, by: -1) { result.swapAt(index, integer(below: index + 1)) }
        return result
    }

    private static func mixed(_ word: UInt64) -> UInt64 {
        var word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}

/// Functions whose results, unlike the C library's, are the same bits on every machine.
enum PortableMath {
    /// eˣ to about 1 part in 10¹⁴, for x clamped to ±700.
    static func exp(_ x: Double) -> Double {
        let x = min(max(x, -700), 700)
        let power = (x * 1.442_695_040_888_963_4).rounded()
        // ln 2 in two pieces, the first exact in few bits, so that the remainder is.
        let rest = (x - power * 0x1.62e42fefap-1) - power * 0x1.cf79abc9e3b39p-40
        var sum = 1.0
        for degree in stride(from: 13.0, to: 0, by: -1) { sum = 1 + sum * rest / degree }
        return sum * Double(sign: .plus, exponent: Int(power), significand: 1)
    }

    /// 1 / (1 + e⁻ˣ).
    static func sigmoid(_ x: Double) -> Double {
        1 / (1 + exp(-x))
    }
}
