import ZooFiles

/// Builds the rows of a CSV file and writes them out in large pieces; the file appears when it is finished.
struct RowBuffer: ~Copyable {
    private var bytes: [UInt8] = []
    private var file: AtomicFile

    /// Starts a file with a header line.
    init(_ path: String, header: [String]) throws {
        file = try AtomicFile(path)
        bytes.reserveCapacity(1 << 20)
        bytes.append(contentsOf: header.joined(separator: ",").utf8)
    }

    /// Starts a row.
    mutating func startRow() throws {
        bytes.append(0x0a)
        if bytes.count > 1 << 20 {
            try file.write(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
    }

    /// Starts another field of the row.
    mutating func comma() {
        bytes.append(0x2c)
    }

    /// Appends text as it is.
    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends bytes as they are.
    mutating func append(_ text: ArraySlice<UInt8>) {
        bytes.append(contentsOf: text)
    }

    /// Appends a whole number of at least `width` digits, not below 0.
    mutating func append(_ number: Int, width: Int = 1) {
        var divisor = 1
        var digits = 1
        while digits < width || number / divisor >= 10 {
            divisor *= 10
            digits += 1
        }
        while divisor > 0 {
            bytes.append(0x30 + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    /// Appends a number from 0 up with 6 decimals, rounded.
    mutating func append(decimal number: Double) {
        let millionths = Int((number * 1e6).rounded())
        append(millionths / 1_000_000)
        bytes.append(0x2e)
        append(millionths % 1_000_000, width: 6)
    }

    /// Writes the rest and makes the file visible.
    mutating func finish() throws {
        bytes.append(0x0a)
        try file.write(bytes)
        bytes.removeAll()
        try file.commit()
    }
}
