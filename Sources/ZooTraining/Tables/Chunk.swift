import CKernels

/// Some whole records of a source, and where their fields end if that is known.
final class Chunk {
    /// Text starts here in `bytes`, so that there is a position before the first.
    static let start = 64

    /// Which of the source's chunks this is, from 0.
    var index = 0
    /// The text, from ``start`` to ``end``; its last byte is a newline.
    let bytes = ScanBuffer<UInt8>()
    /// The end of the last record.
    var end = Chunk.start
    /// The terminators of all fields after one that stands for the start; empty if the chunk was not scanned.
    let terminators = ScanBuffer<UInt32>()
    /// What the scan found.
    var scan: zoo_scan_result?

    /// The number of bytes of text.
    var count: Int { end - Chunk.start }

    /// How many newlines the text has, in quotes or not.
    var newlines: Int {
        if let scan, scan.has_quotes == 0 { return scan.newlines }
        return zoo_count_newlines(bytes.base + Chunk.start, count)
    }

    /// Finds all fields, if that was not done.
    func scanFields(_ dialect: Dialect) -> zoo_scan_result {
        if let scan { return scan }
        let found = scanFields(dialect, upTo: end)
        scan = found
        return found
    }

    /// Finds the fields in the text up to a position.
    func scanFields(_ dialect: Dialect, upTo limit: Int) -> zoo_scan_result {
        terminators.reserve(limit - Chunk.start + 16)
        terminators.base[0] = UInt32(Chunk.start - 1)
        return withUnsafePointer(to: dialect.value) {
            zoo_scan_fields(bytes.base, Chunk.start, limit, $0, terminators.base + 1)
        }
    }
}
