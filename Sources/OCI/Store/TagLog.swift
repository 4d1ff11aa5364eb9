import Glibc
import ZooFiles
import ZooJSON

/// One change of a tag.
public struct TagEvent: Hashable, Sendable {
    /// When, in UTC: "2026-11-24T00:23:41.123Z", which sorts as text.
    public let time: String
    /// The tag: "name:tag".
    public let name: String
    /// What it points to since; nil if it was removed.
    public let digest: Digest?
    /// What it pointed to before; nil if it is new.
    public let previous: Digest?
}

/// `tags.log`: a line of JSON for each change of a tag, only ever appended to.
///
/// A line is written after its change is in force. If a process dies between the two, or another program changes the
/// index, the next change by zoo finds the difference and writes the missing lines, with its own time. A torn last
/// line is passed over.
struct TagLog {
    static let name = "tags.log"
    private static let byteLimit = 1 << 30

    let store: LayoutStore

    /// Writes what changed between two indexes, or since the log's end if `old` is nil; called under the index's lock.
    func record(from old: ImageIndex?, generation oldGeneration: Int, to new: ImageIndex, generation: Int) throws {
        let before: TagTable
        if let old, try lastGeneration() == oldGeneration {
            before = TagTable(old)
        } else {
            before = TagTable(try latest())
        }
        let time = Self.now()
        var writer = JSONWriter()
        before.forEachChange(to: TagTable(new)) { name, old, new in
            var members: [String: JSONValue] = [
                "generation": .number(String(generation)), "name": .string(name), "time": .string(time),
            ]
            members["digest"] = new.map { .string($0.description) }
            members["previous"] = old.map { .string($0.description) }
            writer.write(.object(members))
            writer.raw("\n")
        }
        if writer.bytes.isEmpty {
            writer.write(.object(["generation": .number(String(generation)), "time": .string(time)]))
            writer.raw("\n")
        }
        try append(writer.bytes)
    }

    /// Every change, oldest first.
    func events() throws -> [TagEvent] {
        guard let bytes = try store.root.openIfPresent(Self.name)?.readAll(limit: Self.byteLimit) else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { Self.event(Array($0)) }
    }

    /// The changes in a part of the log that begins at a line, oldest first.
    ///
    /// - Parameter maxBytes: no more of the log is read.
    /// - Returns: the changes, and where the line after them begins; a torn last line is not among them.
    func events(from start: Int, maxBytes: Int) throws -> (events: [TagEvent], end: Int) {
        guard let file = try store.root.openIfPresent(Self.name) else { return ([], start) }
        let count = min(try file.status().size - start, maxBytes)
        guard count > 0 else { return ([], start) }
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBytes { try file.read(at: start, into: $0) }
        guard let last = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
            // No line is as long as that: what is here is no log.
            return ([], count == maxBytes ? start + count : start)
        }
        let events = bytes[...last].split(separator: UInt8(ascii: "\n")).compactMap { Self.event(Array($0)) }
        return (events, start + last + 1)
    }

    private func append(_ lines: [UInt8]) throws {
        let file = try store.root.open(Self.name, flags: O_RDWR | O_CREAT | O_APPEND)
        let size = try file.status().size
        var last: UInt8 = UInt8(ascii: "\n")
        if size > 0 { _ = pread(file.descriptor, &last, 1, off_t(size - 1)) }
        // A torn line is closed first, so that it spoils no other.
        try file.write(last == UInt8(ascii: "\n") ? lines : [UInt8(ascii: "\n")] + lines)
        try file.sync()
    }

    private func lastGeneration() throws -> Int {
        guard let file = try store.root.openIfPresent(Self.name) else { return 0 }
        let size = try file.status().size
        let window = 8192
        let start = max(0, size - window)
        let tail = [UInt8](unsafeUninitializedCapacity: window) { buffer, count in
            count = max(0, pread(file.descriptor, buffer.baseAddress, window, off_t(start)))
        }
        guard let line = tail.split(separator: UInt8(ascii: "\n")).last,
            let value = try? JSONValue(parsing: Array(line)), case .number(let text)? = value[key: "generation"]
        else { return -1 }
        return Int(text) ?? -1
    }

    private func latest() throws -> [String: Digest] {
        var tags: [String: Digest] = [:]
        for event in try events() { tags[event.name] = event.digest }
        return tags
    }

    private static func event(_ line: [UInt8]) -> TagEvent? {
        func digest(_ value: JSONValue?) -> Digest? {
            guard case .string(let text)? = value else { return nil }
            return try? Digest(text)
        }
        guard let value = try? JSONValue(parsing: line), case .string(let time)? = value[key: "time"],
            case .string(let name)? = value[key: "name"]
        else { return nil }
        return TagEvent(
            time: time,
            name: name,
            digest: digest(value[key: "digest"]),
            previous: digest(value[key: "previous"])
        )
    }

    private static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        func pad(_ value: Int, _ width: Int = 2) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let day = "\(pad(Int(parts.tm_year) + 1900, 4))-\(pad(Int(parts.tm_mon) + 1))-\(pad(Int(parts.tm_mday)))"
        let clock = "\(pad(Int(parts.tm_hour))):\(pad(Int(parts.tm_min))):\(pad(Int(parts.tm_sec)))"
        return "\(day)T\(clock).\(pad(time.tv_nsec / 1_000_000, 3))Z"
    }
}
