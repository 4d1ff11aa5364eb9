import Glibc
import ZooArchive
import ZooFiles

extension LayerContent {
    /// Lends the bytes of an archive of the files, block by block.
    func streamArchive(
        _ compression: ArchiveWriter.Compression,
        _ body: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let writer = try ArchiveWriter(compression, sink: body)
        for name in files {
            try writer.addFile(name, from: OpenFile("\(directory)/\(name)", flags: O_RDONLY | O_NOFOLLOW))
        }
        try writer.finish()
    }
}
