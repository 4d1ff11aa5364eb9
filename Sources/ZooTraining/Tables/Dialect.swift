import CKernels
import Glibc
import ZooModel

/// A table's format as the scanner wants them, checked.
final class Dialect: @unchecked Sendable {
    /// For the C functions.
    let value: zoo_dialect
    /// Values that mean "missing", beside the empty one.
    let markers: [[UInt8]]
    /// Markers that are numbers, too, such as `-999`: no parse fails on them.
    let numericMarkers: [[UInt8]]
    private let separator: UnsafeMutableBufferPointer<UInt8>

    init(_ format: TableFormat) throws {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let given = Array(format.separator.utf8)
        let core = given.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        let bytes = core.isEmpty ? given : Array(core)
        if format.syntax == .separated {
            guard !bytes.isEmpty else {
                throw ZooTrainingError(.usage, "the separator is empty; name one, such as ','")
            }
            guard !bytes.contains(UInt8(ascii: "\n")), !bytes.contains(UInt8(ascii: "\r")) else {
                throw ZooTrainingError(.usage, "the separator holds a newline, which ends a row")
            }
        }
        var quote: Int32 = -1
        if format.syntax == .separated, let character = format.quote {
            guard let byte = character.asciiValue, byte >= 32, !bytes.contains(byte), byte != UInt8(ascii: " ") else {
                throw ZooTrainingError(
                    .usage,
                    "'\(character)' cannot be the quote character: it must be printable ASCII outside the separator"
                )
            }
            quote = Int32(byte)
        }
        separator = .allocate(capacity: max(1, bytes.count))
        _ = separator.initialize(from: bytes)
        value = zoo_dialect(
            separator: separator.baseAddress,
            separator_length: bytes.count,
            quote: quote,
            trims: format.trimsSpaces || bytes.count != given.count ? 1 : 0
        )
        markers = format.missingMarkers.map { Array($0.utf8) }.filter { !$0.isEmpty }
        numericMarkers = markers.filter { Float(String(decoding: $0, as: UTF8.self))?.isFinite == true }
    }

    deinit { separator.deallocate() }

    /// Whether a cell means "missing".
    func isMissing(_ cell: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        length == 0 || Self.contains(markers, cell, length)
    }

    /// Whether one of a few words equals a cell.
    static func contains(_ words: [[UInt8]], _ cell: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        words.contains { $0.count == length && memcmp($0, cell, length) == 0 }
    }
}
