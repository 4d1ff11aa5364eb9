import CKernels
import Dispatch
import Synchronization
import ZooModel

/// Parses a source's chunks on several threads into blocks of columns, the same whatever the threads and chunks.
final class TableBuilder: @unchecked Sendable {
    let name: String
    let requests: [ColumnRequest]
    /// The rows read.
    private(set) var rowCount = 0
    /// The rows skipped.
    private(set) var badRowCount = 0
    /// The first of them, as messages.
    private(set) var badRowExamples: [String] = []
    /// The lines of the rows.
    private(set) var lines = LineRuns()
    /// The values of each column that has a dictionary.
    let dictionaries: [OpaquePointer?]
    /// Keys of JSON objects, in order of first appearance.
    let keys = KeyDictionary(wanted: [:])
    /// The encoded rows.
    let blocks: BlockStore

    private let reader: RecordReader
    private let dialect: Dialect
    private let maxBadRows: Int
    private let makeParser: () -> any RowParser
    private let turnstile = Turnstile()
    private let readerLock = Mutex(())
    private var nextLine: Int

    init(
        name: String,
        reader: RecordReader,
        dialect: Dialect,
        requests: [ColumnRequest],
        maxBadRows: Int,
        blocks: BlockStore,
        makeParser: @escaping () -> any RowParser
    ) {
        self.name = name
        self.reader = reader
        self.dialect = dialect
        self.requests = requests
        self.maxBadRows = maxBadRows
        self.blocks = blocks
        self.makeParser = makeParser
        nextLine = reader.firstLine
        dictionaries = requests.map { $0.hasDictionary ? zoo_dictionary_create() : nil }
    }

    deinit {
        for dictionary in dictionaries.compactMap(\.self) { zoo_dictionary_destroy(dictionary) }
    }

    /// Reads the source to its end.
    func run(threads: Int) throws {
        if threads <= 1 {
            work()
        } else {
            DispatchQueue.concurrentPerform(iterations: threads) { _ in work() }
        }
        try turnstile.check()
    }

    private func work() {
        let parser = makeParser()
        let chunk = Chunk()
        while true {
            do {
                guard try readerLock.withLock({ _ in try reader.next(chunk) }) else { return }
            } catch {
                _ = turnstile.pass(chunk.index) {
                    throw (error as? EndlessRecord)?.error(name, line: nextLine) ?? error
                }
                return
            }
            let parsed = parser.parse(chunk)
            var firstRow = 0
            let isGood = turnstile.pass(chunk.index) {
                firstRow = rowCount
                try merge(chunk, parsed, parser)
            }
            guard isGood else { return }
            do {
                try blocks.store(parser.encoders, rows: firstRow..<firstRow + parsed.rowCount, index: chunk.index)
            } catch {
                return turnstile.stop(error)
            }
        }
    }

    /// Takes over what has to be in order.
    private func merge(_ chunk: Chunk, _ parsed: ParsedRows, _ parser: any RowParser) throws {
        for bad in parsed.badRows { try skip(bad, chunk) }
        for (encoder, dictionary) in zip(parser.encoders, dictionaries) {
            if let dictionary { encoder.merge(into: dictionary) }
        }
        parser.keys?.merge(into: keys)
        lines.append(parsed.lines, startLine: nextLine)
        rowCount += parsed.rowCount
        nextLine += chunk.newlines
    }

    private func skip(_ bad: BadRow, _ chunk: Chunk) throws {
        badRowCount += 1
        let isTooMany = badRowCount > maxBadRows
        guard isTooMany || badRowExamples.count < 5 else { return }
        let line = nextLine + zoo_count_newlines(chunk.bytes.base + Chunk.start, bad.offset - Chunk.start)
        let message = "\(name):\(line): \(bad.problem.message)"
        badRowExamples.append(message)
        guard isTooMany else { return }
        let advice = maxBadRows == 0 ? "" : " (and \(badRowCount - 1) bad rows before it, more than allowed)"
        throw ZooTrainingError(.badData, message + advice)
    }
}

extension ColumnRequest {
    /// Whether the column's values are numbered.
    var hasDictionary: Bool {
        switch kind {
        case .categorical, .bag, .sequence: true
        case .numeric, .text, .timestamp: false
        }
    }
}
