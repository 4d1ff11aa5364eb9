/// Media types and annotation keys of the OCI image specification 1.1.
public enum MediaType {
    /// An artifact.
    public static let manifest = "application/vnd.oci.image.manifest.v1+json"
    /// A list of artifacts.
    public static let index = "application/vnd.oci.image.index.v1+json"
    /// No content: the two bytes `{}`.
    public static let empty = "application/vnd.oci.empty.v1+json"
    /// An image, as Docker names it.
    public static let dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
    /// A list of images, as Docker names it.
    public static let dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"
}

/// Annotation keys of the OCI image specification 1.1.
public enum Annotation {
    /// The name of a manifest in an index.
    public static let referenceName = "org.opencontainers.image.ref.name"
    /// The file name of a layer.
    public static let title = "org.opencontainers.image.title"
    /// The reference of what the artifact was made from.
    public static let baseName = "org.opencontainers.image.base.name"
    /// The manifest digest of what the artifact was made from.
    public static let baseDigest = "org.opencontainers.image.base.digest"
    /// In an index: the repository of a manifest that no tag points to.
    package static let repository = "dev.zoo.repository"
    /// In an index: digests that the manifest refers to and its repository lacks, separated by spaces.
    package static let missing = "dev.zoo.missing"
}
