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

    /// Fills `normalised` with the lower-cased words, a space after each, and `words` with their places.
    private mutating func split(_ text: UnsafeRawBufferPointer) {
        normalised.removeAll(keepingCapacity: true)
        words.removeAll(keepingCapacity: true)
        var start: Int?
        func isLetter(_ byte: UInt8) -> Bool {
            byte >= 0x80 || (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
        }
        func end() {
            guard let first = start else { return }
            words.append(first..<normalised.count)
            normalised.append(0x20)
            start = nil
        }
        var index = 0
        while index < text.count {
            let byte = text[index]
            if let length = Self.ideograph(text, at: index) {
                end()
                words.append(normalised.count..<(normalised.count + length))
                normalised.append(contentsOf: text[index..<(index + length)])
                normalised.append(0x20)
                index += length
                continue
            }
            if isLetter(byte) {
                if start == nil { start = normalised.count }
                normalised.append((0x41...0x5a).contains(byte) ? byte | 0x20 : byte)
            } else {
                end()
            }
            index += 1
        }
        end()
    }

    /// The length in bytes of a kana or Han character at a place, or nil where there is none.
    private static func ideograph(_ text: UnsafeRawBufferPointer, at index: Int) -> Int? {
        guard (0xe3...0xe9).contains(text[index]), index + 2 < text.count else { return nil }
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
