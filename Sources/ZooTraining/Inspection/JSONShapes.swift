import CKernels
import Glibc

/// Which keys of JSON Lines hold arrays, and which hold what no column can take: objects, or arrays of arrays.
struct JSONShapes {
    private(set) var lists: Set<String> = []
    private(set) var nested: Set<String> = []

    /// The shapes of nothing.
    init() {}

    /// The shapes in lines of JSON; what is wrong with a line is for the reader to say.
    init(_ bytes: [UInt8]) {
        let text = ScanBuffer<UInt8>(capacity: bytes.count + 1)
        bytes.withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { text.append(from: base, count: buffer.count) }
        }
        text.append(UInt8(ascii: "\n"))
        let scratch = ScanBuffer<UInt8>(capacity: 2 * text.count)
        var position = 0
        while position < text.count, let newline = memchr(text.base + position, 10, text.count - position) {
            let start = UnsafePointer(text.base + position)
            let end = UnsafePointer(newline.assumingMemoryBound(to: UInt8.self))
            scratch.count = 0
            // Text that is no UTF-8 is not for the scanner.
            if zoo_text_prefix(start, end - start) == end - start {
                var scanner = JSONScanner(start, end: end, scratch: scratch)
                readObject(&scanner, scratch)
            }
            position += end - start + 1
        }
    }

    private mutating func readObject(_ scanner: inout JSONScanner, _ scratch: ScanBuffer<UInt8>) {
        guard scanner.skip(UInt8(ascii: "{")), !scanner.skip(UInt8(ascii: "}")) else { return }
        repeat {
            guard scanner.readKey() else { return }
            let key = UnsafeBufferPointer(start: scanner.start, count: scanner.length)
            switch scanner.readValue() {
            case nil: return
            case .object: nested.insert(String(decoding: key, as: UTF8.self))
            case .array:
                let isFlat = Self.isFlat(JSONScanner(scanner.start, end: scanner.next, scratch: scratch))
                let name = String(decoding: key, as: UTF8.self)
                if isFlat { lists.insert(name) } else { nested.insert(name) }
            case .string, .number, .boolean, .null: break
            }
        } while scanner.skip(UInt8(ascii: ","))
    }

    /// Whether a sound array holds scalars alone.
    private static func isFlat(_ array: JSONScanner) -> Bool {
        var scanner = array
        guard scanner.skip(UInt8(ascii: "[")), !scanner.skip(UInt8(ascii: "]")) else { return true }
        repeat {
            switch scanner.readValue() {
            case .array, .object, nil: return false
            case .string, .number, .boolean, .null: break
            }
        } while scanner.skip(UInt8(ascii: ","))
        return true
    }
}
