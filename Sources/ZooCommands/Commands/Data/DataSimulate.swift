package import ArgumentParser
import ZooTraining

extension DataCommand {
    /// `zoo data simulate`.
    package struct Simulate: ParsableCommand {
        package static let configuration = CommandConfiguration(
            abstract: "Write the data of a simulated shop whose true probabilities are known.",
            discussion: """
                Impressions lead to clicks, carts, purchases, returns and ratings. The
                directory gets train.csv, valid.csv and test.csv (split by time, the latter two
                with the true probabilities), schema.yaml, a new task in task.yaml with 500,
                5,000 and 50,000 labelled rows, and a README. The same options give the same
                bytes on any machine.

                Example:
                  zoo data simulate --out shop --users 2000 --items 1000 --seed 1
                  zoo pretrain --schema shop/schema.yaml --data shop/train.csv \\
                    --valid shop/valid.csv --publish shop:1
                  zoo evaluate shop:1 --data shop/test.csv
                """
        )

        @Option(name: .long, help: "The directory to write to; it is made if need be.")
        var out: String

        @Option(name: .long, help: "How many users there are.")
        var users = 2_000

        @Option(name: .long, help: "How many items there are.")
        var items = 1_000

        @Option(name: .long, help: "How many impressions to write, in all three files together.")
        var events = 200_000

        @Option(name: .long, help: "Which shop.")
        var seed: UInt64 = 1

        @OptionGroup var output: OutputOptions

        package init() {}

        package func run() throws {
            let shop = try SimulatedShop(ShopOptions(users: users, items: items, events: events, seed: seed))
            let files = try shop.write(to: out)
            let directory = out.hasSuffix("/") ? String(out.dropLast()) : out
            try Output.list(files.map { WrittenFile(path: "\(directory)/\($0.name)", rows: $0.rows) }, output)
        }
    }
}

/// One file that a command wrote.
private struct WrittenFile: ListRow {
    var path: String
    var rows: Int?

    static let columns: [TextTable.Column] = [.init("FILE"), .init("ROWS", .trailing)]

    var cells: [String] { [path, rows.map(String.init) ?? ""] }

    var identifier: String { path }
}
