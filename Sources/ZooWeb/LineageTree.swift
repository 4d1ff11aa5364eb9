import OCI
import ZooIndex
import ZooText

/// A line of descent: lists within lists, which the style sheet draws as a tree from the base on the left to the last
/// descendants on the right, or from top to bottom where there is no room.
struct LineageTree {
    private struct Node {
        let model: LineageModel
        let isHere: Bool
        let depth: Int
        var children: [Int] = []
    }

    /// More generations than fit beside each other are drawn below each other.
    private static let columnLimit = 3

    private let yanked: Set<Digest>
    private var nodes: [Node] = []
    private var positions: [String: Int] = [:]

    /// A tree in which these models are marked.
    init(yanked: Set<Digest>) { self.yanked = yanked }

    /// Adds a model below its base, which must be there already.
    mutating func add(_ model: LineageModel, below parent: String?, isHere: Bool = false) {
        let base = parent.flatMap { positions[$0] }
        positions[model.digest] = nodes.count
        if let base { nodes[base].children.append(nodes.count) }
        nodes.append(Node(model: model, isHere: isHere, depth: base.map { nodes[$0].depth + 1 } ?? 0))
    }

    /// The drawing; a link for each model that can be shown.
    var html: HTML {
        let depth = nodes.map(\.depth).max() ?? 0
        let shape: HTML = depth < Self.columnLimit ? "lineage" : "lineage deep"
        return """
            <div class="\(shape)" role="region" tabindex="0" aria-label="Lineage, the base first">
            <ul>
            \(item(0))</ul>
            </div>
            """
    }

    private func item(_ index: Int) -> HTML {
        guard index < nodes.count else { return "" }
        let node = nodes[index]
        let children = node.children.map(item)
        return "<li>\(box(node))\(children.isEmpty ? nil : "\n<ul>\n\(children)</ul>" as HTML)</li>\n"
    }

    private func box(_ node: Node) -> HTML {
        let model = node.model
        let isYanked = (try? Digest(model.digest)).map(yanked.contains) ?? false
        let detail = [model.kind ?? "not here", model.tasks.joined(separator: ", ")].filter { !$0.isEmpty }
        let content: HTML = """
            <span class="name">\(name(model))</span>\
            <span class="detail">\(detail.joined(separator: " · "))\(isYanked ? " · yanked" : "")</span>
            """
        guard let place = model.place else { return "<span class=\"model missing\">\(content)</span>" }
        if node.isHere { return "<span class=\"model here\" aria-current=\"true\">\(content)</span>" }
        return "<a class=\"model\" href=\"\(WebPages.link(place.repository, tag: place.label))\">\(content)</a>"
    }

    private func name(_ model: LineageModel) -> HTML {
        guard let place = model.place else { return "\(Amounts.shortDigest(model.digest))" }
        return "\(WebPages.breakable(place.repository)):<wbr>\(place.label)"
    }
}
