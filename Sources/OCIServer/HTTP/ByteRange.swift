/// Parts of content that requests name.
enum ByteRange {
    /// What a `Range` header means for content of a size (RFC 9110, 14.2).
    enum Request: Equatable {
        /// No range, or one that may be passed over: another unit, several parts.
        case whole
        /// These bytes.
        case part(Range<Int>)
        /// Nothing of it is there: 416.
        case unsatisfiable
    }

    /// Reads a `Range` header.
    static func requested(_ header: String?, size: Int) -> Request {
        guard let header, header.hasPrefix("bytes=") else { return .whole }
        let text = header.dropFirst("bytes=".count)
        guard !text.contains(","), let dash = text.firstIndex(of: "-") else { return .whole }
        let (first, last) = (text[..<dash], text[text.index(after: dash)...])
        if first.isEmpty {
            guard let count = number(last) else { return .whole }
            return count == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - count)..<size)
        }
        guard let start = number(first) else { return .whole }
        guard !last.isEmpty else { return start < size ? .part(start..<size) : .unsatisfiable }
        guard let end = number(last) else { return .whole }
        return start <= end && start < size ? .part(start..<min(size, end == .max ? size : end + 1)) : .unsatisfiable
    }

    /// Reads the `Content-Range` of a chunk, `<first>-<last>`; nil if it is malformed.
    static func chunk(_ header: String) -> Range<Int>? {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = number(parts[0]), let last = number(parts[1]), first <= last, last < .max
        else { return nil }
        return first..<last + 1
    }

    /// A decimal number of digits only; more than 64 bits hold count as the largest.
    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
            return nil
        }
        return Int(text) ?? .max
    }
}
