import Foundation
import Testing
import ZooModel
import ZooTraining

@Suite struct SimulatedShopTests {
    static func write(_ options: ShopOptions) throws -> String {
        let directory = NSTemporaryDirectory() + "zoo-shop-\(UUID().uuidString)"
        _ = try SimulatedShop(options).write(to: directory)
        return directory
    }

    static func contents(_ directory: String, _ name: String) throws -> String {
        try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
    }

    @Test func sameSeedSameBytes() throws {
        let options = ShopOptions(users: 60, items: 40, events: 2_000, seed: 7)
        let first = try Self.write(options)
        let second = try Self.write(options)
        let third = try Self.write(ShopOptions(users: 60, items: 40, events: 2_000, seed: 8))
        defer { [first, second, third].forEach { try? FileManager.default.removeItem(atPath: $0) } }
        let names = try FileManager.default.contentsOfDirectory(atPath: first).sorted()
        #expect(names.count == 12)
        for name in names {
            #expect(try Self.contents(first, name) == Self.contents(second, name), "\(name)")
        }
        #expect(try Self.contents(first, "train.csv") != Self.contents(third, "train.csv"))
    }

    /// Labels follow the funnel, rows follow time, and the smaller new-task files begin the larger ones.
    @Test func filesHoldWhatTheyPromise() throws {
        let directory = try Self.write(ShopOptions(users: 200, items: 100, events: 20_000, seed: 3))
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var lastTime = ""
        var rows = 0
        for name in ["train.csv", "valid.csv", "test.csv"] {
            let lines = try Self.contents(directory, name).split(separator: "\n")
            rows += lines.count - 1
            for line in lines.dropFirst() {
                let time = String(line.prefix(19))
                #expect(time >= lastTime)
                lastTime = time
                // The title is the one quoted field; what follows it are the labels.
                let fields = line[line.lastIndex(of: "\"")!...].split(separator: ",", omittingEmptySubsequences: false)
                let (click, cart, buy, returned) = (fields[1], fields[2], fields[3], fields[4])
                if click == "0" { #expect(cart.isEmpty && buy.isEmpty) } else { #expect(!cart.isEmpty && !buy.isEmpty) }
                if cart == "0" { #expect(buy == "0") }
                #expect(returned.isEmpty == (buy != "1"))
                if !fields[5].isEmpty { #expect(buy == "1" && (1...5).contains(Int(fields[5]) ?? 0)) }
                #expect(fields.count == (name == "train.csv" ? 6 : 11))
            }
        }
        #expect(rows == 20_000)
        let small = try Self.contents(directory, "new-task-500.csv")
        #expect(try Self.contents(directory, "new-task-5000.csv").hasPrefix(small.dropLast()))
        _ = try Schema.read("\(directory)/schema.yaml")
        _ = try Recipe.read("\(directory)/recipe.yaml")
        let task = try TaskFile.read("\(directory)/task.yaml")
        #expect(task.task.truth == "p_again")
    }

    /// Labels are drawn with the probabilities that the truth columns state.
    @Test func truthIsTrue() throws {
        let directory = try Self.write(ShopOptions(users: 200, items: 100, events: 100, seed: 5))
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var bins = [(count: Double, labels: Double, sum: Double, variance: Double)](repeating: (0, 0, 0, 0), count: 5)
        for line in try Self.contents(directory, "new-task-test.csv").split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",").suffix(2).compactMap { Double($0) }
            let bin = min(4, Int(fields[1] * 5))
            bins[bin].count += 1
            bins[bin].labels += fields[0]
            bins[bin].sum += fields[1]
            bins[bin].variance += fields[1] * (1 - fields[1])
        }
        for bin in bins {
            #expect(abs(bin.labels - bin.sum) < 5 * bin.variance.squareRoot() + 1, "\(bin)")
        }
    }

    /// Each label of the funnel is drawn with the probability, or around the mean, that its truth column states.
    @Test func truthOfTheFunnelIsTrue() throws {
        let directory = try Self.write(ShopOptions(users: 500, items: 200, events: 60_000, seed: 6))
        defer { try? FileManager.default.removeItem(atPath: directory) }
        // For each of five tasks, and within each fifth of its truth's range: rows, labels, truth, variance.
        var bins = [[Double]](repeating: [0, 0, 0, 0], count: 25)
        for name in ["valid.csv", "test.csv"] {
            for line in try Self.contents(directory, name).split(separator: "\n").dropFirst() {
                let fields = line.split(separator: ",", omittingEmptySubsequences: false).suffix(10).map { Double($0) }
                for task in 0..<5 {
                    guard let label = fields[task], let truth = fields[task + 5] else { continue }
                    let isRating = task == 4
                    let bin = task * 5 + min(4, Int(isRating ? truth - 1 : truth * 5))
                    bins[bin][0] += 1
                    bins[bin][1] += label
                    bins[bin][2] += truth
                    bins[bin][3] += isRating ? 2 : truth * (1 - truth)
                }
            }
        }
        #expect(bins.count { $0[0] > 100 } > 12)
        for (index, bin) in bins.enumerated() {
            #expect(abs(bin[1] - bin[2]) < 5 * bin[3].squareRoot() + 1, "task \(index / 5), bin \(index % 5): \(bin)")
        }
    }

    /// Users and items keep appearing, and few items have most of the impressions.
    @Test func newcomersAndSkew() throws {
        let directory = try Self.write(ShopOptions(users: 2_000, items: 500, events: 20_000, seed: 9))
        defer { try? FileManager.default.removeItem(atPath: directory) }
        func column(_ index: Int, of name: String) throws -> [Substring] {
            try Self.contents(directory, name).split(separator: "\n").dropFirst().map {
                $0.split(separator: ",", omittingEmptySubsequences: false)[index]
            }
        }
        for index in [1, 10] {
            let known = Set(try column(index, of: "train.csv"))
            let test = try column(index, of: "test.csv")
            let unknown = Double(test.count { !known.contains($0) }) / Double(test.count)
            #expect(unknown > 0.005 && unknown < 0.5, "\(unknown)")
        }
        let counts = Dictionary(grouping: try column(10, of: "train.csv")) { $0 }.values.map(\.count).sorted(by: >)
        #expect(counts.prefix(50).reduce(0, +) * 4 > counts.reduce(0, +))
    }

    @Test(arguments: [ShopOptions(users: 9), ShopOptions(items: 0), ShopOptions(events: 99)])
    func refusesSizesOutOfRange(options: ShopOptions) {
        let error = #expect(throws: ZooTrainingError.self) { try SimulatedShop(options) }
        #expect(error?.code == .usage)
    }
}
