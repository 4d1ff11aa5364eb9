import AllocationCounter
import Testing
import ZooModel
import ZooTensor
import ZooTraining

@Suite struct BatchLoaderTests {
    private static let features = [
        FeatureDefinition(name: "key", kind: .categorical(.init())),
        FeatureDefinition(name: "number", kind: .numeric(.init())),
        FeatureDefinition(name: "tags", kind: .bag(.init(maximumLength: 3))),
    ]
    private static let tasks = [
        TaskDefinition(name: "amount", column: "number", kind: .regression),
        TaskDefinition(name: "odd", column: "odd", kind: .binary(.truth)),
    ]

    private func source(rows: Int) throws -> TrainingRows {
        let lines = (0..<rows).map { row in
            let tags = (0..<row % 4).map { "t\(($0 + row) % 5)" }.joined(separator: "|")
            return "k\(row % 97),\(row),\(tags),\(row % 3 == 0 ? "" : "\(row % 2)")\n"
        }
        let requests = Self.features.map(\.request) + Self.tasks.map(\.request)
        let reader = TableReader(format: .csv, columns: ColumnRequest.distinct(requests))
        let table = try reader.read("key,number,tags,odd\n" + lines.joined())
        let encoder = try RowEncoder(FeatureFitter.fit(Self.features, on: table), table: table)
        let labels = try Self.tasks.map { try LabelReader.read($0, from: table, isTraining: false) }
        return TrainingRows(encoder, own: [nil, encoder], labels: labels)
    }

    /// Memory that holds about so many of the rows at a time.
    private func memory(rows: Int) -> Int { rows * 96 }

    private func loader(
        _ source: TrainingRows,
        _ rows: RowSelection,
        batchSize: Int = 128,
        seed: UInt64? = nil,
        memory: Int = BatchLoader.trainingMemory,
        threads: Int = 2
    ) -> BatchLoader {
        // A pool of its own: tests run side by side, and a pool serves one caller at a time.
        let pool = WorkerPool(threads: threads)
        return BatchLoader(source, rows, batchSize: batchSize, seed: seed, memory: memory, pool: pool)
    }

    /// The table's rows of an epoch in their order, after checking that each row's content is its own.
    private func epoch(_ loader: BatchLoader, _ source: TrainingRows, _ number: Int = 1) throws -> [Int] {
        loader.start(epoch: number)
        var visited: [Int] = []
        var batches = 0
        while let batch = loader.next() {
            batches += 1
            let views = [batch.features, batch.ownFeatures[1]].compactMap(\.self)
            #expect(views.count == 2 && batch.ownFeatures[0] == nil)
            var present = 0
            for index in 0..<batch.rows {
                let row = Int(batch.tableRows[index])
                let isOwn =
                    views.allSatisfy { Self.isRow(row, index, $0) } && batch.labels[0][index] == Float(row)
                    && (row % 3 == 0 ? batch.labels[1][index].isNaN : batch.labels[1][index] == Float(row % 2))
                    && batch.classes[1][index] == (row % 3 == 0 ? -1 : Int32(row % 2))
                if !isOwn { Issue.record("row \(row) is not itself") }
                present += row % 3 == 0 ? 0 : 1
                visited.append(row)
            }
            #expect(batch.present == [batch.rows, present])
        }
        #expect(batches == loader.batchCount)
        return visited
    }

    /// Whether a place of a view holds what `source(rows:)` wrote for a row.
    private static func isRow(_ row: Int, _ index: Int, _ view: FeatureBatch) -> Bool {
        let bag = view.bag(0)
        return view.ids[index * view.idStride] >= 2 && view.dense[index * view.denseStride].isFinite
            && bag.offsets[index + 1] - bag.offsets[index] == max(1, row % 4)
            && (bag.ids[Int(bag.offsets[index])] == 0) == (row % 4 == 0)
    }

    @Test func withoutASeedRowsComeInTheirOrder() throws {
        let source = try source(rows: 10_000)
        for memory in [BatchLoader.trainingMemory, memory(rows: 500)] {
            let loader = loader(source, RowSelection(allOf: 10_000), memory: memory)
            #expect(try epoch(loader, source) == Array(0..<10_000))
            #expect(loader.next() == nil)
            #expect(try epoch(loader, source, 2) == Array(0..<10_000))
        }
    }

    @Test(arguments: [Int.max, 6_000]) func anEpochIsAFunctionOfSeedAndNumber(_ windowRows: Int) throws {
        let (source, rows) = (try source(rows: 20_000), RowSelection(allOf: 20_000))
        let memory = memory(rows: min(windowRows, 100_000))
        let first = loader(source, rows, seed: 1, memory: memory)
        let epochs = try (1...3).map { try epoch(first, source, $0) }
        for order in epochs { #expect(order.sorted() == Array(0..<20_000)) }
        #expect(epochs[0] != epochs[1] && epochs[1] != epochs[2])
        // A run that resumes at an epoch, and one with other threads, see the same.
        let resumed = loader(source, rows, seed: 1, memory: memory, threads: 5)
        #expect(try epoch(resumed, source, 3) == epochs[2])
        #expect(try epoch(loader(source, rows, seed: 2, memory: memory), source) != epochs[0])
        // Neighbours in the table are not neighbours in the epoch.
        let steps = zip(epochs[0], epochs[0].dropFirst()).count { abs($0 - $1) == 1 }
        #expect(steps < 200)
    }

    @Test(arguments: [Int.max, 600]) func chosenRowsAlone(_ windowRows: Int) throws {
        let source = try source(rows: 9_000)
        let rows = RowSelection(of: 9_000) { $0 % 7 < 3 || $0 > 8_000 }
        let wanted = (0..<9_000).filter { $0 % 7 < 3 || $0 > 8_000 }
        let memory = memory(rows: min(windowRows, 100_000))
        let loader = loader(source, rows, batchSize: 50, seed: 3, memory: memory)
        #expect(loader.rowCount == wanted.count)
        let order = try epoch(loader, source)
        #expect(order != wanted)
        #expect(order.sorted() == wanted)
        #expect(try epoch(self.loader(source, rows, batchSize: 50, memory: memory), source) == wanted)
    }

    @Test func noRowsNoBatches() throws {
        let loader = loader(try source(rows: 10), RowSelection(of: 10) { _ in false }, seed: 1)
        #expect(loader.batchCount == 0)
        loader.start(epoch: 1)
        #expect(loader.next() == nil)
    }

    @Test func aBatchAllocatesNothing() throws {
        let loader = loader(try source(rows: 4_000), RowSelection(allOf: 4_000), batchSize: 100, seed: 1)
        for epoch in 1...2 {
            loader.start(epoch: epoch)
            while loader.next() != nil {}
        }
        // Other tests of the process may allocate at the same time: the quietest of many windows is the loader's own.
        var fewest = Int64.max
        for epoch in 3..<8 {
            loader.start(epoch: epoch)
            var rows = 0
            for _ in 0..<loader.batchCount {
                allocation_counter_start()
                rows += loader.next()?.rows ?? 0
                fewest = min(fewest, allocation_counter_stop())
            }
            #expect(rows == 4_000)
        }
        #expect(fewest == 0)
    }
}
