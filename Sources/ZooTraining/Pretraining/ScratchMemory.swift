#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Zeroed memory; when large, mapped from a temporary file without a name, so that the system may page it out.
final class ScratchMemory: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    private let bytes: Int

    /// Below that many bytes memory is simply memory.
    private static let fileThreshold = 256 << 20

    /// - Throws: `ZooTrainingError` `.io` where there is no room.
    init(bytes wanted: Int) throws {
        bytes = max(wanted, 4096)
        var descriptor: Int32 = -1
        if bytes >= Self.fileThreshold {
            let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
            var path = Array("\(directory)/zoo-XXXXXX".utf8CString)
            descriptor = mkstemp(&path)
            if descriptor >= 0 { unlink(path) }
            guard descriptor >= 0, ftruncate(descriptor, off_t(bytes)) == 0 else {
                throw ZooTrainingError(.io, "cannot make a temporary file of \(bytes >> 20) MiB in \(directory)")
            }
        }
        defer { if descriptor >= 0 { close(descriptor) } }
        let flags = descriptor >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS
        guard let mapped = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, descriptor, 0), mapped != MAP_FAILED else {
            throw ZooTrainingError(.io, "cannot map \(bytes >> 20) MiB of memory")
        }
        base = mapped
    }

    deinit { munmap(base, bytes) }

    func bound<Element>(to type: Element.Type) -> UnsafeMutablePointer<Element> { base.assumingMemoryBound(to: type) }
}

/// A matrix of floats, rows contiguous.
struct RowMatrix: @unchecked Sendable {
    let width: Int
    let values: UnsafeMutablePointer<Float>
    private let memory: ScratchMemory

    init(rows: Int, width: Int) throws {
        self.width = width
        memory = try ScratchMemory(bytes: max(1, rows * width) * MemoryLayout<Float>.stride)
        values = memory.bound(to: Float.self)
    }
}
