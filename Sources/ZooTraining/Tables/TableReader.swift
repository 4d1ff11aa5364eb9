public import ZooModel

/// Reads data files into ``Table``s.
public struct TableReader: Sendable {
    /// The layout of the files' bytes.
    public var format: TableFormat
    /// The columns wanted, and as what.
    public var columns: [ColumnRequest]
    /// How many unreadable rows may be skipped before reading fails.
    public var maxBadRows = 0
    /// How many threads parse; the result does not depend on it.
    public var threads = 2
    /// The directory of cached tables; `nil` reads into memory only.
    public var cacheDirectory: String?

    /// Creates a reader.
    public init(format: TableFormat, columns: [ColumnRequest]) {
        self.format = format
        self.columns = columns
    }

    /// Reads a file, plain or compressed, or maps it from the cache.
    ///
    /// - Throws: ``ZooTrainingError`` naming file, line and column.
    public func read(path: String) throws -> Table {
        throw ZooTrainingError(.internal, "\(path): the table reader has not landed yet")
    }

    /// Reads a table that is in memory; `name` stands for the file in messages.
    ///
    /// - Throws: ``ZooTrainingError`` naming line and column.
    public func read(bytes: [UInt8], name: String) throws -> Table {
        throw ZooTrainingError(.internal, "\(name): the table reader has not landed yet")
    }

    /// Reads what a file descriptor gives, such as standard input, to its end, plain or compressed; never cached.
    ///
    /// - Throws: ``ZooTrainingError`` naming line and column.
    public func read(descriptor: Int32, name: String) throws -> Table {
        throw ZooTrainingError(.internal, "\(name): the table reader has not landed yet")
    }
}
