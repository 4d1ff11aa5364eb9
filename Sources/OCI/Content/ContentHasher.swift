import Crypto
package import ZooFiles

/// Hashes content piece by piece.
public struct ContentHasher: Sendable {
    private enum State {
        case sha256(SHA256)
        case sha512(SHA512)
    }

    private var state: State

    /// Starts a hash.
    public init(_ algorithm: Digest.Algorithm = .sha256) {
        state = algorithm == .sha256 ? .sha256(SHA256()) : .sha512(SHA512())
    }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .sha256(var hasher):
            hasher.update(bufferPointer: bytes)
            state = .sha256(hasher)
        case .sha512(var hasher):
            hasher.update(bufferPointer: bytes)
            state = .sha512(hasher)
        }
    }

    /// The digest of everything added.
    public func digest() -> Digest {
        switch state {
        case .sha256(let hasher): Digest(.sha256, bytes: hasher.finalize())
        case .sha512(let hasher): Digest(.sha512, bytes: hasher.finalize())
        }
    }
}

extension Digest {
    /// The digest of bytes.
    public static func of(_ bytes: UnsafeRawBufferPointer, _ algorithm: Algorithm = .sha256) -> Digest {
        var hasher = ContentHasher(algorithm)
        hasher.update(bytes)
        return hasher.digest()
    }

    /// The digest of bytes.
    public static func of(_ bytes: [UInt8], _ algorithm: Algorithm = .sha256) -> Digest {
        bytes.withUnsafeBytes { of($0, algorithm) }
    }

    /// The digest of what a file holds from its current position on.
    package static func of(_ file: borrowing OpenFile, _ algorithm: Algorithm = .sha256) throws -> Digest {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        var hasher = ContentHasher(algorithm)
        while true {
            let count = try file.read(into: buffer)
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            if count < buffer.count { return hasher.digest() }
        }
    }
}
