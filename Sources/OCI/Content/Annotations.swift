import ZooJSON

/// Free texts by key, sorted by the bytes of the keys.
///
/// There are few in a document and thousands of documents in an index, so they are a list and no dictionary.
public struct Annotations: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    struct Member: Hashable, Sendable {
        let key: String
        var value: String
    }

    private(set) var members: [Member] = []

    /// No texts.
    public init() {}

    /// The texts of a dictionary.
    public init(_ texts: [String: String]) {
        self.init(sorting: texts.map { Member(key: $0, value: $1) })
    }

    /// The texts of a literal, in which no key may come twice.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(Dictionary(uniqueKeysWithValues: elements))
    }

    /// Texts whose keys are different, in any order.
    init(sorting members: [Member]) {
        self.members = members
        if !zip(members, members.dropFirst()).allSatisfy({ $0.key.precedesInUTF8($1.key) }) {
            self.members.sort { $0.key.precedesInUTF8($1.key) }
        }
    }

    /// Whether there is none.
    public var isEmpty: Bool { members.isEmpty }

    /// The text of a key; nil where there is none, and to remove it.
    public subscript(key: String) -> String? {
        get { members.first { $0.key == key }?.value }
        set {
            let place = members.firstIndex { !$0.key.precedesInUTF8(key) } ?? members.endIndex
            let isThere = place < members.endIndex && members[place].key == key
            switch (isThere, newValue) {
            case (true, let value?): members[place].value = value
            case (true, nil): members.remove(at: place)
            case (false, let value?): members.insert(Member(key: key, value: value), at: place)
            case (false, nil): break
            }
        }
    }
}
