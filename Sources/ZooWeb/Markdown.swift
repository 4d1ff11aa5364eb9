import CCmark
import Glibc

/// Renders cards: GitHub's Markdown without raw HTML and without links of dangerous schemes.
package enum Markdown {
    /// Cards are cut here: rendering must stay quick whatever somebody pushed.
    private static let byteLimit = 256 << 10
    private static let extensions = ["table", "strikethrough", "autolink", "tasklist"]
    private static let registered: Void = cmark_gfm_core_extensions_ensure_registered()

    /// The card as HTML; never with a script, whatever the text.
    package static func render(_ text: String) -> HTML {
        _ = registered
        // Without CMARK_OPT_UNSAFE raw HTML is left out and links such as javascript: lose their target.
        let options = CMARK_OPT_VALIDATE_UTF8
        guard let parser = cmark_parser_new(options) else { return "" }
        defer { cmark_parser_free(parser) }
        for name in extensions {
            if let found = cmark_find_syntax_extension(name) { cmark_parser_attach_syntax_extension(parser, found) }
        }
        let bytes = Array(text.utf8.prefix(byteLimit))
        bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
        }
        guard let document = cmark_parser_finish(parser) else { return "" }
        defer { cmark_node_free(document) }
        guard let html = cmark_render_html(document, options, cmark_parser_get_syntax_extensions(parser)) else {
            return ""
        }
        defer { free(html) }
        return HTML(trusted: String(cString: html))
    }
}
