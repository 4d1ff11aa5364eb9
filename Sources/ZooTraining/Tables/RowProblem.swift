/// Why a row cannot be read.
enum RowProblem {
    case fieldCount(expected: Int, found: Int)
    case notANumber(column: String, text: String)
    case notFinite(column: String, text: String)
    case notATimestamp(column: String, text: String, example: String)
    case strayQuote
    case invalidText(byte: UInt8)
    case invalidJSON(String)
    case wrongJSONType(column: String, found: String)

    /// What is wrong, what was expected and what to do, without the place.
    var message: String {
        switch self {
        case .fieldCount(let expected, let found):
            "expected \(expected) fields, found \(found); check the separator and the quotes"
        case .strayQuote:
            "a quoted field opens here, holds line breaks, and has text behind its closing quote; "
                + "close or double the quote, or set 'quote: none' in the schema"
        case .notANumber(let column, let text) where text == column:
            "column '\(column)': expected a number, found the column's own name; "
                + "this line looks like a header: drop 'names' from the schema's source"
        case .notANumber(let column, let text):
            "column '\(column)': expected a number, found '\(text)'; correct it, or list it under 'missing' in the schema"
        case .notFinite(let column, let text):
            "column '\(column)': expected a finite number, found '\(text)'; "
                + "correct it, or list it under 'missing' in the schema"
        case .notATimestamp(let column, let text, let example):
            "column '\(column)': expected a time such as '\(example)', found '\(text)'; correct it, or the schema's format"
        case .invalidText(byte: 0):
            "expected text, found a byte of value 0; the file is damaged, or in UTF-16: convert it to UTF-8"
        case .invalidText:
            "expected UTF-8 text, found other bytes; convert the file, or set 'encoding: latin-1' in the schema"
        case .invalidJSON(let detail):
            "expected one JSON object on this line: \(detail)"
        case .wrongJSONType(let column, found: "an array"):
            "column '\(column)': expected a string, a number or a boolean, found an array; "
                + "a bag or a sequence of the schema takes arrays"
        case .wrongJSONType(let column, let found):
            "column '\(column)': expected a string, a number or a boolean, found \(found)"
        }
    }
}

/// A row that cannot be read, and where it starts in its chunk.
struct BadRow {
    var offset: Int
    var problem: RowProblem

    /// A cell for a message: its start, with what would upset a terminal taken out.
    static func excerpt(_ cell: UnsafePointer<UInt8>, _ length: Int) -> String {
        let shown = UnsafeBufferPointer(start: cell, count: min(length, 40))
        let text = String(decoding: shown, as: UTF8.self).unicodeScalars.map { $0.value < 32 ? " " : Character($0) }
        return String(text) + (length > 40 ? "…" : "")
    }
}
