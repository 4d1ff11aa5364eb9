/// Which repositories a right is for: `*` stands for any text without a slash, `**` for any text.
struct RepositoryPattern: Hashable, Sendable {
    private enum Piece: Hashable {
        case text([UInt8])
        case component
        case anything
    }

    private let pieces: [Piece]
    /// The pattern as written.
    let description: String

    /// Every repository.
    static let all = RepositoryPattern("**")

    /// Reads a pattern; nothing else in it has a meaning.
    init(_ text: String) {
        description = text
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var rest = text.utf8[...]
        func flush() {
            if !literal.isEmpty { pieces.append(.text(literal)) }
            literal = []
        }
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "*") else {
                literal.append(byte)
                continue
            }
            flush()
            var stars = 1
            while rest.first == UInt8(ascii: "*") {
                rest.removeFirst()
                stars += 1
            }
            pieces.append(stars == 1 ? .component : .anything)
        }
        flush()
        self.pieces = pieces
    }

    /// Whether a repository's name fits; takes time in proportion to the name's and the pattern's lengths.
    func matches(_ name: String) -> Bool {
        let name = Array(name.utf8)
        // reachable[i]: the pieces so far can stand for the first i bytes.
        var reachable = [Bool](repeating: false, count: name.count + 1)
        reachable[0] = true
        for piece in pieces {
            var next = [Bool](repeating: false, count: name.count + 1)
            switch piece {
            case .text(let text):
                for end in reachable.indices where reachable[end] && name[end...].starts(with: text) {
                    next[end + text.count] = true
                }
            case .component, .anything:
                for end in reachable.indices {
                    let grows = end > 0 && next[end - 1] && (piece == .anything || name[end - 1] != UInt8(ascii: "/"))
                    next[end] = reachable[end] || grows
                }
            }
            reachable = next
        }
        return reachable[name.count]
    }
}
