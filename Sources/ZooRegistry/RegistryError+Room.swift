import OCI
import ZooFiles

extension RegistryError {
    /// A store's disk is full: what found no room, where, and how much is missing if that is known.
    init(noRoomFor what: String, in store: LayoutStore, _ error: FileError) {
        let missing = error.missing.map { ", \($0) bytes are missing" } ?? ""
        self.init(.inputOutput, "no room for \(what) in \(store.path)\(missing)", cause: error)
    }
}
