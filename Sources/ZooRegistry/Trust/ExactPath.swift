/// A path in a directory, told from others by its bytes, as the file system does.
///
/// `String` takes two spellings of one letter (é, and e with an accent) for the same, and so an unsigned file for the
/// signed one beside it.
package struct ExactPath: Hashable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
