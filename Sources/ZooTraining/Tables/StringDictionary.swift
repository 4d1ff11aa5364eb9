/// The distinct values of a column in order of first appearance: code → UTF-8 bytes.
public struct StringDictionary: @unchecked Sendable {
    /// Value `code` is `bytes[offsets[code] ..< offsets[code + 1]]`; `count + 1` entries.
    public let offsets: UnsafeBufferPointer<Int64>
    /// All values, one after the other.
    public let bytes: UnsafeRawBufferPointer
    private let owner: AnyObject

    package init(offsets: UnsafeBufferPointer<Int64>, bytes: UnsafeRawBufferPointer, owner: AnyObject) {
        self.offsets = offsets
        self.bytes = bytes
        self.owner = owner
    }

    /// The number of distinct values.
    public var count: Int { max(0, offsets.count - 1) }

    /// The UTF-8 bytes of the value with this code; valid as long as the table lives.
    public subscript(code: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[code])..<Int(offsets[code + 1])])
    }

    /// The value with this code as a string.
    public func string(_ code: Int) -> String { String(decoding: self[code], as: UTF8.self) }

    /// All values, in the order of their codes.
    public var strings: [String] { (0..<count).map(string) }
}
