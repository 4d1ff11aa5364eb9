import OCI

/// A file that the program brings along; its address has its digest, so that browsers may keep it for ever.
struct Asset: Sendable {
    let name: String
    let type: String
    let bytes: [UInt8]
    let digest: String

    init(_ name: String, type: String, _ text: String) {
        self.name = name
        self.type = type
        bytes = Array(text.utf8)
        digest = String(Digest.of(bytes).hex.prefix(16))
    }

    /// The path with the digest.
    var link: String { "/assets/\(name)?v=\(digest)" }

    static let style = Asset("zoo.css", type: "text/css; charset=utf-8", StyleSheet.text)
    static let script = Asset("zoo.js", type: "text/javascript; charset=utf-8", Script.text)
    static let icon = Asset("zoo.svg", type: "image/svg+xml", Icon.text)
    static let all = [style, script, icon]
}
