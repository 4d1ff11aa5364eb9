import HTTPTypes
import OCIServer

extension WebPages {
    /// A whole page around its content; every page but the list has a field to search in its header.
    static func page(_ title: String, _ view: View, hasSearch: Bool = true, _ content: HTML) -> HTML {
        let end: HTML? =
            view.isStranger
            ? "<a class=\"end\" href=\"/login\">Log in</a>"
            : view.user.map { "<span class=\"end\">\($0)</span>" as HTML }
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
            <a class="home" href="/"><img src="\(Asset.icon.link)" alt="">zoo</a>\(hasSearch ? seek : nil)\(end)
            </div></header>
            <main id="content">
            \(content)
            </main>
            </body>
            </html>

            """
    }

    private static let seek: HTML = """
        <form class="seek" action="/" method="get" role="search">\
        <input type="search" name="q" aria-label="Search models" placeholder="Search models" maxlength="200"></form>
        """

    static func missingPage(_ view: View) -> HTML {
        page(
            "Not found · zoo",
            view,
            """
            <h1>There is nothing here</h1>
            <p class="lead">It may have been removed, or you may not be allowed to see it.
            <a href="/">See all models</a></p>
            """
        )
    }

    /// What a browser shows when its user gave no password, or gave up after a wrong one.
    static func logInPage(isRefused: Bool) -> HTML {
        let title: HTML = isRefused ? "The user name or the password is wrong" : "Log in to see the models"
        return page(
            "Log in · zoo",
            View(isStranger: true, user: nil, host: "", mayRead: { _ in false }),
            hasSearch: false,
            """
            <h1>\(title)</h1>
            <p class="lead">This zoo shows its models to those who have a user name and a password, or a token in its place.
            <a href="/login">Log in</a></p>
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
