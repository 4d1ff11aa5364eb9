public import OCI

/// Small artifacts for tests.
public enum StoreSamples {
    /// Bytes that depend on the seed alone.
    public static func bytes(_ seed: Int, count: Int = 3000) -> [UInt8] {
        var generator = UInt64(truncatingIfNeeded: seed) &* 0x9e37_79b9_7f4a_7c15 | 1
        return (0..<count).map { _ in
            generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: generator >> 33)
        }
    }

    /// Writes config, a layer that all artifacts share, a layer of its own, and the manifest.
    public static func publish(_ seed: Int, through lease: Lease, layerSize: Int = 3000) throws -> Descriptor {
        let config = try lease.put(Array("{}".utf8), mediaType: MediaType.empty)
        let shared = try lease.put(bytes(0, count: layerSize), mediaType: "application/octet-stream")
        let own = try lease.put(bytes(seed + 1, count: layerSize), mediaType: "application/octet-stream")
        return try lease.put(
            Manifest(
                artifactType: "application/vnd.example",
                config: config,
                layers: [shared, own],
                annotations: ["seed": String(seed)]
            )
        )
    }
}
