import Foundation

/// A directory of a test's own, removed with it.
public final class TemporaryDirectory: Sendable {
    /// The directory.
    public let root: String

    /// Makes a new directory.
    public init() {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-test-\(UUID().uuidString)").path
        try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    /// A path in the directory.
    public func path(_ name: String) -> String { "\(root)/\(name)" }

    /// Writes bytes to a file, in directories that are made if need be, and gives its path.
    @discardableResult
    public func write(_ bytes: [UInt8], to name: String) throws -> String {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return path(name)
    }

    /// Writes text to a file and gives its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// The bytes of a file.
    public func read(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// The names in a directory inside this one, sorted.
    public func names(in name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
    }
}
