import OCIServer
import ZooIndex
import ZooRegistry

extension WebPages {
    /// The line of descent as a drawing; nil for a model that has none.
    static func lineageSection(
        here digest: String,
        name: String,
        tag: String,
        _ artifact: ModelArtifact?,
        _ lineage: (bases: [LineageModel], descendants: [LineageModel], isCut: Bool)
    ) -> HTML? {
        guard !lineage.bases.isEmpty || !lineage.descendants.isEmpty else { return nil }
        var drawing = LineageDrawing()
        var parent: String?
        for base in lineage.bases {
            drawing.add(base, below: parent)
            parent = base.digest
        }
        let here = LineageModel(
            digest: digest,
            place: (name, tag),
            kind: artifact?.document.kind.rawValue,
            tasks: artifact?.document.tasks.map(\.name) ?? [],
            baseDigest: parent
        )
        drawing.add(here, below: parent, isHere: true)
        for model in lineage.descendants { drawing.add(model, below: model.baseDigest) }
        let more: HTML? = lineage.isCut ? "<p class=\"count\">There are more descendants than are drawn.</p>" : nil
        return "<h2>Lineage</h2>\n<div class=\"scroll\" tabindex=\"0\">\(drawing.svg)</div>\(more)"
    }
}

/// A tree of models, drawn from the base on the left to the last descendants on the right.
struct LineageDrawing {
    private struct Node {
        let model: LineageModel
        let isHere: Bool
        let column: Int
        var children: [Int] = []
        var row = 0.0
    }

    private static let width = 196
    private static let height = 46
    private static let columnStep = 240
    private static let rowStep = 60.0

    private var nodes: [Node] = []
    private var positions: [String: Int] = [:]

    /// Adds a model to the right of its base, which must be there already.
    mutating func add(_ model: LineageModel, below parent: String?, isHere: Bool = false) {
        let base = parent.flatMap { positions[$0] }
        positions[model.digest] = nodes.count
        if let base { nodes[base].children.append(nodes.count) }
        nodes.append(Node(model: model, isHere: isHere, column: base.map { nodes[$0].column + 1 } ?? 0))
    }

    /// The drawing; a link for each model that can be shown.
    var svg: HTML {
        var placed = self
        var nextRow = 0.0
        placed.place(0, &nextRow)
        let columns = (placed.nodes.map(\.column).max() ?? 0) + 1
        let width = (columns - 1) * Self.columnStep + Self.width + 4
        let height = Int(max(nextRow, 1) * Self.rowStep) - 10
        let edges = placed.nodes.flatMap { node in
            node.children.map { child -> HTML in
                let (x, y) = (node.column * Self.columnStep + Self.width + 2, Self.middle(node))
                let (toX, toY) = (placed.nodes[child].column * Self.columnStep + 2, Self.middle(placed.nodes[child]))
                let bend = (x + toX) / 2
                return "<path class=\"edge\" d=\"M\(x) \(y)C\(bend) \(y) \(bend) \(toY) \(toX) \(toY)\"/>"
            }
        }
        return """
            <svg class="lineage" xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="group" aria-label="Lineage, from the base on the left">
            \(edges)
            \(placed.nodes.map(Self.box))
            </svg>
            """
    }

    /// Gives every leaf a row of its own and puts a model beside the middle of what is built on it.
    private mutating func place(_ index: Int, _ nextRow: inout Double) {
        guard index < nodes.count else { return }
        let children = nodes[index].children
        guard let first = children.first, let last = children.last else {
            nodes[index].row = nextRow
            nextRow += 1
            return
        }
        for child in children { place(child, &nextRow) }
        nodes[index].row = (nodes[first].row + nodes[last].row) / 2
    }

    private static func middle(_ node: Node) -> Int { Int(node.row * rowStep) + height / 2 + 2 }

    private static func box(_ node: Node) -> HTML {
        let (x, y) = (node.column * columnStep + 2, middle(node) - height / 2)
        let hash = Quantity.digest(node.model.digest)
        let full = node.model.place.map { "\($0.repository):\($0.label)" } ?? "\(hash), not here"
        let heads = node.model.tasks.joined(separator: ", ")
        let detail = [node.model.kind ?? "missing", heads].filter { !$0.isEmpty }.joined(separator: " · ")
        let content: HTML = """
            <title>\(full) (\(detail))</title><rect x="\(x)" y="\(y)" width="\(width)" height="\(height)" rx="8"/>\
            <text class="name" x="\(x + 12)" y="\(y + 20)">\(cut(full, 23))</text>\
            <text x="\(x + 12)" y="\(y + 36)">\(cut(detail, 29))</text>
            """
        guard let place = node.model.place else { return "<g>\(content)</g>\n" }
        if node.isHere { return "<g class=\"here\" aria-current=\"true\">\(content)</g>\n" }
        return "<a href=\"\(WebPages.link(place.repository, tag: place.label))\">\(content)</a>\n"
    }

    /// A text that fits into a box: the end of a name tells more than its middle.
    private static func cut(_ text: String, _ limit: Int) -> String {
        guard text.count > limit else { return text }
        return "\(text.prefix(limit - 9))…\(text.suffix(8))"
    }
}
