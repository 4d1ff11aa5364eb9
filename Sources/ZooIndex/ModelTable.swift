import GRDB
import OCI

/// What a search counts, in memory: the models in the order in which a list shows them, values as numbers.
struct ModelTable {
    struct Model {
        let id: Int64
        /// nil for a name that is none; nobody sees it.
        let repository: RepositoryName?
        /// For each facet the positions in ``values``.
        let values: [[Int32]]
    }

    static let facets = ModelFilter.Facet.allCases

    /// The database's count of updates.
    let updates: Int
    /// The models, the last published first.
    let models: [Model]
    /// For each facet the values that there are.
    let values: [[String]]
    /// Where a model stands in ``models``.
    let positions: [Int64: Int]

    /// Reads all models.
    init(_ database: Database, updates: Int) throws {
        var numbers: [[String: Int32]] = Self.facets.map { _ in [:] }
        var values: [[String]] = Self.facets.map { _ in [] }
        func number(_ value: String, _ facet: Int) -> Int32 {
            if let known = numbers[facet][value] { return known }
            let number = Int32(values[facet].count)
            numbers[facet][value] = number
            values[facet].append(value)
            return number
        }
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT m.id, m.repository, a.kind, a.encoder, a.tasks, a.licences
                FROM model m JOIN artifact a ON a.digest = m.digest ORDER BY m.published DESC, m.repository
                """
        )
        var models: [Model] = []
        while let row = try rows.next() {
            let found = Self.facets.map { facet -> [String] in
                switch facet {
                case .kind: [row[2] ?? "other"]
                case .encoder: [row[3] as String?].compactMap(\.self)
                case .task: IndexedModel.list(row[4])
                case .licence: IndexedModel.list(row[5])
                }
            }
            models.append(
                Model(
                    id: row[0],
                    repository: try? RepositoryName(row[1]),
                    values: found.enumerated().map { facet, texts in texts.map { number($0, facet) } }
                )
            )
        }
        self.updates = updates
        self.models = models
        self.values = values
        positions = Dictionary(models.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The number that stands for a value; nil where no model has it, or none is wanted.
    func number(of value: String?, _ facet: ModelFilter.Facet) -> Int32? {
        guard let value, let facet = Self.facets.firstIndex(of: facet) else { return nil }
        return values[facet].firstIndex(of: value).map { Int32($0) }
    }
}
