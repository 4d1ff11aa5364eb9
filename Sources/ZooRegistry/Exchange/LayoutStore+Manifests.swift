import OCI
import ZooFiles

extension LayoutStore {
    /// The annotation of an exported index that names an index of what is attached to its models: signatures and
    /// statements. Beside the models they would keep other tools from reading an archive as that of one image.
    static let referrersKey = "dev.zoo.referrers"

    /// The index of a layout that nobody else uses.
    func exchangedIndex() throws -> ImageIndex {
        guard let bytes = try OpenFile("\(path)/index.json").readAll(limit: ImageIndex.byteLimit) else {
            throw RegistryError(.invalid, "\(path)/index.json is longer than \(ImageIndex.byteLimit) bytes")
        }
        return try ImageIndex(parsing: bytes)
    }
}
