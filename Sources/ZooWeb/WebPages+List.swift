import OCI
import OCIServer
import ZooIndex
import ZooJSON
import ZooText

extension WebPages {
    private static let pageSize = 30
    private static let pageLimit = 100_000
    private static let titles: [ModelFilter.Facet: (title: String, all: String)] = [
        .kind: ("Kind", "Any kind"), .encoder: ("Encoder", "Any encoder"), .task: ("Task", "Any task"),
        .licence: ("Licence", "Any licence"),
    ]

    /// The list of models with search and filters.
    func listPage(_ query: Query, _ view: View) throws -> HTML {
        let (filter, number) = Self.wishes(query)
        var listing = try index.search(filter, page: number, size: Self.pageSize, mayRead: view.mayRead)
        let last = max(0, listing.total - 1) / Self.pageSize
        if number > last {
            listing = try index.search(filter, page: last, size: Self.pageSize, mayRead: view.mayRead)
        }
        let yanked = try attachments.current().yanked
        let isFree = filter == ModelFilter()
        let showAll: HTML? = isFree ? nil : " · <a href=\"/\">show all</a>"
        return Self.page(
            filter.text.isEmpty ? "zoo" : "\(filter.text) · zoo",
            view,
            hasSearch: false,
            """
            <h1>Models</h1>
            <form class="find" data-live action="/" method="get" role="search" autocomplete="off">
            <label class="words">Search<input type="search" name="q" value="\(filter.text)"
            placeholder="Name, task, feature, encoder …" spellcheck="false" maxlength="200"></label>
            \(ModelFilter.Facet.allCases.compactMap { Self.choice($0, filter, listing) })
            <button>Search</button>
            </form>
            <p class="count" id="count" role="status">\(Amounts.plural(listing.total, "model"))\(showAll)</p>
            \(Self.notice(pending: listing.pending))
            <div id="results">
            \(listing.models.isEmpty ? Self.emptiness(isFree, view) : Self.list(listing.models, yanked))
            \(Self.pages(min(number, last), last, filter))
            </div>
            """
        )
    }

    /// What `/search` answers: `{"total":…,"models":[{"name":…,"tag":…,…}]}`.
    func searchDocument(_ query: Query, _ view: View) throws -> [UInt8] {
        let (filter, number) = Self.wishes(query)
        let size = min(max(query["n"].flatMap { Int($0) } ?? Self.pageSize, 1), 1000)
        let listing = try index.search(filter, page: number, size: size, mayRead: view.mayRead)
        let models: [JSONValue] = listing.models.map { model in
            var members: [String: JSONValue] = [
                "name": .string(model.repository), "tag": .string(model.label), "digest": .string(model.digest),
                "tasks": .array(model.tasks.map { .string($0) }),
                "licences": .array(model.licences.map { .string($0) }), "size": .number(String(model.size)),
                "parameters": .number(String(model.parameters)), "tags": .number(String(model.tags)),
            ]
            if let kind = model.kind { members["kind"] = .string(kind) }
            if let encoder = model.encoder { members["encoder"] = .string(encoder) }
            if let base = model.base { members["base"] = .string(base) }
            if let digest = model.baseDigest { members["baseDigest"] = .string(digest) }
            if let published = model.published { members["published"] = .string(published) }
            return .object(members)
        }
        return JSONWriter.canonical(
            .object([
                "total": .number(String(listing.total)), "models": .array(models),
                "complete": .bool(listing.pending == nil),
            ])
        )
    }

    private static func wishes(_ query: Query) -> (filter: ModelFilter, page: Int) {
        var values: [ModelFilter.Facet: String] = [:]
        for facet in ModelFilter.Facet.allCases { values[facet] = query[facet.rawValue] ?? "" }
        let page = query["page"].flatMap { Int($0) } ?? 1
        return (ModelFilter(text: query["q"] ?? "", values: values), min(max(page, 1), pageLimit) - 1)
    }

    private static func choice(_ facet: ModelFilter.Facet, _ filter: ModelFilter, _ listing: ModelListing) -> HTML? {
        guard let title = titles[facet] else { return nil }
        let chosen = filter.values[facet] ?? ""
        var choices = (listing.choices[facet] ?? []).prefix(200).map { ($0.value, $0.count) }
        if !chosen.isEmpty, !choices.contains(where: { $0.0 == chosen }) { choices.insert((chosen, 0), at: 0) }
        let options = choices.map { value, count -> HTML in
            let mark: HTML = value == chosen ? " selected" : ""
            return "<option value=\"\(value)\"\(mark)>\(value) (\(Amounts.count(count)))</option>\n"
        }
        let state: HTML = choices.isEmpty ? " disabled" : ""
        return """
            <label>\(title.title)<select name="\(facet.rawValue)" id="find-\(facet.rawValue)"\(state)>
            <option value="">\(title.all)</option>
            \(options)</select></label>

            """
    }

    private static func list(_ models: [IndexedModel], _ yanked: Set<Digest>) -> HTML {
        let items = models.map { model -> HTML in
            let isYanked = (try? Digest(model.digest)).map(yanked.contains) ?? false
            return """
                <li><h2><a href="\(link(model.repository))">\(breakable(model.repository))</a> \
                <small>\(model.label)</small>\(isYanked ? yankedMark : nil)</h2>
                \(model.headline.isEmpty ? nil : "<p>\(model.headline)</p>" as HTML)
                <div class="facts"><span class="chip kind">\(model.kind ?? "other")</span>\
                \(model.base.map { "<span>on \(breakable($0))</span>" as HTML })\
                \(chips(model.tasks.prefix(8)))\
                \(model.encoder.map { "<span>\($0) encoder</span>" as HTML })\
                \(model.parameters > 0 ? "<span>\(Amounts.short(model.parameters)) parameters</span>" as HTML : nil)\
                <span>\(Amounts.bytes(model.size))</span>\
                <span>\(Amounts.plural(model.tags, "version"))</span>\
                \(model.published.map { time($0) })</div></li>

                """
        }
        return "<ul class=\"models\">\n\(items)</ul>"
    }

    /// What is said while the search index is being made.
    private static func notice(pending: Int?) -> HTML? {
        pending.map { "<p class=\"notice\">New here: about \(Amounts.count($0)) tags are still being read.</p>" }
    }

    private static func emptiness(_ isFree: Bool, _ view: View) -> HTML {
        guard isFree else { return "<p class=\"empty\">No model fits. Try fewer words or filters.</p>" }
        return """
            <div class="empty"><p>There is no model yet. Push the first one:</p>
            <p><code>zoo push my-model:1.0.0 \(view.host)/</code></p></div>
            """
    }

    /// Links to the pages around `number`, which counts from 0 to `last`.
    private static func pages(_ number: Int, _ last: Int, _ filter: ModelFilter) -> HTML? {
        func link(_ page: Int) -> String {
            let values = ModelFilter.Facet.allCases.map { (name: $0.rawValue, value: filter.values[$0] ?? "") }
            return listLink([("q", filter.text)] + values + [("page", page == 0 ? "" : String(page + 1))])
        }
        guard last > 0 else { return nil }
        let back: HTML? = number > 0 ? "<a rel=\"prev\" href=\"\(link(number - 1))\">← Previous</a>" : nil
        let on: HTML? = number < last ? "<a rel=\"next\" href=\"\(link(number + 1))\">Next →</a>" : nil
        return """
            <nav class="pages" aria-label="Pages">\(back)\
            <span class="count">Page \(Amounts.count(number + 1)) of \(Amounts.count(last + 1))</span>\(on)</nav>
            """
    }
}
