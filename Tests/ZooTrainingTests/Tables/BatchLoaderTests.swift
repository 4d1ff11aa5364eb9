import AllocationCounter
import Testing
import ZooModel
import ZooTraining

@Suite struct BatchLoaderTests {
    private static let features = [
        FeatureDefinition(name: "key", kind: .categorical(.init())),
        FeatureDefinition(name: "number", kind: .numeric(.init())),
        FeatureDefinition(name: "tags", kind: .bag(.init(maximumLength: 3))),
    ]

    private func encoder(rows: Int) throws -> RowEncoder {
        let text = "key,number,tags\n" + (0..<rows).map { "k\($0 % 97),\($0),\(Self.tags($0))\n" }.joined()
        let reader = TableReader(format: .csv, columns: Self.features.map(\.request))
        let table = try reader.read(text)
        return try RowEncoder(FeatureFitter.fit(Self.features, on: table), table: table)
    }

    private static func tags(_ row: Int) -> String { (0..<row % 4).map { "t\(($0 + row) % 5)" }.joined(separator: "|") }

    /// The table's rows of an epoch in their order, after checking that each row's content is its own.
    private func epoch(_ loader: BatchLoader, _ encoder: RowEncoder, _ labels: [[Float]]) -> [Int] {
        var visited: [Int] = []
        var batches = 0
        while let batch = loader.next() {
            batches += 1
            let features = batch.features[0]
            #expect(features.rows == batch.rows)
            for index in 0..<batch.rows {
                let row = Int(batch.tableRows[index])
                var (id, dense): (Int32, Float) = (0, 0)
                encoder.encode(row..<row + 1, ids: &id, idStride: 1, dense: &dense, denseStride: 1)
                var (offsets, ids): ([Int32], [Int32]) = ([0], [])
                encoder.encodeBag(0, row..<row + 1, offsets: &offsets, ids: &ids)
                let bag = features.bag(0)
                let found = (bag.offsets[index]..<bag.offsets[index + 1]).map { bag.ids[Int($0)] }
                let isOwn =
                    features.ids[index * features.idStride] == id && found == ids
                    && features.dense[index * features.denseStride] == dense
                    && labels.indices.allSatisfy {
                        batch.labels(ofTask: $0)[index].bitPattern == labels[$0][row].bitPattern
                    }
                if !isOwn { Issue.record("row \(row) is not itself") }
                visited.append(row)
            }
        }
        #expect(batches == loader.batchCount)
        return visited
    }

    private func labels(_ rows: Int) -> [[Float]] {
        [(0..<rows).map { Float($0) }, (0..<rows).map { $0 % 3 == 0 ? .nan : Float($0 % 2) }]
    }

    @Test func withoutShufflingRowsComeInTheirOrder() throws {
        let (encoder, labels) = (try encoder(rows: 1000), labels(1000))
        for window in [1 << 18, 200] {
            let loader = BatchLoader([encoder], labels: labels, batchSize: 64, shuffles: false, windowRows: window)
            #expect(epoch(loader, encoder, labels) == Array(0..<1000))
            #expect(loader.next() == nil)
            loader.start(epoch: 1)
            #expect(epoch(loader, encoder, labels) == Array(0..<1000))
        }
    }

    @Test(arguments: [1 << 18, 6000]) func anEpochIsAFunctionOfSeedAndNumber(_ window: Int) throws {
        let (encoder, labels) = (try encoder(rows: 20_000), labels(20_000))
        func loader(_ seed: UInt64) -> BatchLoader {
            BatchLoader([encoder], labels: labels, batchSize: 128, seed: seed, shuffles: true, windowRows: window)
        }
        let first = loader(1)
        var epochs: [[Int]] = []
        for number in 0..<3 {
            first.start(epoch: number)
            epochs.append(epoch(first, encoder, labels))
        }
        for order in epochs { #expect(order.sorted() == Array(0..<20_000)) }
        #expect(epochs[0] != epochs[1] && epochs[1] != epochs[2])
        let resumed = loader(1)
        resumed.start(epoch: 2)
        #expect(epoch(resumed, encoder, labels) == epochs[2])
        #expect(epoch(loader(2), encoder, labels) != epochs[0])
        // Neighbours in the table are not neighbours in the epoch.
        let steps = zip(epochs[0], epochs[0].dropFirst()).count { abs($0 - $1) == 1 }
        #expect(steps < 200)
    }

    @Test func chosenRowsAlone() throws {
        let (encoder, labels) = (try encoder(rows: 500), labels(500))
        let rows = (0..<500).filter { $0 % 7 < 3 }
        let loader = BatchLoader([encoder], labels: labels, rows: rows, batchSize: 32, seed: 3, shuffles: true)
        #expect(loader.rowCount == rows.count)
        let order = epoch(loader, encoder, labels)
        #expect(order != rows)
        #expect(order.sorted() == rows)
    }

    @Test func severalEncodersGiveSeveralViews() throws {
        let encoder = try encoder(rows: 100)
        let labels: [[Float]] = []
        let loader = BatchLoader([encoder, encoder], labels: labels, batchSize: 100, shuffles: true)
        let batch = try #require(loader.next())
        #expect(batch.features.count == 2)
        let (left, right) = (batch.features[0], batch.features[1])
        #expect((0..<100).allSatisfy { left.ids[$0] == right.ids[$0] && left.dense[$0] == right.dense[$0] })
    }

    @Test func noRowsNoBatches() throws {
        let encoder = try encoder(rows: 10)
        let loader = BatchLoader([encoder], labels: [], rows: [], batchSize: 4, shuffles: true)
        #expect(loader.batchCount == 0)
        #expect(loader.next() == nil)
    }

    @Test func aBatchAllocatesNothing() throws {
        let (encoder, labels) = (try encoder(rows: 4000), labels(4000))
        let loader = BatchLoader([encoder], labels: labels, batchSize: 100, seed: 1, shuffles: true)
        while loader.next() != nil {}
        // Other tests of the process may allocate at the same time: the quietest of many windows is the loader's own.
        var fewest = Int64.max
        for epoch in 1..<6 {
            loader.start(epoch: epoch)
            var rows = 0
            for _ in 0..<loader.batchCount {
                allocation_counter_start()
                rows += loader.next()?.rows ?? 0
                fewest = min(fewest, allocation_counter_stop())
            }
            #expect(rows == 4000)
        }
        #expect(fewest == 0)
    }
}
