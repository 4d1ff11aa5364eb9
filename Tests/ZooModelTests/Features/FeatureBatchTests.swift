import Testing
import ZooModel

@Suite struct FeatureBatchTests {
    @Test func slicesViewTheSameRows() {
        let ids: [Int32] = [0, 1, 10, 11, 20, 21]
        let dense: [Float] = [0.5, 1.5, 2.5]
        let offsets: [Int32] = [0, 2, 3, 6]
        let bagIds: [Int32] = [5, 6, 7, 8, 9, 10]
        ids.withUnsafeBufferPointer { ids in
            dense.withUnsafeBufferPointer { dense in
                offsets.withUnsafeBufferPointer { offsets in
                    bagIds.withUnsafeBufferPointer { bagIds in
                        var bag = FeatureBatch.Bag(offsets: offsets.baseAddress!, ids: bagIds.baseAddress!)
                        withUnsafePointer(to: &bag) { bags in
                            let batch = FeatureBatch(
                                rows: 3,
                                ids: ids.baseAddress!,
                                idStride: 2,
                                dense: dense.baseAddress!,
                                denseStride: 1,
                                bags: bags
                            )
                            let last = batch.rows(1..<3).rows(1..<2)
                            #expect(last.rows == 1)
                            #expect(last.ids[1] == 21)
                            #expect(last.dense[0] == 2.5)
                            let bag = last.bag(0)
                            #expect((bag.offsets[0]..<bag.offsets[1]).map { bag.ids[Int($0)] } == [8, 9, 10])
                        }
                    }
                }
            }
        }
    }
}
