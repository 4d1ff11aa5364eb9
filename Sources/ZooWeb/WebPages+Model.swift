import OCI
import OCIServer
import ZooIndex
import ZooRegistry
import ZooText

/// What the page of a model shows.
struct ShownModel {
    let repository: String
    let tag: IndexedModel.Tag
    let tags: [IndexedModel.Tag]
    let aliases: [(label: String, digest: String)]
    /// nil for content that is no model.
    let artifact: ModelArtifact?
    let lineage: Lineage
    let attached: AttachmentReader.Known
    let moves: (moves: [IndexedMove], total: Int)

    typealias Lineage = (bases: [LineageModel], descendants: [LineageModel], isCut: Bool)
}

extension WebPages {
    /// The page of a repository: of the tag that `tag` names, else of its main one; nil if there is none to see.
    func modelPage(_ path: String, _ query: Query, _ view: View) throws -> HTML? {
        guard let repository = try? RepositoryName(path), view.mayRead(repository) else { return nil }
        let tags = try index.tags(of: repository)
        let wanted = query["tag"]
        guard let tag = wanted.map({ label in tags.first { $0.label == label } }) ?? tags.first else { return nil }
        let digest = try Digest(tag.digest)
        let model = ShownModel(
            repository: repository.description,
            tag: tag,
            tags: tags,
            aliases: try index.aliases(of: repository),
            artifact: try? artifact(digest),
            lineage: try index.lineage(of: tag.digest, mayRead: view.mayRead),
            attached: try attachments.current(),
            moves: try index.moves(of: repository, limit: Self.moveLimit)
        )
        let card = (try? model.artifact?.card()).flatMap { $0 }.map { Markdown.render(String(CardText.body($0))) }
        let sections: [(id: String, title: String, content: HTML?)] = [
            ("card", "Card", card.map { "<article class=\"card\">\($0)</article>" }),
            ("tasks", "Tasks and metrics", model.artifact.flatMap { Self.tasks($0.document.tasks) }),
            ("features", "Features", model.artifact.flatMap { Self.features($0.document.features) }),
            ("versions", "Versions", Self.versions(model)),
            ("history", "History", Self.history(model)),
        ]
        let shown = sections.filter { $0.content != nil }
        return Self.page(
            "\(model.repository):\(tag.label) · zoo",
            view,
            """
            <h1>\(Self.breakable(model.repository))</h1>
            \(Self.heading(model))
            \(Self.notices(model))
            <nav class="contents" aria-label="On this page"><ul>
            \(shown.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>\n" as HTML })</ul></nav>
            <div class="columns">
            <div class="first">
            \(Self.commands(model, view))
            \(Self.lineage(model))
            </div>
            <aside aria-labelledby="facts">\(Self.facts(model))</aside>
            <div class="rest">
            \(shown.map { Self.section("\($0.title)", id: $0.id, $0.content ?? "") })
            </div>
            </div>
            """
        )
    }

    /// The model with a digest, without a look at the store's index.
    private func artifact(_ digest: Digest) throws -> ModelArtifact {
        let size = try index.store.blobSize(digest)
        return try ModelArtifact(
            store: index.store,
            descriptor: Descriptor(mediaType: MediaType.manifest, digest: digest, size: size)
        )
    }

    private static func heading(_ model: ShownModel) -> HTML {
        """
        <p class="facts"><span class="chip kind">\(model.artifact?.document.kind.rawValue ?? "other")</span>\
        <span class="mono">\(model.tag.label)</span>\
        \(aliases(model.aliases, of: model.tag.digest))\
        \(model.tag.published.map { time($0) })</p>
        """
    }

