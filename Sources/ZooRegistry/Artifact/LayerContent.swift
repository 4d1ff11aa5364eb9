import Glibc
import OCI
import ZooArchive
import ZooFiles

/// The bytes of a layer, made from files of a model directory as often as they are asked for.
struct LayerContent {
    /// How the files become one content.
    enum Form {
        /// One file as it is.
        case raw
        case tar
        case zstdTar
    }

    /// The model directory.
    let directory: String
    /// Paths inside it, in the order of the archive.
    let files: [String]
    let form: Form

    /// Lends the bytes block by block.
    func stream(_ body: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
        switch form {
        case .raw: try streamFile(body)
        case .tar: try streamArchive(.none, body)
        case .zstdTar: try streamArchive(.zstd, body)
        }
    }

    /// Digest and size of the bytes.
    func measure() throws -> (digest: Digest, size: Int) {
        var hasher = ContentHasher()
        var size = 0
        try stream {
            hasher.update($0)
            size += $0.count
        }
        return (hasher.digest(), size)
    }

    /// The same files without compression.
    var uncompressed: LayerContent {
        LayerContent(directory: directory, files: files, form: form == .zstdTar ? .tar : form)
    }

    private func streamFile(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let file = try MappedFile("\(directory)/\(files[0])")
        try withExtendedLifetime(file) { try body(file.bytes) }
    }
}
