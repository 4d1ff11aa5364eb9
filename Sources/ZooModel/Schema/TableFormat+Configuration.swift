extension TableFormat {
    private static let formats = ["auto", "csv", "tsv", "jsonl"]

    /// The format in a `source` section.
    ///
    /// - Throws: `ZooModelError` `.badData` with the place.
    package init(_ node: ConfigurationNode) throws {
        let keys = ["format", "separator", "header", "names", "quote", "missing", "trim", "encoding"]
        let map = try node.mapping(keys, of: "a source")
        switch try map["format"]?.choice(among: TableFormat.formats) ?? (map["separator"] == nil ? "auto" : "csv") {
        case "auto":
            self = .automatic
            if let separator = map["separator"] {
                throw separator.error("a separator goes with 'format: csv' or 'tsv', not with 'auto'")
            }
        case "tsv": self = .tsv
        case "jsonl": self = .jsonLines
        default: self = .csv
        }
        if syntax == .jsonLines {
            try map.allow(["format", "missing"]) { "; '\($0)' means nothing in JSON Lines" }
        }
        if let separator = map["separator"] { self.separator = try Self.separator(separator) }
        if let names = map["names"] {
            self.names = try names.strings()
            hasHeader = false
        }
        if let header = map["header"] {
            hasHeader = try header.boolean()
            if !hasHeader, names.isEmpty {
                throw header.error("without a header the source needs 'names', the columns' names in file order")
            }
            if hasHeader, let names = map["names"] {
                throw names.error("the columns have names twice: drop either 'names' or 'header: true'")
            }
        }
        if let quote = map["quote"] { self.quote = try Self.quote(quote) }
        if let missing = map["missing"] { missingMarkers = try missing.strings() }
        if let trim = map["trim"] { trimsSpaces = try trim.boolean() }
        if let encoding = map["encoding"] {
            self.encoding = try encoding.choice(among: ["utf-8", "latin-1"]) == "utf-8" ? .utf8 : .latin1
        }
        if let quote, separator.contains(quote), let node = map["separator"] ?? map["quote"] {
            throw node.error("the separator must not contain the quote character")
        }
    }

    private static func separator(_ node: ConfigurationNode) throws -> String {
        let separator = try node.string()
        guard (1...16).contains(separator.utf8.count) else {
            throw node.error("a separator has 1 to 16 bytes; write a tabulator as \"\\t\"")
        }
        guard !separator.utf8.contains(where: { [0x0a, 0x0d].contains($0) }) else {
            throw node.error("a separator must not contain a line break")
        }
        return separator
    }

    private static func quote(_ node: ConfigurationNode) throws -> Character? {
        let text = try node.string()
        if text == "none" { return nil }
        guard text.utf8.count == 1, let character = text.first, !character.isNewline, character.isASCII else {
            throw node.error("a quote is one ASCII character, or none")
        }
        return character
    }

    /// The `source` section of this format.
    package var configuration: ConfigurationValue {
        if syntax == .jsonLines {
            var entries: [(String, ConfigurationValue)] = [("format", .string("jsonl"))]
            if !missingMarkers.isEmpty { entries.append(("missing", .list(missingMarkers.map { .string($0) }))) }
            return .mapping(entries)
        }
        let base = separator == "\t" ? TableFormat.tsv : .csv
        let name = followsFileName ? "auto" : base == .tsv ? "tsv" : "csv"
        var entries: [(String, ConfigurationValue)] = [("format", .string(name))]
        if separator != base.separator { entries.append(("separator", .string(separator))) }
        if !hasHeader { entries.append(("names", .list(names.map { .string($0) }))) }
        if quote != base.quote { entries.append(("quote", .string(quote.map(String.init) ?? "none"))) }
        if !missingMarkers.isEmpty { entries.append(("missing", .list(missingMarkers.map { .string($0) }))) }
        if trimsSpaces { entries.append(("trim", .boolean(true))) }
        if encoding == .latin1 { entries.append(("encoding", .string("latin-1"))) }
        return .mapping(entries)
    }
}
