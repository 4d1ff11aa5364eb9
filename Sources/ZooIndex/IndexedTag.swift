import OCI
import ZooRegistry

/// A tag or an alias of the store's index.
struct IndexedTag {
    let name: String
    let repository: String
    let label: String
    let descriptor: Descriptor
    let isAlias: Bool

    var digest: Digest { descriptor.digest }
    var published: String? { descriptor.annotations["dev.zoo.published"] }

    /// Reads an entry; nil for what is neither.
    init?(_ entry: Descriptor) {
        guard let name = entry.referenceName else { return nil }
        if let place = entry.place, let tag = place.tag {
            (repository, label, isAlias) = (place.repository.description, tag, false)
        } else if let alias = try? Alias(name) {
            (repository, label, isAlias) = (alias.name, alias.label, true)
        } else {
            return nil
        }
        self.name = name
        descriptor = entry
    }
}
