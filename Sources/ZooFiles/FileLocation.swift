/// A path cut in two: the directory, and the name in it.
package struct FileLocation: Equatable, Sendable {
    /// `.` where the path has no slash.
    package let directory: String
    /// The last component, without slashes after it; empty for `/` and the empty path.
    package let name: String

    package init(_ path: String) {
        var end = path.utf8[...]
        while end.count > 1, end.last == UInt8(ascii: "/") { end.removeLast() }
        let text = Substring(end)
        guard let slash = end.lastIndex(of: UInt8(ascii: "/")) else {
            directory = "."
            name = String(text)
            return
        }
        directory = slash == end.startIndex ? "/" : String(text[..<slash])
        name = String(text[text.utf8.index(after: slash)...])
    }
}
