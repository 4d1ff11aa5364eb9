import Crypto
import Glibc
import Synchronization
import ZooFiles

/// What tells whether a file is still the one that was hashed: where it is, how long, and when it changed.
struct SourceIdentity: Equatable {
    let device: UInt64
    let inode: UInt64
    let size: Int
    /// Nanoseconds since 1970.
    let modified: Int
    let changed: Int

    /// The identity of the file at a path.
    init(path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw ZooTrainingError.system("cannot read", path) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw ZooTrainingError(.notFound, "\(path): this is a directory; name a data file")
        }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
        modified = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
        changed = status.st_ctim.tv_sec * 1_000_000_000 + status.st_ctim.tv_nsec
    }

    /// One line that two identities share only if they are the same.
    var line: String { "\(device) \(inode) \(size) \(modified) \(changed)" }

    /// Whether the file changed so lately that another change might leave no trace in its times.
    var isFresh: Bool {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now.tv_sec * 1_000_000_000 + now.tv_nsec - max(modified, changed) < 2_000_000_000
    }
}

/// The digest of a stream of bytes.
final class StreamDigest {
    private var hasher = SHA256()

    /// Adds bytes.
    func update(_ bytes: UnsafeRawBufferPointer) { hasher.update(bufferPointer: bytes) }

    /// `sha256:` and 64 hexadecimal digits.
    func finish() -> String {
        let digits = Array("0123456789abcdef".utf8)
        let hex = hasher.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "sha256:" + String(decoding: hex, as: UTF8.self)
    }

    /// The digest of a whole file.
    static func ofFile(_ path: String) throws -> String {
        let file = try OpenFile(path)
        let digest = StreamDigest()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = try file.read(into: buffer)
            if count == 0 { return digest.finish() }
            digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}

/// The digest of a file that was read already, computed when somebody asks for it.
final class LateDigest: Sendable {
    private let path: String
    private let identity: SourceIdentity
    private let found = Mutex<String?>(nil)

    init(path: String, _ identity: SourceIdentity) {
        self.path = path
        self.identity = identity
    }

    /// The digest; `nil` if the file is not the one that was read any more.
    var value: String? {
        found.withLock { found in
            if let found { return found }
            guard let digest = try? StreamDigest.ofFile(path), (try? SourceIdentity(path: path)) == identity else {
                return nil
            }
            found = digest
            return digest
        }
    }
}
