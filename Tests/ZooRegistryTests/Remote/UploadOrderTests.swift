import OCI
import Testing
import ZooRegistry

@Suite struct UploadOrderTests {
    private func contents(_ sizes: [Int]) -> [Descriptor] {
        sizes.enumerated().map { index, size in
            Descriptor(mediaType: "application/octet-stream", digest: Digest.of([UInt8(index)]), size: size)
        }
    }

    @Test func smallContentsFollowTheTwoLargest() {
        let sizes = [100, 50 << 20, 20, 90 << 20, 70 << 20, 300]
        #expect(ModelRegistry.uploadOrder(contents(sizes)) == [3, 4, 5, 0, 2, 1])
    }

    @Test func fewContentsAreAllThere() {
        #expect(ModelRegistry.uploadOrder([]).isEmpty)
        #expect(ModelRegistry.uploadOrder(contents([7])) == [0])
        #expect(ModelRegistry.uploadOrder(contents([7, 5 << 20])) == [1, 0])
    }

    @Test func theSameContentGoesOnce() {
        let layers = contents([5, 9])
        #expect(ModelRegistry.uploadOrder([layers[0], layers[1], layers[0]]) == [1, 0])
    }
}
