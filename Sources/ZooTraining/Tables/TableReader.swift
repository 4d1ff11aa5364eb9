import Glibc
public import ZooModel

/// Reads data files into ``Table``s.
public struct TableReader: Sendable {
    /// The layout of the files' bytes.
    public var format: TableFormat
    /// The columns wanted, and as what.
    public var columns: [ColumnRequest]
    /// How many unreadable rows may be skipped before reading fails.
    public var maxBadRows = 0
    /// Whether a table may have no rows at all: of a file with a header and nothing below it, or without either.
    public var allowsNoRows = false
    /// Whether the bytes are but the first of a file, cut anywhere.
    package var isSample = false
    /// How many threads parse; the result does not depend on it.
    public var threads = 2
    /// The directory of cached tables; `nil` reads into memory only.
    public var cacheDirectory: String?
    /// About how many bytes a thread parses at once; the result does not depend on it.
    public var chunkBytes = 512 << 10
    /// Encoded rows past this many bytes wait for their table in a temporary file.
    package var memoryLimit = 256 << 20

    /// Creates a reader.
    public init(format: TableFormat, columns: [ColumnRequest]) {
        self.format = format
        self.columns = columns
    }

    /// `$ZOO_CACHE`, or else `cache` in `$ZOO_HOME`, which is `~/.zoo` by default.
    public static var defaultCacheDirectory: String {
        func variable(_ name: String) -> String? {
            guard let value = getenv(name), value.pointee != 0 else { return nil }
            return String(cString: value)
        }
        return variable("ZOO_CACHE") ?? (variable("ZOO_HOME") ?? (variable("HOME") ?? "") + "/.zoo") + "/cache"
    }

    /// Reads a file, plain or compressed, or maps it from the cache.
    ///
    /// - Throws: ``ZooTrainingError`` naming file, line and column.
    public func read(path: String) throws -> Table {
        var reader = self
        reader.format = format.resolved(forPath: path)
        return try reader.readFile(path)
    }

    private func readFile(_ path: String) throws -> Table {
        let identity = try SourceIdentity(path: path)
        let cache = cacheDirectory.map(TableCache.init)
        let key = TableCache.key(format, uniqueColumns, maxBadRows: maxBadRows)
        var digest = cache?.knownDigest(path: path, identity)
        if let cache, digest == nil, cache.mayHold(key: key) {
            digest = try ZooTrainingError.wrapping(path) { try StreamDigest.ofFile(path) }
        }
        if let cache, let digest,
            let table = cache.open(key: key, digest: digest, requests: uniqueColumns, source: path)
        {
            cache.note(digest, path: path, identity)
            return table
        }
        // Without a cache nothing is looked up by the digest: whoever wants it later has it computed then.
        let hasher = digest == nil && cache != nil ? StreamDigest() : nil
        var source = try FileSource(path: path, digest: hasher)
        if source.isCompressed, hasher != nil {
            digest = try ZooTrainingError.wrapping(path) { try StreamDigest.ofFile(path) }
            source = try FileSource(path: path, digest: nil)
        }
        return try build(source, name: path, cache: cache, key: key) {
            guard try SourceIdentity(path: path) == identity else {
                throw ZooTrainingError(.io, "\(path): the file changed while it was read; read it again")
            }
            let found = digest ?? hasher?.finish()
            if let found { cache?.note(found, path: path, identity) }
            return TableOrigin(digest: found, late: LateDigest(path: path, identity), size: identity.size)
        }
    }

    /// Reads a table that is in memory; `name` stands for the file in messages.
    ///
    /// - Throws: ``ZooTrainingError`` naming line and column.
    public func read(bytes: [UInt8], name: String) throws -> Table {
        try build(MemorySource(bytes), name: name, cache: nil, key: "") {
            let digest = StreamDigest()
            bytes.withUnsafeBytes { digest.update($0) }
            return TableOrigin(digest: digest.finish(), size: bytes.count)
        }
    }

    /// Reads what standard input gives to its end, plain or compressed; never cached.
    ///
    /// - Throws: ``ZooTrainingError`` naming line and column.
    public func readStandardInput() throws -> Table {
        let digest = StreamDigest()
        let source = try FileSource(path: "/dev/stdin", digest: digest)
        return try build(source, name: "standard input", cache: nil, key: "") {
            TableOrigin(digest: source.isCompressed ? nil : digest.finish(), size: 0)
        }
    }

    /// The columns wanted, each once.
    private var uniqueColumns: [ColumnRequest] {
        var seen: Set<ColumnRequest> = []
        return columns.filter { request in
            var key = request
            key.isRequired = true
            return seen.insert(key).inserted
        }
    }
}

extension String {
    /// The text without the blanks at its ends.
    fileprivate var trimmingBlanks: Substring {
        var text = self[...]
        while let first = text.first, " \t".contains(first) { text.removeFirst() }
        while let last = text.last, " \t".contains(last) { text.removeLast() }
        return text
    }
}

