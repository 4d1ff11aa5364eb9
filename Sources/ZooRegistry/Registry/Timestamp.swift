import Glibc

/// Times as listings show them.
enum Timestamp {
    /// The time now, or `$SOURCE_DATE_EPOCH` for builds that must repeat: `2026-11-24T01:02:03Z`.
    static var now: String {
        let epoch = getenv("SOURCE_DATE_EPOCH").flatMap { Int(String(cString: $0)) }
        return text(epoch ?? time(nil))
    }

    /// Seconds since 1970 as UTC in ISO 8601.
    static func text(_ seconds: Int) -> String {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 40)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
