/// Small pieces that several pages have.
extension WebPages {
    /// A time as people read it: the day, or the minute.
    static func time(_ time: String, toMinute: Bool = false) -> HTML {
        let day = String(time.prefix(10))
        let text = toMinute ? "\(day) \(time.dropFirst(11).prefix(5))" : day
        return "<time datetime=\"\(time)\">\(text)</time>"
    }

    /// A name that may be broken after its slashes.
    static func breakable(_ name: String) -> HTML {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let pieces = parts.dropLast().map { "\($0)/<wbr>" as HTML } + [parts.last.map { "\($0)" as HTML } ?? ""]
        return "\(pieces)"
    }

    /// Tasks, each a link to the models that have it.
    static func chips(_ tasks: some Sequence<String>) -> HTML? {
        let links = tasks.map { task -> HTML in
            "<a class=\"chip\" href=\"\(listLink([("task", task)]))\">\(task)</a>"
        }
        return links.isEmpty ? nil : "<span class=\"chips\">\(links)</span>"
    }

    /// Parts an alias plays.
    static func aliases(_ aliases: [(label: String, digest: String)], of digest: String) -> [HTML] {
        aliases.filter { $0.digest == digest }.map { " <span class=\"chip alias\">@\($0.label)</span>" }
    }

    static let yankedMark: HTML = " <span class=\"chip yanked\">yanked</span>"

    /// A command to copy, with a word on what it does.
    static func command(_ caption: String, _ text: String) -> HTML {
        // A line may end after a word, not between the hyphens of an option.
        let words = text.split(separator: " ").map { word -> HTML in
            word.hasPrefix("-") ? "<span class=\"option\">\(String(word))</span>" : "\(String(word))"
        }
        let rest = words.dropFirst().map { " \($0)" as HTML }
        return """
            <p class="caption">\(caption)</p>
            <div class="command" data-copy><code>\(words.first)\(rest)</code></div>

            """
    }

    /// A part of a page with a heading that can be linked to.
    static func section(_ title: HTML, id: String, _ content: HTML) -> HTML {
        "<section aria-labelledby=\"\(id)\">\n<h2 id=\"\(id)\">\(title)</h2>\n\(content)\n</section>\n"
    }

    /// A table that can be scrolled where it does not fit.
    static func table(_ label: String, head: HTML, rows: [HTML]) -> HTML {
        """
        <div class="scroll" role="region" tabindex="0" aria-label="\(label)"><table>
        <thead><tr>\(head)</tr></thead>
        <tbody>
        \(rows)</tbody></table></div>
        """
    }
}
