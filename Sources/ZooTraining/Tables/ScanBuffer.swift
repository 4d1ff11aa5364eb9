import CKernels
import Glibc

/// Memory for text under a scan, or for values made of it: grows, is reused, and can be read past its end.
final class ScanBuffer<Element: BitwiseCopyable> {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var capacity: Int
    var count = 0

    init(capacity: Int = 0) {
        self.capacity = capacity
        base = Self.allocate(capacity)
    }

    deinit { base.deallocate() }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Element> {
        let bytes = capacity * MemoryLayout<Element>.stride + Int(ZOO_SCAN_PADDING)
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        memset(raw + (bytes - Int(ZOO_SCAN_PADDING)), 0, Int(ZOO_SCAN_PADDING))
        return raw.assumingMemoryBound(to: Element.self)
    }

    /// Makes room for `wanted` elements, keeping those there are.
    func reserve(_ wanted: Int) {
        guard wanted > capacity else { return }
        let larger = Self.allocate(max(wanted, capacity * 2))
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
        capacity = max(wanted, capacity * 2)
    }

    @inline(__always)
    func append(_ element: Element) {
        if count == capacity { reserve(max(64, capacity * 2)) }
        base[count] = element
        count += 1
    }

    func append(from source: UnsafePointer<Element>, count added: Int) {
        reserve(count + added)
        (base + count).update(from: source, count: added)
        count += added
    }
}
