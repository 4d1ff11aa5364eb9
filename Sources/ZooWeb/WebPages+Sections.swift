import OCI
import ZooIndex
import ZooRegistry
import ZooText

/// The parts of a model's page.
extension WebPages {
    private static let tagLimit = 100
    static let moveLimit = 60
    private static let featureLimit = 300
    private static let classLimit = 12
    /// Metrics by which models are compared come first.
    private static let firstMetrics = ["auc", "pr_auc", "log_loss", "rmse", "mae"]

    static func tasks(_ tasks: [ModelDocument.Task]) -> HTML? {
        guard !tasks.isEmpty else { return nil }
        let parts = tasks.map { task -> HTML in
            let others = task.metrics.keys.filter { !firstMetrics.contains($0) }.sorted()
            let names = firstMetrics.filter { task.metrics[$0] != nil } + others
            let metrics = names.map { name -> HTML in
                "<div><dt>\(name)</dt><dd>\(Amounts.fixed(task.metrics[name] ?? 0, 4))</dd></div>\n"
            }
            return """
                <div class="task"><h3><a href="\(listLink([("task", task.name)]))">\(task.name)</a> \
                <small>\(task.kind)</small></h3>
                \(task.classes.map(classes))
                \(metrics.isEmpty ? "<p>Not measured.</p>" : "<dl class=\"metrics\">\n\(metrics)</dl>" as HTML)</div>

                """
        }
        return "\(parts)"
    }

    private static func classes(_ classes: [String]) -> HTML {
        let more = classes.count > classLimit ? " and \(Amounts.count(classes.count - classLimit)) more" : ""
        return "<p>\(classes.prefix(classLimit).joined(separator: ", "))\(more)</p>"
    }

    static func features(_ features: [ModelDocument.Feature]) -> HTML? {
        guard !features.isEmpty else { return nil }
        let rows = features.prefix(featureLimit).map { feature -> HTML in
            """
            <tr><td class="mono">\(feature.name)</td><td>\(feature.kind)</td><td>\(feature.scope)</td>\
            <td class="number">\(feature.cardinality.map(Amounts.count) ?? "–")</td></tr>

            """
        }
        let head: HTML = """
            <th scope="col">Column</th><th scope="col">Kind</th><th scope="col">Read by</th>\
            <th scope="col" class="number">Values</th>
            """
        return "\(table("Features", head: head, rows: rows))\(rest(features.count, over: featureLimit, "columns"))"
    }

    static func versions(_ model: ShownModel) -> HTML {
        let rows = model.tags.prefix(tagLimit).map { tag -> HTML in
            let mark: HTML = tag.label == model.tag.label ? " aria-current=\"page\"" : ""
            let yank = model.attached.yank(of: tag.digest).map { _ in yankedMark }
            return """
                <tr><td><a href="\(link(model.repository, tag: tag.label))"\(mark)>\(tag.label)</a>\
                \(aliases(model.aliases, of: tag.digest))\(yank)</td>\
                <td class="mono">\(Amounts.shortDigest(tag.digest))</td>\
                <td class="day">\(tag.published.map { time($0) } ?? "–")</td>\
                <td class="number">\(Amounts.bytes(tag.size))</td></tr>

                """
        }
        let head: HTML = """
            <th scope="col">Tag</th><th scope="col">Digest</th><th scope="col">Tagged</th>\
            <th scope="col" class="number">Size</th>
            """
        return "\(table("Versions", head: head, rows: rows))\(rest(model.tags.count, over: tagLimit, "versions"))"
    }

    /// Moves of tags and aliases, and words against any version, the last first.
    static func history(_ model: ShownModel) -> HTML? {
        var seen: Set<String> = []
        let yanks = model.tags.filter { seen.insert($0.digest).inserted }.flatMap { tag in
            model.attached.events(of: tag.digest).map { event -> (String, HTML) in
                let label: HTML = "<strong>\(tag.label)</strong>"
                let reason: HTML = event.reason.isEmpty ? "" : ": \(event.reason)"
                return (event.time, "\(label) \(event.isYanked ? "yanked" : "no longer yanked")\(reason)")
            }
        }
        // Sorting keeps the order of what happened at the same moment.
        let events = (yanks.reversed() + model.moves.moves.map { ($0.time, describe($0)) }).sorted { $0.0 > $1.0 }
        guard !events.isEmpty else { return nil }
        let items = events.prefix(moveLimit).map { event -> HTML in
            "<li>\(time(event.0, toMinute: true))<span>\(event.1)</span></li>\n"
        }
        return """
            <p class="count">Times are UTC.</p>
            <ol class="history">
            \(items)</ol>\(rest(yanks.count + model.moves.total, over: moveLimit, "events"))
            """
    }

    private static func describe(_ move: IndexedMove) -> HTML {
        func code(_ digest: String) -> HTML { "<code>\(Amounts.shortDigest(digest))</code>" }
        let label: HTML = "<strong>\(move.label)</strong>"
        switch (move.previous, move.digest) {
        case (let previous?, let digest?): return "\(label) moved \(code(previous)) → \(code(digest))"
        case (nil, let digest?): return "\(label) set to \(code(digest))"
        default: return "\(label) removed"
        }
    }

    private static func rest(_ count: Int, over limit: Int, _ noun: String) -> HTML? {
        count > limit ? "<p class=\"count\">The first \(limit) of \(Amounts.count(count)) \(noun).</p>" : nil
    }
}
