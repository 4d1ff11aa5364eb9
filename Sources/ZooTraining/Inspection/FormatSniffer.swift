import ZooModel

/// Guesses how a table's bytes are laid out from its first lines.
enum FormatSniffer {
    private static let separators = ["::", "\t", ", ", ",", ";", "|"]
    private static let sampleRecords = 200

    /// The likely format of a file that begins with `bytes`, cut after a line.
    static func sniff(_ bytes: ArraySlice<UInt8>) -> TableFormat {
        var bytes = bytes
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
        let encoding: TableFormat.Encoding = String(validating: bytes, as: UTF8.self) == nil ? .latin1 : .utf8
        if bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            return .jsonLines
        }
        var best: (format: TableFormat, fields: Int, share: Double) = (.csv, 1, 0.9)
        for separator in separators {
            for quote in [Character("\""), nil] {
                let format = TableFormat(separator: separator, quote: quote, encoding: encoding)
                let counts = records(of: bytes, format).map(\.count)
                let usual = counts.max { left, right in
                    (counts.count { $0 == left }, left) < (counts.count { $0 == right }, right)
                }
                guard let usual, usual > 1 else { continue }
                let share = Double(counts.count { $0 == usual }) / Double(counts.count)
                // An earlier separator wins ties: `, ` is a special case of `,`. Quotes are usual: without them a separator
                // must fit clearly better, not just cut quoted text into more fields.
                let cutsQuotes = quote == nil && best.format.separator == separator && best.fields > 1
                let isAsGood = share >= best.share - 0.02 && usual > best.fields
                if share > best.share + 0.02 || isAsGood && !cutsQuotes {
                    best = (format, usual, max(share, 0.9))
                }
            }
        }
        var format = best.fields > 1 ? best.format : oneColumn(bytes, encoding)
        let records = records(of: bytes, format)
        if !hasHeader(records) {
            format.hasHeader = false
            format.names = (0..<max(1, best.fields)).map { "column_\($0 + 1)" }
        }
        return format
    }

    /// A format that takes each line as a whole.
    private static func oneColumn(_ bytes: ArraySlice<UInt8>, _ encoding: TableFormat.Encoding) -> TableFormat {
        let separator = [",", "\t", "|", ";"].first { !bytes.contains($0.utf8.first ?? 0) } ?? "\u{1f}"
        let quote: Character? = bytes.contains(UInt8(ascii: "\"")) ? nil : "\""
        return TableFormat(separator: separator, quote: quote, encoding: encoding)
    }

    /// Whether the first record names columns rather than being a row: names are words, and either a column turns to
    /// numbers below its name, or each name is there once and never comes up as a value.
    ///
    /// A column without a name, such as the index that pandas writes, does not make a row of a header.
    private static func hasHeader(_ records: [[String]]) -> Bool {
        guard let first = records.first, records.count > 1 else { return false }
        guard first.contains(where: { !$0.isEmpty }), first.allSatisfy({ $0.isEmpty || isName($0) }) else {
            return false
        }
        let rows = records.dropFirst()
        let columns = first.indices.map { index in rows.compactMap { $0.indices.contains(index) ? $0[index] : nil } }
        let turnsToNumbers = zip(first, columns).contains { name, values in
            !name.isEmpty && !values.isEmpty && values.allSatisfy { Double(decimal: $0) != nil }
        }
        if turnsToNumbers { return true }
        return Set(first).count == first.count && zip(first, columns).allSatisfy { !$0.isEmpty && !$1.contains($0) }
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.first, first.isLetter || first == "_" else { return false }
        return text.count <= 40 && !text.contains("\"") && text.count(where: { $0 == " " }) <= 3
    }

    /// The fields of the first records, quotes taken off.
    private static func records(of bytes: ArraySlice<UInt8>, _ format: TableFormat) -> [[String]] {
        let separator = Array(format.separator.utf8)
        let quote = format.quote?.asciiValue
        var records: [[String]] = []
        var record: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var index = bytes.startIndex
        func end() {
            record.append(String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
        }
        while index < bytes.endIndex, records.count < sampleRecords {
            let byte = bytes[index]
            if let quote, byte == quote, isQuoted || field.isEmpty {
                if isQuoted, index + 1 < bytes.endIndex, bytes[index + 1] == quote {
                    field.append(byte)
                    index += 1
                } else {
                    isQuoted.toggle()
                }
            } else if !isQuoted, byte == 0x0a {
                end()
                if record != [""] { records.append(record) }
                record.removeAll()
            } else if !isQuoted, bytes[index...].starts(with: separator) {
                end()
                index += separator.count - 1
            } else if byte != 0x0d || isQuoted {
                field.append(byte)
            }
            index += 1
        }
        return records
    }
}
