import ZooModel

/// Turns texts into hashed n-grams of words and characters.
///
/// A word is a run of letters and digits (any byte past ASCII counts as a letter), lower-cased in ASCII; each Chinese
/// or Japanese character is a word of its own, since those scripts write no spaces. Word n-grams are hashed with one
/// space between words; character n-grams within a word that is marked by `^` and `$` at its ends, counted in Unicode
/// scalars.
struct TextHasher {
    private static let wordSeed: UInt64 = 0x776f_7264
    private static let characterSeed: UInt64 = 0x6368_6172

    private let options: FeatureDefinition.Text
    private var normalised: [UInt8] = []
    private var words: [Range<Int>] = []
    private var marked: [UInt8] = []
    private var scalars: [Int] = []

    init(_ options: FeatureDefinition.Text) {
        self.options = options
    }

    /// The embedding rows of a text's n-grams, at most `maximumLength` of them, given to `body` one by one.
    mutating func forEachRow(of text: UnsafeRawBufferPointer, _ body: (Int32) -> Void) {
        split(text)
        var left = options.maximumLength
        normalised.withUnsafeBufferPointer { bytes in
            guard let lengths = options.words else { return }
            for start in words.indices {
                for length in lengths where start + length <= words.count && left > 0 {
                    let gram = bytes[words[start].lowerBound..<words[start + length - 1].upperBound]
                    body(row(of: UnsafeBufferPointer(rebasing: gram), Self.wordSeed))
                    left -= 1
                }
            }
        }
        guard let lengths = options.characters else { return }
        for word in words where left > 0 {
            mark(word)
            marked.withUnsafeBufferPointer { bytes in
                for start in 0..<(scalars.count - 1) {
                    for length in lengths where start + length < scalars.count && left > 0 {
                        let gram = bytes[scalars[start]..<scalars[start + length]]
                        body(row(of: UnsafeBufferPointer(rebasing: gram), Self.characterSeed))
                        left -= 1
                    }
                }
            }
        }
    }

    private func row(of gram: UnsafeBufferPointer<UInt8>, _ seed: UInt64) -> Int32 {
        let hash = StableHash.hash(gram, seed: seed)
        return Vocabulary.firstValueRow + Int32(hash.multipliedFullWidth(by: UInt64(options.buckets)).high)
    }

    /// For each byte what it is in a word, lower-cased; 0 for a byte between words.
    private static let letters: [UInt8] = (0...255).map { byte in
        switch UInt8(byte) {
        case 0x41...0x5a: UInt8(byte) | 0x20
        case 0x30...0x39, 0x61...0x7a, 0x80...0xff: UInt8(byte)
        default: 0
        }
    }

    /// Fills `normalised` with the lower-cased words, a space after each, and `words` with their places.
    private mutating func split(_ text: UnsafeRawBufferPointer) {
        words.removeAll(keepingCapacity: true)
        // A space at most follows each byte.
        if normalised.count < 2 * text.count + 1 {
            normalised = [UInt8](repeating: 0, count: 4 * text.count + 1)
        }
        normalised.withUnsafeMutableBufferPointer { output in
            Self.letters.withUnsafeBufferPointer { letters in
                var (count, start, index) = (0, 0, 0)
                func end() {
                    guard count > start else { return }
                    words.append(start..<count)
                    output[count] = 0x20
                    count += 1
                    start = count
                }
                while index < text.count {
                    let letter = letters[Int(text[index])]
                    if letter == 0 {
                        end()
                        index += 1
                    } else if letter >= 0xe3, letter <= 0xe9, let length = Self.ideograph(text, at: index) {
                        end()
                        for offset in 0..<length { output[count + offset] = text[index + offset] }
                        count += length
                        index += length
                        end()
                    } else {
                        output[count] = letter
                        count += 1
                        index += 1
                    }
                }
                end()
            }
        }
    }

    /// The length in bytes of a kana or Han character at a place that a byte from 0xe3 to 0xe9 leads, or nil.
    private static func ideograph(_ text: UnsafeRawBufferPointer, at index: Int) -> Int? {
        guard index + 2 < text.count else { return nil }
        let scalar =
            (UInt32(text[index] & 0x0f) << 12) | (UInt32(text[index + 1] & 0x3f) << 6) | UInt32(text[index + 2] & 0x3f)
        let isIdeograph =
            (0x3041...0x30ff).contains(scalar) || (0x3400...0x4dbf).contains(scalar)
            || (0x4e00...0x9fff).contains(scalar)
        return isIdeograph ? 3 : nil
    }

    /// Fills `marked` with `^word$` and `scalars` with the starts of its Unicode scalars, and the end.
    private mutating func mark(_ word: Range<Int>) {
        marked.removeAll(keepingCapacity: true)
        scalars.removeAll(keepingCapacity: true)
        marked.append(UInt8(ascii: "^"))
        marked.append(contentsOf: normalised[word])
        marked.append(UInt8(ascii: "$"))
        for index in marked.indices where marked[index] & 0xc0 != 0x80 { scalars.append(index) }
        scalars.append(marked.count)
    }
}