    /// Words against the model or what it is built on.
    private static func notices(_ model: ShownModel) -> [HTML] {
        let itself = model.attached.yank(of: model.tag.digest).map { event -> HTML in
            "<p class=\"notice\"><strong>Yanked.</strong> \(event.reason)</p>\n"
        }
        let bases = model.lineage.bases.compactMap { base -> HTML? in
            guard let place = base.place, let event = model.attached.yank(of: base.digest) else { return nil }
            return """
                <p class="notice"><strong>Built on <a href="\(link(place.repository, tag: place.label))">\
                \(place.repository):\(place.label)</a>, which is yanked.</strong> \(event.reason)</p>

                """
        }
        return [itself].compactMap(\.self) + bases
    }

    private static func commands(_ model: ShownModel, _ view: View) -> HTML {
        let reference = "\(view.host)/\(model.repository):\(model.tag.label)"
        guard let artifact = model.artifact else {
            let name = model.repository.split(separator: "/").last ?? "content"
            return command("Copy it; it is no model of zoo", "skopeo copy docker://\(reference) oci:\(name)")
        }
        let pull = command("Pull it", "zoo pull \(reference)")
        guard artifact.document.kind == .encoder else { return pull }
        let name = "\(model.repository):\(model.tag.label)"
        let tune = "zoo finetune \(name) --task task.yaml --data train.csv --publish my-head:1.0.0"
        return "\(pull)\(command("Then put a head for a task of yours on it", tune))"
    }

    private static func lineage(_ model: ShownModel) -> HTML? {
        guard !model.lineage.bases.isEmpty || !model.lineage.descendants.isEmpty else { return nil }
        var tree = LineageTree(yanked: model.attached.yanked)
        var parent: String?
        for base in model.lineage.bases {
            tree.add(base, below: parent)
            parent = base.digest
        }
        let here = LineageModel(
            digest: model.tag.digest,
            place: (model.repository, model.tag.label),
            kind: model.artifact?.document.kind.rawValue,
            tasks: model.artifact?.document.tasks.map(\.name) ?? [],
            baseDigest: parent
        )
        tree.add(here, below: parent, isHere: true)
        for model in model.lineage.descendants { tree.add(model, below: model.baseDigest) }
        let more: HTML? =
            model.lineage.isCut ? "<p class=\"count\">There are more descendants than are drawn.</p>" : nil
        return section("Lineage", id: "lineage", "\(tree.html)\(more)")
    }

    private static func facts(_ model: ShownModel) -> HTML {
        var facts: [(String, HTML)] = []
        if let artifact = model.artifact {
            let document = artifact.document
            facts.append(("Encoder", "\(document.encoder.type)"))
            facts.append(("Parameters", "\(Amounts.count(document.parameters))"))
            facts.append(("Output width", "\(document.encoder.outputWidth)"))
            let training = document.training
            facts.append(("Training", "\(training.mode), \(Amounts.plural(training.epochs, "epoch"))"))
            facts.append(("Seed", "\(String(training.seed))"))
            for source in training.data.prefix(6) {
                facts.append(("Data, \(source.role)", "\(Amounts.plural(source.rows, "row"))"))
            }
            facts.append(("Licence", "\(document.licences?.joined(separator: ", ") ?? "none named")"))
            if let base = document.base { facts.append(("Base", Self.base(base, model))) }
            facts.append(("Made by", "zoo \(document.tool.version), \(document.tool.instructionSet)"))
            facts += model.attached.attachments(of: artifact).map { ($0.title, "\($0.detail)") }
        }
        facts.append(("Size", "\(Amounts.bytes(model.tag.size))"))
        let rows = facts.map { name, value -> HTML in "<div><dt>\(name)</dt><dd>\(value)</dd></div>\n" }
        return """
            <h2 id="facts">Facts</h2>
            <dl>
            \(rows)<div class="long"><dt>Digest</dt><dd><code>\(model.tag.digest)</code></dd></div>
            </dl>
            """
    }

    private static func base(_ base: ModelDocument.Base, _ model: ShownModel) -> HTML {
        guard let place = model.lineage.bases.last(where: { $0.digest == base.digest })?.place else {
            return "\(breakable(base.reference)), not here"
        }
        return "<a href=\"\(link(place.repository, tag: place.label))\">\(breakable(base.reference))</a>"
    }
}
