/// How much of an archive from a stranger is believed.
public struct ArchiveLimits: Sendable {
    /// Longest path in bytes.
    public static let pathLength = 1024

    /// Most entries.
    public var entries: Int
    /// Most bytes in all files together, against what the manifest promises.
    public var bytes: Int
    /// Most times that the content may be larger than the archive…
    public var ratio: Int
    /// …once the content is past this many bytes.
    public var ratioFreeBytes: Int

    /// Limits for the layer of a model by default; give `bytes` where the manifest says more.
    public init(entries: Int = 10_000, bytes: Int = 64 << 30, ratio: Int = 1_000, ratioFreeBytes: Int = 16 << 20) {
        self.entries = entries
        self.bytes = bytes
        self.ratio = ratio
        self.ratioFreeBytes = ratioFreeBytes
    }
}
