/// A path from an archive that can only lead inside the directory that it is extracted to.
struct ArchivePath: Hashable {
    /// Components, none of them empty, `.` or `..`.
    let components: [String]

    /// The path, without `./` and trailing slash.
    var text: String { components.joined(separator: "/") }

    /// Checks a path: relative, no `..`, no control characters, at most `limit` bytes.
    init?(_ text: String, limit: Int) {
        guard text.utf8.count <= limit, text.utf8.first != UInt8(ascii: "/"),
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
        else { return nil }
        var components: [String] = []
        for component in text.split(separator: "/", omittingEmptySubsequences: true) where component != "." {
            guard component != "..", component.utf8.count <= 255 else { return nil }
            components.append(String(component))
        }
        self.components = components
    }
}
