import Glibc

/// A UTF-8 locale for this thread while libarchive converts names.
///
/// libarchive asks the locale how names are encoded; in the C locale, names outside ASCII fail or crash it.
enum UTF8Locale {
    private nonisolated(unsafe) static let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)

    /// Whether this system has the locale; without it, only ASCII names work.
    static var isAvailable: Bool { locale != nil }

    static func use<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard let locale else { return try body() }
        let previous = uselocale(locale)
        defer { uselocale(previous) }
        return try body()
    }
}
