import Testing
import ZooIndex

/// The first words of a card are those of its first paragraph.
@Suite struct CardTextTests {
    @Test(arguments: [
        ("# Shop\n\nWill a shown item\nbe *clicked*?\n\nMore.", "Will a shown item be clicked?"),
        ("Shop\n====\nPredicts `next_purchase`, _really_.\n", "Predicts next_purchase, really."),
        ("---\nlicense: mit\n---\n# A\n\nText.", "Text."),
        ("---\nnever closed", "never closed"),
        ("[![ci](https://x/y.svg)](https://x)\n\nSee [the shop](https://x), **now**.\n## Data", "See the shop, now."),
        ("```\ncode\n```\n| a |\n|---|\n\n- item\n\nProse\n- item", "Prose"),
        ("- only\n- a list", ""), ("", ""), ("# Only a heading", ""), ("line\r\nbreaks\r\n\r\nrest", "line breaks"),
    ])
    func headlineIsTheFirstParagraph(_ card: String, _ headline: String) {
        #expect(CardText.headline(card) == headline)
    }

    @Test func longParagraphsEndAfterAWord() {
        let headline = CardText.headline(String(repeating: "word, ", count: 500))
        #expect(headline.hasSuffix("word …"))
        #expect(headline.count <= 202)
        #expect(CardText.headline(String(repeating: "x", count: 100_000)) == " …")
    }

    @Test func frontMatterIsNoCard() {
        #expect(CardText.body("---\na: b\n---\n\n# A") == "# A")
        #expect(CardText.body("# A\n---\nb\n---\n") == "# A\n---\nb\n---\n")
    }
}
