import OCI
import ZooFiles

/// The digest of a file as it lies on the disk.
enum FileDigest {
    static func of(_ path: String) throws -> Digest {
        let file = try OpenFile(path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        var hasher = ContentHasher()
        while true {
            let count = try file.read(into: buffer)
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            if count < buffer.count { return hasher.digest() }
        }
    }
}
