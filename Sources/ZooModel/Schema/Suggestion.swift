/// Finds what somebody probably meant by a misspelt word.
package enum Suggestion {
    /// The candidate nearest to `word`, or nil where nothing is near enough to be helpful.
    ///
    /// Near enough means an optimal string alignment distance of at most a third of the word's length (at least 1),
    /// ignoring case and the difference between `-` and `_`. Ties go to the first candidate.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let wanted = normalised(word)
        guard wanted.count <= 64 else { return nil }
        var best: (candidate: String, distance: Int)?
        for candidate in candidates where candidate != word {
            let distance = distance(wanted, normalised(candidate))
            if distance <= max(1, wanted.count / 3), distance < best?.distance ?? Int.max {
                best = (candidate, distance)
            }
        }
        return best?.candidate
    }

    /// A clause to append to an error: `; did you mean 'x'?`, or the candidates where there are few, or nothing.
    package static func clause(for word: String, among candidates: [String]) -> String {
        if let nearest = nearest(to: word, among: candidates) {
            return "; did you mean '\(nearest)'?"
        }
        guard !candidates.isEmpty, candidates.count <= 24 else { return "" }
        return "; known: \(candidates.joined(separator: ", "))"
    }

    private static func normalised(_ word: String) -> [UInt8] {
        word.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "_")
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            default: byte
            }
        }
    }

    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        guard b.count <= 64 else { return Int.max }
        var beforePrevious = [Int](repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        for i in 1..<(a.count + 1) {
            var current = [i] + [Int](repeating: 0, count: b.count)
            for j in 1..<(b.count + 1) {
                let substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                current[j] = min(substitution, previous[j] + 1, current[j - 1] + 1)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    current[j] = min(current[j], beforePrevious[j - 2] + 1)
                }
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[b.count]
    }
}