/// What is known of a source once it was read.
private struct TableOrigin {
    var digest: String?
    var late: LateDigest?
    var size: Int
}

extension TableReader {
    /// A request that the source can answer: the how many-th it is, and the source's column.
    private struct Wanted {
        var request: ColumnRequest
        var index: Int
        var column: Int
    }

    private func build(
        _ source: any ByteSource,
        name: String,
        cache: TableCache?,
        key: String,
        finish: () throws -> TableOrigin
    ) throws -> Table {
        let dialect = try Dialect(format)
        let reader = try RecordReader(
            source,
            name: name,
            format: format,
            dialect: dialect,
            chunkBytes: chunkBytes,
            isSample: isSample
        )
        let requests = try present(in: reader.names, name)
        let fields = reader.names.count
        let builder = TableBuilder(
            name: name,
            reader: reader,
            dialect: dialect,
            requests: requests.map(\.request),
            maxBadRows: maxBadRows,
            blocks: BlockStore(memoryLimit: memoryLimit, directory: temporaryDirectory)
        ) {
            let encoders = requests.map { ColumnEncoder($0.request, dialect: dialect) }
            if format.syntax == .jsonLines { return JSONLinesParser(encoders: encoders) }
            let columns = zip(requests, encoders).map { (column: $0.column, encoder: $1) }
            return SeparatedParser(fields: fields, columns: columns, dialect: dialect)
        }
        try builder.run(threads: threads)
        let names = format.syntax == .jsonLines ? builder.keys.names : reader.names
        try refuseEmpty(builder, names)
        let origin = try finish()
        let present = requests.map(\.index)
        let layout = TableLayout(
            builder,
            present: present,
            sourceColumns: names,
            digest: origin.digest,
            sourceSize: origin.size,
            key: key
        )
        let found = requests.map(\.request)
        if let table = try cache?.write(layout, from: builder, requests: found, threads: threads) { return table }
        let storage = try TableStorage.temporary(
            count: layout.payloadCount,
            memoryLimit: memoryLimit,
            directory: temporaryDirectory
        )
        try layout.fill(storage, at: 0, from: builder, threads: threads)
        let place = TableLayout.Place(storage: storage, payload: 0)
        return layout.makeTable(place, requests: found, source: name, isCached: false, late: origin.late)
    }

    /// The wanted columns that the source has, and where; an error for those it must have and lacks.
    private func present(in names: [String], _ name: String) throws -> [Wanted] {
        if format.syntax == .jsonLines {
            return uniqueColumns.enumerated().map { Wanted(request: $1, index: $0, column: 0) }
        }
        guard !names.isEmpty else {
            throw ZooTrainingError(.usage, "\(name): the format has no header and no names; list the columns' names")
        }
        return try uniqueColumns.enumerated().compactMap { index, request in
            if let column = names.firstIndex(of: request.column) {
                return Wanted(request: request, index: index, column: column)
            }
            guard !request.isRequired else { throw missing(request.column, names, name) }
            return nil
        }
    }

    private func missing(_ column: String, _ names: [String], _ name: String) -> ZooTrainingError {
        let known = Set(names)
        let padded = names.first { $0 != column && $0.trimmingBlanks == column }
        let hint =
            if let padded {
                "; '\(padded)' has blanks around it: set 'trim: true' in the schema's source"
            } else if format.syntax == .separated, names.count == 1 {
                "; its first line is one field, '\(names[0].prefix(80))': set 'format' or 'separator' in the schema's source"
            } else if format.syntax == .separated, columns.count > 1,
                !columns.contains(where: { known.contains($0.column) })
            {
                "; its first line is no header that the schema knows: \(names.prefix(12).joined(separator: ", ")); "
                    + "list the columns under 'names' in the schema's source if it has none"
            } else {
                Suggestion.clause(for: column, among: names)
            }
        return ZooTrainingError(.badData, "\(name): there is no column '\(column)'\(hint)")
    }

    private func refuseEmpty(_ builder: TableBuilder, _ names: [String]) throws {
        if allowsNoRows, builder.rowCount == 0, builder.badRowCount == 0 { return }
        guard builder.rowCount > 0 else {
            let hint = format.syntax == .jsonLines ? "; JSON Lines has one object a line" : ""
            let why =
                builder.badRowCount > 0
                ? "all \(builder.badRowCount) rows are bad, the first: \(builder.badRowExamples.first ?? "")\(hint)"
                : format.syntax == .separated && format.hasHeader
                    ? "the file has a header and no rows" : "the file is empty; expected at least one row"
            throw ZooTrainingError(.badData, "\(builder.name): \(why)")
        }
        guard format.syntax == .jsonLines else { return }
        let known = Set(names)
        for request in columns where request.isRequired && !known.contains(request.column) {
            throw missing(request.column, names, builder.name)
        }
    }

    private var temporaryDirectory: String {
        if let cacheDirectory, access(cacheDirectory, W_OK) == 0 { return cacheDirectory }
        return TableStorage.temporaryDirectory
    }
}
