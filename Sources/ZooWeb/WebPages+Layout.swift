import HTTPTypes
import OCIServer

extension WebPages {
    /// A whole page around its content.
    func page(_ title: String, _ view: View, _ content: HTML) -> HTML {
        let end: HTML =
            view.isStranger
            ? "<a class=\"end\" href=\"/login\">Log in</a>"
            : view.user.map { "<span class=\"end\">\($0)</span>" as HTML } ?? ""
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <link rel="icon" href="\(Asset.icon.link)" type="image/svg+xml">
            <link rel="stylesheet" href="\(Asset.style.link)">
            <script src="\(Asset.script.link)" defer></script>
            </head>
            <body>
            <a class="skip" href="#content">Skip to the content</a>
            <header class="site"><div class="bar">
            <a class="home" href="/"><img src="\(Asset.icon.link)" alt="">zoo</a>\(end)
            </div></header>
            <main id="content">
            \(content)
            </main>
            </body>
            </html>

            """
    }

    func missingPage(_ view: View) -> HTML {
        page(
            "Not found · zoo",
            view,
            """
            <h1>There is nothing here</h1>
            <p class="lead">It may have been removed, or you may not be allowed to see it.
            <a href="/">All models</a></p>
            """
        )
    }

    /// The address of a model's page.
    static func link(_ repository: String, tag: String? = nil) -> String {
        let path = repository.split(separator: "/").map { PercentEncoding.encode(String($0)) }
        return "/models/\(path.joined(separator: "/"))" + (tag.map { "?tag=\(PercentEncoding.encode($0))" } ?? "")
    }

    /// The address of the list with these wishes.
    static func listLink(_ parameters: [(name: String, value: String)]) -> String {
        let query = parameters.filter { !$0.value.isEmpty }
            .map { "\($0.name)=\(PercentEncoding.encode($0.value))" }
        return query.isEmpty ? "/" : "/?\(query.joined(separator: "&"))"
    }
}
