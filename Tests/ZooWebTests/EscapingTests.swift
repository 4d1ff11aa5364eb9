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
            "<h3>Shop</h3>", "<td>1</td>", "<strong>2</strong>", "href=\"https://example.com\"", "<del>x</del>",
        ] {
            #expect(html.contains(part), "\(html)")
        }
    }

    @Test func cardsFitIntoPages() {
        let html = Markdown.render(
            """
            # A
            ##### B
            See [other](../other/card.md), [top](#a), [site](https://example.com/x).
            ![curve](curve.png) ![](https://example.com/p.png) [![badge](https://example.com/b.svg)](https://example.com)
            """
        ).text
        #expect(html.contains("<h3>A</h3>"))
        #expect(html.contains("<h6>B</h6>"))
        #expect(html.contains("See other, top, <a href=\"https://example.com/x\">site</a>."))
        #expect(!html.contains("<img"), "\(html)")
        #expect(html.contains("curve <a href=\"https://example.com/p.png\">https://example.com/p.png</a>"), "\(html)")
        #expect(html.contains("<a href=\"https://example.com\">badge</a>"), "\(html)")
    }

    @Test(arguments: [">", "> ", "- ", "1. ", "+\t"])
    func deepNestingEnds(_ mark: String) {
        let html = Markdown.render(String(repeating: mark, count: 20_000) + String(repeating: "[", count: 100_000)).text
        #expect(html.contains("[["))
        #expect(html.count { $0 == "<" } < 2000)
    }

    @Test func tablesThatExplodeAreNone() {
        let head = String(repeating: "a|", count: 1000) + "\n" + String(repeating: "-|", count: 1000) + "\n"
        #expect(!Markdown.render(head + String(repeating: "|a\n", count: 2000)).text.contains("<td"))
        #expect(!Markdown.render("a|b\n-|-\n" + String(repeating: "x|", count: 60_000)).text.contains("<td"))
        let usual = "|a|b|\n|---|---|\n" + String(repeating: "|1|2|\n", count: 2000)
        #expect(Markdown.render(usual).text.contains("<td>2</td>"))
    }
}
