/// Media types and annotation keys of the OCI image specification 1.1.
public enum MediaType {
    public static let manifest = "application/vnd.oci.image.manifest.v1+json"
    public static let index = "application/vnd.oci.image.index.v1+json"
    public static let empty = "application/vnd.oci.empty.v1+json"
}

/// Annotation keys of the OCI image specification 1.1.
public enum Annotation {
    public static let referenceName = "org.opencontainers.image.ref.name"
    public static let title = "org.opencontainers.image.title"
    public static let baseName = "org.opencontainers.image.base.name"
    public static let baseDigest = "org.opencontainers.image.base.digest"
}
