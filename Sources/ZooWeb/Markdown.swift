import CCmark
import Glibc

/// Renders cards: GitHub's Markdown without raw HTML and without links of dangerous schemes.
package enum Markdown {
    /// Cards are cut here: rendering must stay quick whatever somebody pushed.
    private static let byteLimit = 128 << 10
    private static let extensions = ["strikethrough", "autolink", "tasklist"]
    /// Quotations and lists are nested no deeper than fits in so many bytes at the beginning of a line.
    private static let nestingLimit = 256
    /// Cells of a row, and of all rows that a card could have.
    private static let cellLimits = (row: 256, card: 100_000)
    private static let registered: Void = cmark_gfm_core_extensions_ensure_registered()
    /// A card stands under a heading of the second level.
    private static let headingShift: Int32 = 2

    /// The card as HTML; never with a script, whatever the text.
    package static func render(_ text: String) -> HTML {
        _ = registered
        // Without CMARK_OPT_UNSAFE raw HTML is left out and links such as javascript: lose their target.
        let options = CMARK_OPT_VALIDATE_UTF8
        guard let parser = cmark_parser_new(options) else { return "" }
        defer { cmark_parser_free(parser) }
        let (bytes, hasTables) = bounded(Array(text.utf8.prefix(byteLimit)))
        for name in extensions + (hasTables ? ["table"] : []) {
            if let found = cmark_find_syntax_extension(name) { cmark_parser_attach_syntax_extension(parser, found) }
        }
        bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
        }
        guard let document = cmark_parser_finish(parser) else { return "" }
        defer { cmark_node_free(document) }
        adapt(document)
        guard let html = cmark_render_html(document, options, cmark_parser_get_syntax_extensions(parser)) else {
            return ""
        }
        defer { free(html) }
        return HTML(trusted: String(cString: html))
    }

    /// A card without what takes the parser minutes or gigabytes: text nested thousands deep, for each piece of which it
    /// walks all the way up, and rows of a table much longer or shorter than its head.
    private static func bounded(_ card: [UInt8]) -> (bytes: [UInt8], hasTables: Bool) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(card.count)
        var (lines, cells) = (0, 0)
        for line in card.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let marks = line.prefix { (0x09...0x0D).contains($0) || (0x20...0x3E).contains($0) }
            bytes += marks.prefix(nestingLimit)
            bytes += line[marks.endIndex...]
            bytes.append(UInt8(ascii: "\n"))
            lines += 1
            cells = max(cells, line.count { $0 == UInt8(ascii: "|") } + 1)
        }
        return (bytes, cells <= cellLimits.row && cells * lines <= cellLimits.card)
    }

    /// Fits a card into a page: headings below the page's own, no links to files that are not here, and pictures of
    /// other hosts, which the page would not load, as links.
    private static func adapt(_ document: OpaquePointer) {
        guard let nodes = cmark_iter_new(document) else { return }
        defer { cmark_iter_free(nodes) }
        while true {
            let event = cmark_iter_next(nodes)
            if event == CMARK_EVENT_DONE { return }
            guard event == CMARK_EVENT_EXIT, let node = cmark_iter_get_node(nodes) else { continue }
            switch cmark_node_get_type(node) {
            case CMARK_NODE_HEADING:
                cmark_node_set_heading_level(node, min(6, cmark_node_get_heading_level(node) + headingShift))
            case CMARK_NODE_LINK where !hasAddress(node): replace(node, with: nil)
            case CMARK_NODE_IMAGE where !address(of: node).hasPrefix("data:"):
                let link = hasAddress(node) && !isInLink(node) ? cmark_node_new(CMARK_NODE_LINK) : nil
                if let link { cmark_node_set_url(link, cmark_node_get_url(node)) }
                if cmark_node_first_child(node) == nil, let text = cmark_node_new(CMARK_NODE_TEXT) {
                    cmark_node_set_literal(text, cmark_node_get_url(node))
                    cmark_node_append_child(node, text)
                }
                replace(node, with: link)
            default: break
            }
        }
    }

    /// Puts a node's content in its place, inside of `wrapper` if there is one.
    private static func replace(_ node: OpaquePointer, with wrapper: OpaquePointer?) {
        if let wrapper { cmark_node_insert_before(node, wrapper) }
        while let child = cmark_node_first_child(node) {
            if let wrapper {
                cmark_node_append_child(wrapper, child)
            } else {
                cmark_node_insert_before(node, child)
            }
        }
        cmark_node_free(node)
    }

    private static func hasAddress(_ node: OpaquePointer) -> Bool {
        let address = address(of: node).lowercased()
        return ["https://", "http://", "mailto:"].contains { address.hasPrefix($0) }
    }

    private static func address(of node: OpaquePointer) -> String {
        cmark_node_get_url(node).map { String(cString: $0) } ?? ""
    }

    private static func isInLink(_ node: OpaquePointer) -> Bool {
        var parent = cmark_node_parent(node)
        while let next = parent {
            if cmark_node_get_type(next) == CMARK_NODE_LINK { return true }
            parent = cmark_node_parent(next)
        }
        return false
    }
}
