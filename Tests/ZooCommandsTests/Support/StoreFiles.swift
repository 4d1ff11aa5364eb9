import Foundation

/// A published model as the files of the store say, read without any code of ours.
struct StoreFiles {
    private struct Index: Decodable {
        struct Entry: Decodable {
            let digest: String
            let annotations: [String: String]?
        }

        let manifests: [Entry]
    }

    private struct Manifest: Decodable {
        struct Layer: Decodable {
            let mediaType: String
            let digest: String
        }

        let layers: [Layer]
        let annotations: [String: String]?
    }

    struct NoSuchTag: Error { let tag: String }

    /// The manifest's digest.
    let digest: String
    /// Digests of the weight layers, in order.
    let weights: [String]
    /// The base that the manifest pins.
    let baseDigest: String?

    /// The model tagged `reference` in the store at `home`.
    init(_ home: URL, _ reference: String) throws {
        let index = try JSONDecoder().decode(
            Index.self,
            from: Data(contentsOf: home.appendingPathComponent("index.json"))
        )
        guard
            let entry = index.manifests.first(where: {
                $0.annotations?["org.opencontainers.image.ref.name"] == reference
            })
        else {
            throw NoSuchTag(tag: reference)
        }
        digest = entry.digest
        let blob = "blobs/" + digest.replacingOccurrences(of: ":", with: "/")
        let manifest = try JSONDecoder().decode(
            Manifest.self,
            from: Data(contentsOf: home.appendingPathComponent(blob))
        )
        weights = manifest.layers.filter { $0.mediaType.hasSuffix("weight.v1.tar") }.map(\.digest)
        baseDigest = manifest.annotations?["org.opencontainers.image.base.digest"]
    }

    /// How many blobs a store holds.
    static func blobCount(_ home: URL) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: home.appendingPathComponent("blobs/sha256").path).count
    }
}
