import Testing
import ZooWeb

/// Nothing that somebody has pushed becomes markup.
@Suite struct EscapingTests {
    @Test func textIsEscaped() {
        let hostile = "<script>alert('1')</script>\"&\u{202E}\u{0}"
        let html: HTML = "<p title=\"\(hostile)\">\(hostile)</p>"
        #expect(!html.text.contains("<script"))
        #expect(
            html.text.hasPrefix(
                "<p title=\"&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;\u{FFFD}\u{FFFD}\">"
            )
        )
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a <b onclick=\"x()\">b</b>",
        "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](&#106;avascript:alert(1))", "![x](javascript:1)",
        "[x](vbscript:1)", "[x](data:text/html,<script>1</script>)", "<javascript:alert(1)>",
        "[x]: javascript:1\n\n[x]",
        "<!-- unterminated", "<div", "```\n<script>", "| a |\n|---|\n| <script>x</script> |",
        "[a](\" onmouseover=\"alert(1))", "`<script>`", "<iframe src=//x>",
    ])
    func cardsAreHarmless(_ card: String) {
        let html = Markdown.render(card).text.lowercased()
        for part in ["<script", "<img src=x", "<b ", "<iframe", "href=\"javascript", "href=\"vbscript", "href=\"data"] {
            #expect(!html.contains(part), "\(html)")
        }
        #expect(!html.contains("src=\"javascript"))
        #expect(!html.contains("\" onmouseover=\""))
    }

    @Test func cardsAreRendered() {
        let html = Markdown.render("# Shop\n\n| a | b |\n|---|---|\n| 1 | **2** |\n\nhttps://example.com ~~x~~\0").text
        for part in [
            "<h1>Shop</h1>", "<td>1</td>", "<strong>2</strong>", "href=\"https://example.com\"", "<del>x</del>",
        ] {
            #expect(html.contains(part), "\(html)")
        }
    }

    @Test func deepNestingEnds() {
        let card = String(repeating: "> ", count: 100_000) + String(repeating: "[", count: 100_000)
        #expect(Markdown.render(card).text.contains("blockquote"))
    }

    @Test(arguments: [(0.91234567, "0.9123"), (-0.5, "−0.5000"), (12.0, "12.0000"), (-0.00001, "0.0000")])
    func metricsHaveFourDecimals(_ value: Double, _ text: String) { #expect(Quantity.metric(value) == text) }

    @Test(arguments: [(999, "999"), (1000, "1k"), (1234, "1.2k"), (123_456_789, "123M"), (0, "0")])
    func countsAreShort(_ count: Int, _ text: String) { #expect(Quantity.short(count) == text) }
}
