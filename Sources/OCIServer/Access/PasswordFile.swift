import CCrypt
import Glibc
import ZooFiles

/// Users and their passwords' hashes: lines of `user:hash`, as `htpasswd -B` writes them.
///
/// Hashes are checked by the system's crypt(3): bcrypt, scrypt and yescrypt. Weaker ones are refused.
struct PasswordFile: Sendable {
    private static let byteLimit = 4 << 20
    private static let methods = ["$2a$", "$2b$", "$2y$", "$7$", "$y$", "$gy$"]
    /// A hash of no password, for a file without users.
    private static let decoy = "$2b$10$abcdefghijklmnopqrstuu"

    private let hashes: [String: String]

    /// Reads a file.
    ///
    /// - Throws: ``ConfigurationFault`` naming the line; `FileError`.
    init(_ path: String) throws {
        guard let bytes = try OpenFile(path).readAll(limit: Self.byteLimit) else {
            throw ConfigurationFault(path: path, message: "longer than \(Self.byteLimit) bytes")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationFault(path: path, message: "not UTF-8")
        }
        var hashes: [String: String] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.last == "\r" ? line.dropLast() : line
            if line.allSatisfy({ $0 == " " || $0 == "\t" }) || line.first == "#" { continue }
            func fail(_ message: String) -> ConfigurationFault {
                ConfigurationFault(path: path, message: "line \(number + 1): \(message)")
            }
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else {
                throw fail("expected user:hash")
            }
            let (user, hash) = (String(line[..<colon]), String(line[line.index(after: colon)...]))
            guard Self.methods.contains(where: hash.hasPrefix) else {
                throw fail("the hash of \(user) is no bcrypt, scrypt or yescrypt; write it with htpasswd -B")
            }
            guard hashes.updateValue(hash, forKey: user) == nil else { throw fail("\(user) is there twice") }
        }
        self.hashes = hashes
    }

    /// The hash of a user's password.
    func hash(of user: String) -> String? { hashes[user] }

    /// Whether a password is a user's; takes tens of milliseconds, whether the user exists or not.
    func isPassword(_ password: String, of user: String) -> Bool {
        let hash = hashes[user]
        // An unknown user takes as long to refuse as a known one.
        let isRight = Self.verify(password, hash ?? hashes.first?.value ?? Self.decoy)
        return isRight && hash != nil
    }

    private static func verify(_ password: String, _ hash: String) -> Bool {
        // A NUL would end the password early for crypt(3).
        guard !password.utf8.contains(0) else { return false }
        let data = UnsafeMutableRawPointer.allocate(byteCount: MemoryLayout<crypt_data>.size, alignment: 16)
        memset(data, 0, MemoryLayout<crypt_data>.size)
        defer {
            explicit_bzero(data, MemoryLayout<crypt_data>.size)
            data.deallocate()
        }
        guard let result = crypt_r(password, hash, data.assumingMemoryBound(to: crypt_data.self)) else { return false }
        return ConstantTime.areEqual(Array(String(cString: result).utf8), Array(hash.utf8))
    }
}
