import OCI
import OCIServer
import ZooIndex
import ZooRegistry

extension WebPages {
    private static let tagLimit = 100
    private static let moveLimit = 60
    private static let featureLimit = 300

    /// The page of a repository: of the tag that `tag` names, else of its main one; nil if there is none to see.
    func modelPage(_ path: String, _ query: Query, _ view: View) throws -> HTML? {
        guard let repository = try? RepositoryName(path), view.mayRead(repository) else { return nil }
        let tags = try index.tags(of: repository)
        let wanted = query["tag"]
        guard let tag = wanted.map({ label in tags.first { $0.label == label } }) ?? tags.first else { return nil }
        let digest = try Digest(tag.digest)
        let name = repository.description
        let artifact = try? ModelArtifact(store: index.store, descriptor: index.store.resolve(digest))
        let history = try history.current()
        let lineage = try index.lineage(of: tag.digest, mayRead: view.mayRead)
        let aliases = try index.aliases(of: repository)
        let yank = history.yanks[digest]?.standing
        let card = try? artifact?.card()
        let reference = "\(view.host)/\(name):\(tag.label)"
        return page(
            "\(name):\(tag.label) · zoo",
            view,
            """
            <h1>\(name)</h1>
            <p class="facts"><span class="chip kind">\(artifact?.document.kind.rawValue ?? "other")</span>\
            <span class="mono">\(tag.label)</span>\
            \(aliases.filter { $0.digest == tag.digest }.map { "<span class=\"chip\">@\($0.label)</span>" as HTML })\
            \(tag.published.map { "<time datetime=\"\($0)\">\(Quantity.day($0))</time>" as HTML })</p>
            \(yank.map { "<p class=\"notice\"><strong>Yanked.</strong> \($0.reason)</p>" as HTML })
            <div class="columns">
            <div>
            \(Self.command("zoo pull \(reference)"))
            \(artifact?.document.kind == .encoder ? Self.fineTune(reference) : nil)
            \(Self.lineageSection(here: tag.digest, name: name, tag: tag.label, artifact, lineage))
            \(artifact.flatMap { Self.tasks($0.document.tasks) })
            \(card.flatMap { $0 }.map { "<h2>Card</h2>\n<article class=\"card\">\(Markdown.render($0))</article>" as HTML })
            \(artifact.flatMap { Self.features($0.document.features) })
            \(Self.versions(tags, name, shown: tag.label, aliases))
            \(Self.moves(history.moves[name] ?? [], history.yanks[digest] ?? []))
            </div>
            <aside>\(Self.facts(artifact, tag))</aside>
            </div>
            """
        )
    }

    private static func command(_ text: String) -> HTML {
        "<div class=\"command\" data-copy><code>\(text)</code></div>\n"
    }

    private static func fineTune(_ reference: String) -> HTML {
        command("zoo finetune \(reference) --task task.yaml --data train.csv --publish my-head:1.0.0")
    }

