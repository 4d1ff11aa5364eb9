import OCI
import ZooFiles

extension LayoutStore {
    /// The manifests that the index of a layout nobody else uses lists, tagged or not.
    func manifests() throws -> [Descriptor] {
        guard let bytes = try OpenFile("\(path)/index.json").readAll(limit: ImageIndex.byteLimit) else {
            throw RegistryError(.invalid, "\(path)/index.json is longer than \(ImageIndex.byteLimit) bytes")
        }
        return try ImageIndex(parsing: bytes).manifests
    }
}
