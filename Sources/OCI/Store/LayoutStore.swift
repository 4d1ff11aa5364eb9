import Glibc
import ZooFiles

/// An OCI image layout on disk that any number of processes may use at once.
///
/// `oci-layout`, `index.json` and `blobs/` are as the OCI image specification 1.1 says, so other programs can read and
/// write the store. Beside them lie `tags.log` (see ``history(of:)``) and `.zoo/` (locks, leases, temporary files and
/// the last generations of the index).
///
/// What is guaranteed, and how:
/// - A blob appears whole or not at all: temporary file, checked hash, `fsync`, rename, `fsync` of the directory.
/// - No update of the index is lost among zoo's processes, with or without working locks: each update claims the next
///   generation by creating a file of that number, which only one process can. See ``IndexFile``.
/// - A killed process leaves nothing held: locks die with it; its temporary files and leases are recognised as dead.
/// - ``collectGarbage(dryRun:minimumAge:)`` removes nothing that a ``Lease`` protects. Where locks cannot be trusted
///   (see ``locksAreTrusted``), age decides instead: content younger than an hour stays.
/// - Programs other than zoo take part in none of this: two of them writing at once can lose tags, as can one beside
///   zoo in the moment between its read and its write of `index.json`.
public final class LayoutStore: Sendable {
    /// The directory of the layout.
    public let path: String

    let root: OpenFile
    let indexCache = IndexCache()

    private init(path: String, root: consuming OpenFile) {
        self.path = path
        self.root = root
    }

    /// Opens a layout.
    ///
    /// - Parameter create: makes an empty layout if there is none.
    /// - Throws: ``OCIError`` `.notFound` if there is none, `.invalid` if it is of another version; `FileError`.
    public static func open(at path: String, create: Bool = false) throws -> LayoutStore {
        if create { try OpenFile.makeDirectories(path) }
        let root: OpenFile
        do {
            root = try OpenFile(path, flags: O_RDONLY | O_DIRECTORY)
        } catch let error as FileError where error.code == .notFound {
            throw OCIError(.notFound, "no store at \(path)")
        }
        let store = LayoutStore(path: path, root: root)
        try store.checkVersion(create: create)
        return store
    }

    private static let marker = "oci-layout"

    private func checkVersion(create: Bool) throws {
        guard let file = try root.openIfPresent(Self.marker) else {
            guard create else { throw OCIError(.notFound, "no OCI layout at \(path) (no file oci-layout)") }
            try makeEmpty()
            return
        }
        let bytes = try file.readAll(limit: 4096) ?? []
        guard String(decoding: bytes, as: UTF8.self).contains(#""imageLayoutVersion""#) else {
            throw OCIError(.invalid, "\(path)/oci-layout is not what an OCI layout has")
        }
        if create, try root.status(of: IndexFile.name) == nil { try makeEmpty() }
    }

    /// Makes the fixed parts; several processes may do so at once.
    private func makeEmpty() throws {
        try root.makeDirectory("blobs")
        let blobs = try root.directory("blobs")
        try blobs.makeDirectory(Digest.Algorithm.sha256.rawValue)
        _ = try workDirectory("tmp")
        if try root.status(of: IndexFile.name) == nil { try indexFile().update { _ in } }
        try replace(Self.marker, with: Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
    }

    /// A directory of zoo's own inside the layout, made if it is not there.
    func workDirectory(_ name: String) throws -> OpenFile {
        try root.directory(".zoo", create: true).directory(name, create: true)
    }

    /// Replaces a file of the layout in one step.
    func replace(_ name: String, with bytes: [UInt8]) throws {
        let temporary = try TemporaryFile(store: self, content: bytes)
        try temporary.move(to: name, in: root)
        try root.sync()
    }

    func indexFile() -> IndexFile { IndexFile(store: self) }
}
