import Foundation

/// A small shop in files: tables with a known truth, their schema, a recipe, and a new task.
///
/// Users and items have tastes in two dimensions; a click's probability follows from how well they meet, so an encoder has
/// something to learn that a new task can use.
struct ToyShop {
    static let users = 150
    static let items = 50
    let directory: URL

    /// Writes the shop into a new temporary directory.
    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-shop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var random = SplitMix(state: 42)
        let userTastes = (0..<Self.users).map { _ in (random.normal(), random.normal()) }
        let itemTastes = (0..<Self.items).map { _ in (random.normal(), random.normal()) }
        let prices = (0..<Self.items).map { _ in 5 + 95 * random.uniform() }
        func table(_ rows: Int, newUsers: Bool = false) -> String {
            var text = "user,item,category,price,hour,click,stars,again,p_click\n"
            for row in 0..<rows {
                let user = Int(random.uniform() * Double(Self.users))
                let item = Int(random.uniform() * random.uniform() * Double(Self.items))
                let (taste, charm) = (userTastes[user], itemTastes[item])
                let fit = taste.0 * charm.0 + taste.1 * charm.1
                let click = logistic(1.2 * fit - 0.5)
                let again = logistic(1.5 * taste.0 + charm.1 - 0.4)
                let stars = min(5, max(1, Int((3.2 + 0.8 * fit + 0.5 * random.normal()).rounded())))
                let name = newUsers && row % 20 == 0 ? "stranger\(row)" : "u\(user)"
                let price = row % 25 == 0 ? "" : "\((prices[item] * 100).rounded() / 100)"
                let label = row % 10 == 9 ? "" : random.uniform() < click ? "1" : "0"
                text += "\(name),i\(item),c\(item % 8),\(price),\(row % 24),\(label),\(stars),"
                text += "\(random.uniform() < again ? 1 : 0),\((click * 1e6).rounded() / 1e6)\n"
            }
            return text
        }
        try write("train.csv", table(8_000))
        try write("valid.csv", table(600))
        try write("test.csv", table(800, newUsers: true))
        try write("few.csv", table(300))
        try write(
            "schema.yaml",
            """
            source: {format: csv}
            features:
              - {name: user, kind: categorical, dim: 8}
              - {name: item, kind: categorical, dim: 8}
              - {name: category, kind: categorical, dim: 4}
              - {name: price, kind: numeric}
              - {name: hour, kind: numeric, buckets: 6, dim: 4}
            tasks:
              - {name: click, kind: binary, truth: p_click}
              - {name: stars, kind: regression}

            """
        )
        try write(
            "recipe.yaml",
            """
            seed: 7
            epochs: 3
            batch_size: 128
            encoder: {type: mmoe, experts: 3, layers: [32, 16]}
            heads: {layers: [8]}
            optimiser: {type: adam, rate: 0.01}

            """
        )
        try write("again.yaml", "task: {name: again, kind: binary}\n")
    }

    /// Writes a file of the shop.
    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: directory.appendingPathComponent(name))
    }

    /// A file's text.
    func read(_ name: String) throws -> String {
        try String(decoding: Data(contentsOf: directory.appendingPathComponent(name)), as: UTF8.self)
    }

    /// `zoo` in the shop's directory; each `home` is a store of its own.
    func zoo(home: String = "home") -> ZooProcess {
        ZooProcess(directory: directory, environment: ["ZOO_HOME": directory.appendingPathComponent(home).path])
    }

    func remove() {
        try? FileManager.default.removeItem(at: directory)
    }
}

private func logistic(_ value: Double) -> Double {
    1 / (1 + exp(-value))
}

/// Steele, Lea and Flood's generator: the shop is the same on every machine.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Near enough normal: the sum of twelve uniforms.
    mutating func normal() -> Double {
        (0..<12).reduce(-6) { sum, _ in sum + uniform() }
    }
}
