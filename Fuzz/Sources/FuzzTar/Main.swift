import Fuzzing
import ZooArchive

/// Every entry's name and content, under tight limits.
@main struct Main {
    static func main() {
        let limits = ArchiveLimits(entries: 100, bytes: 1 << 22, ratio: 100, ratioFreeBytes: 1 << 20)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        Fuzzing.run { input in
            try ArchiveReader(input, name: "input", limits: limits).forEach { entry, read in
                precondition(!entry.path.hasPrefix("/") && !entry.path.split(separator: "/").contains(".."))
                var size = 0
                while case let count = try read(buffer), count > 0 { size += count }
                precondition(size == entry.size)
            }
        }
    }
}
