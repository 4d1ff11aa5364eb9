import CKernels

/// Keys of objects, numbered as they come, and the wanted column of each.
final class KeyDictionary {
    private let table: OpaquePointer
    private var columns: [Int] = []
    private var mergedCount = 0
    private let wanted: [String: Int]

    init(wanted: [String: Int]) {
        self.wanted = wanted
        table = zoo_dictionary_create()
    }

    deinit { zoo_dictionary_destroy(table) }

    /// The wanted column that a key names; the key must be readable for 32 bytes.
    func column(_ key: UnsafePointer<UInt8>, _ length: Int) -> Int? {
        let code = insert(key, length)
        if code == columns.count {
            let text = String(decoding: UnsafeBufferPointer(start: key, count: length), as: UTF8.self)
            columns.append(wanted[text] ?? -1)
        }
        return columns[code] < 0 ? nil : columns[code]
    }

    private func insert(_ key: UnsafePointer<UInt8>, _ length: Int) -> Int {
        var cell: UnsafePointer<UInt8>? = key
        var size = UInt32(length)
        var code: Int32 = 0
        zoo_dictionary_encode(table, &cell, &size, 1, &code)
        return Int(code)
    }

    /// Adds the keys that are new since the last time to another dictionary.
    func merge(into other: KeyDictionary) {
        guard let offsets = zoo_dictionary_offsets(table), let bytes = zoo_dictionary_bytes(table) else { return }
        for code in mergedCount..<zoo_dictionary_count(table) {
            _ = other.insert(bytes + Int(offsets[code]), Int(offsets[code + 1] - offsets[code]))
        }
        mergedCount = zoo_dictionary_count(table)
    }

    /// All keys met, in order.
    var names: [String] {
        guard let offsets = zoo_dictionary_offsets(table), let bytes = zoo_dictionary_bytes(table) else { return [] }
        return (0..<zoo_dictionary_count(table)).map {
            let length = Int(offsets[$0 + 1] - offsets[$0])
            return String(decoding: UnsafeBufferPointer(start: bytes + Int(offsets[$0]), count: length), as: UTF8.self)
        }
    }
}