    private static func tasks(_ tasks: [ModelDocument.Task]) -> HTML? {
        guard !tasks.isEmpty else { return nil }
        let rows = tasks.map { task -> HTML in
            let metrics = task.metrics.sorted { $0.key < $1.key }.map { name, value -> HTML in
                "<tr><td>\(name)</td><td class=\"number\">\(Quantity.metric(value))</td></tr>"
            }
            let classes: HTML? = task.classes.map { "<br><small>\($0.prefix(12).joined(separator: ", "))</small>" }
            return """
                <tr><td><strong>\(task.name)</strong>\(classes)</td><td>\(task.kind)</td>\
                <td>\(metrics.isEmpty ? "–" : "<table>\(metrics)</table>" as HTML)</td></tr>

                """
        }
        return """
            <h2>Tasks and metrics</h2>
            <div class="scroll"><table><thead><tr><th>Task</th><th>Kind</th><th>Metrics</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    private static func features(_ features: [ModelDocument.Feature]) -> HTML? {
        guard !features.isEmpty else { return nil }
        let rows = features.prefix(featureLimit).map { feature -> HTML in
            """
            <tr><td class="mono">\(feature.name)</td><td>\(feature.kind)</td><td>\(feature.scope)</td>\
            <td class="number">\(feature.cardinality.map(Quantity.count) ?? "–")</td></tr>

            """
        }
        return """
            <h2>Features <small>(\(features.count))</small></h2>
            <div class="scroll"><table><thead><tr><th>Column</th><th>Kind</th><th>Read by</th>\
            <th class="number">Values</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    private static func versions(
        _ tags: [IndexedModel.Tag],
        _ name: String,
        shown: String,
        _ aliases: [(label: String, digest: String)]
    ) -> HTML {
        let rows = tags.prefix(tagLimit).map { tag -> HTML in
            let parts = aliases.filter { $0.digest == tag.digest }.map {
                " <span class=\"chip\">@\($0.label)</span>" as HTML
            }
            let mark: HTML = tag.label == shown ? " aria-current=\"true\"" : ""
            return """
                <tr><td><a href="\(link(name, tag: tag.label))"\(mark)>\(tag.label)</a>\(parts)</td>\
                <td class="mono">\(Quantity.digest(tag.digest))</td>\
                <td>\(tag.published.map(Quantity.day) ?? "–")</td>\
                <td class="number">\(Quantity.bytes(tag.size))</td></tr>

                """
        }
        let more: HTML? =
            tags.count > tagLimit
            ? "<p class=\"count\">The first \(tagLimit) of \(Quantity.count(tags.count)) versions.</p>" : nil
        return """
            <h2>Versions</h2>
            <div class="scroll"><table><thead><tr><th>Tag</th><th>Digest</th><th>Tagged</th>\
            <th class="number">Size</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>\(more)
            """
    }

    private static func moves(_ moves: [TagEvent], _ yanks: [YankEvent]) -> HTML? {
        let events =
            moves.map { ($0.time, describe($0)) }
            + yanks.map { yank -> (String, HTML) in
                (yank.time, "\(yank.isYanked ? "yanked" : "yank taken back"): \(yank.reason)")
            }
        guard !events.isEmpty else { return nil }
        let items = events.sorted { $0.0 > $1.0 }.prefix(moveLimit).map { time, text -> HTML in
            "<li><time datetime=\"\(time)\">\(Quantity.minute(time))</time><span>\(text)</span></li>\n"
        }
        return "<h2>History</h2>\n<ol class=\"history\">\n\(items)</ol>"
    }

    private static func describe(_ event: TagEvent) -> HTML {
        let label = String(event.name.drop { $0 != ":" && $0 != "@" }.drop { $0 == ":" })
        func code(_ digest: Digest) -> HTML { "<code>\(digest.short)</code>" }
        switch (event.previous, event.digest) {
        case (let previous?, let digest?): return "<strong>\(label)</strong> moved \(code(previous)) → \(code(digest))"
        case (nil, let digest?): return "<strong>\(label)</strong> set to \(code(digest))"
        default: return "<strong>\(label)</strong> removed"
        }
    }

    private static func facts(_ artifact: ModelArtifact?, _ tag: IndexedModel.Tag) -> HTML {
        var facts: [(String, HTML)] = []
        if let document = artifact?.document {
            facts.append(("Encoder", "\(document.encoder.type)"))
            facts.append(("Parameters", "\(Quantity.count(document.parameters))"))
            facts.append(("Output width", "\(document.encoder.outputWidth)"))
            facts.append(("Training", "\(document.training.mode), \(document.training.epochs) epochs"))
            facts.append(("Seed", "\(String(document.training.seed))"))
            for source in document.training.data.prefix(6) {
                facts.append(("Data, \(source.role)", "\(Quantity.count(source.rows)) rows"))
            }
            facts.append(("Licence", "\(document.licences?.joined(separator: ", ") ?? "none named")"))
            if let base = document.base { facts.append(("Base", "\(base.reference)")) }
            facts.append(("Made by", "zoo \(document.tool.version), \(document.tool.instructionSet)"))
        }
        facts.append(("Size", "\(Quantity.bytes(tag.size))"))
        facts.append(("Digest", "<code>\(Quantity.digest(tag.digest, digits: 16))…</code>"))
        let rows = facts.map { name, value -> HTML in "<div><dt>\(name)</dt><dd>\(value)</dd></div>\n" }
        return "<h2>Facts</h2>\n<dl>\n\(rows)</dl>"
    }
}
