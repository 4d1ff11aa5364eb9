import OCIServer
import Testing

@Suite struct ConstantTimeTests {
    /// Counts how many of its bytes are looked at.
    private struct Watched: Collection {
        final class Count { var value = 0 }

        let bytes: [UInt8]
        let looks = Count()

        var startIndex: Int { bytes.startIndex }
        var endIndex: Int { bytes.endIndex }
        func index(after index: Int) -> Int { index + 1 }

        subscript(index: Int) -> UInt8 {
            looks.value += 1
            return bytes[index]
        }
    }

    @Test(arguments: [nil, 0, 15, 31])
    func everyByteIsLookedAtWhereverTheDifferenceIs(place: Int?) {
        let secret = [UInt8](0..<32)
        var guess = secret
        if let place { guess[place] ^= 1 }
        let watched = Watched(bytes: guess)
        #expect(ConstantTime.areEqual(secret, watched) == (place == nil))
        #expect(watched.looks.value == 32)
    }

    @Test func lengthsDiffer() {
        #expect(!ConstantTime.areEqual([1, 2] as [UInt8], [1, 2, 3] as [UInt8]))
        #expect(ConstantTime.areEqual([UInt8](), [UInt8]()))
    }
}
