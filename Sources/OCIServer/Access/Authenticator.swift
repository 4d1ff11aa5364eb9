import Crypto
import Foundation
import HTTPTypes
import NIOPosix
import Synchronization

/// Tells from a request's credentials who sent it.
///
/// Passwords are hashed slowly by design, so verified ones are remembered for some minutes, by a hash under a key that
/// this process alone has. Wrong ones are remembered, too, so that repeating them costs nothing.
final class Authenticator: Sendable {
    private static let memory = Duration.seconds(600)
    private static let memorySize = 4096
    /// Passwords that may wait for their hash; more are turned away.
    private static let queueLimit = 64

    private struct Verdict {
        let isRight: Bool
        let until: ContinuousClock.Instant
    }

    private let settings: AccessSettings
    private let key = SymmetricKey(size: .bits256)
    private let verdicts = Mutex<[[UInt8]: Verdict]>([:])
    private let waiting = Atomic<Int>(0)
    /// Hashing is kept to its own threads, so that a flood of passwords does not stop the store.
    private let threads = NIOThreadPool(numberOfThreads: 2)

    init(_ settings: AccessSettings) {
        self.settings = settings
        threads.start()
    }

    /// Who sent a request with this `Authorization` header.
    ///
    /// - Throws: ``RegistryFault`` 401 for wrong credentials, 429 if too many are being checked.
    func caller(_ header: String?) async throws -> Caller {
        guard let header else { return settings.anonymous }
        let parts = header.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw Self.wrong }
        switch parts[0].lowercased() {
        case "bearer":
            guard let caller = settings.tokens()?.caller(presenting: parts[1]) else { throw Self.wrong }
            return caller
        case "basic":
            guard let data = Data(base64Encoded: parts[1].filter { $0 != " " }),
                let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
            else { throw Self.wrong }
            let (user, password) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
            // Some clients answer any challenge, with nothing if they have nothing.
            if user.isEmpty, password.isEmpty { return settings.anonymous }
            if let caller = settings.tokens()?.caller(presenting: password) { return caller }
            guard try await isPassword(password, of: user) else { throw Self.wrong }
            return settings.caller(user)
        default: throw Self.wrong
        }
    }

    private func isPassword(_ password: String, of user: String) async throws -> Bool {
        guard let passwords = settings.passwords() else { return false }
        var authentication = HMAC<SHA256>(key: key)
        for part in [user, password, passwords.hash(of: user) ?? ""] {
            withUnsafeBytes(of: part.utf8.count) { authentication.update(data: $0) }
            authentication.update(data: Array(part.utf8))
        }
        let name = Array(authentication.finalize())
        let now = ContinuousClock.now
        if let verdict = verdicts.withLock({ $0[name] }), verdict.until > now { return verdict.isRight }
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.queueLimit else {
            waiting.subtract(1, ordering: .relaxed)
            throw RegistryFault(.tooManyRequests, .tooManyRequests, "too many logins at once; try again later")
        }
        defer { waiting.subtract(1, ordering: .relaxed) }
        let isRight = try await threads.runIfActive { passwords.isPassword(password, of: user) }
        verdicts.withLock { verdicts in
            if verdicts.count >= Self.memorySize {
                verdicts = verdicts.filter { $0.value.until > now }
                if verdicts.count >= Self.memorySize { verdicts.removeAll() }
            }
            verdicts[name] = Verdict(isRight: isRight, until: now + Self.memory)
        }
        return isRight
    }

    private static var wrong: RegistryFault {
        RegistryFault(.unauthorized, .unauthorized, "wrong user, password or token")
    }
}
