import OCI
import Synchronization
import ZooFiles

/// The files that say who may do what, read again when they change.
final class AccessSettings: Sendable {
    private let passwordFile: WatchedFile<PasswordFile>?
    private let tokenFile: WatchedFile<TokenFile>?
    private let accessFile: WatchedFile<AccessFile>?
    private let anonymousRead: Bool

    /// Reads the files that are given.
    ///
    /// - Parameter report: told of each change of a file that cannot be read and so is passed over.
    /// - Throws: ``ConfigurationFault``; `FileError`.
    init(
        passwords: String?,
        tokens: String?,
        access: String?,
        anonymousRead: Bool,
        report: @escaping @Sendable (String) -> Void
    ) throws {
        passwordFile = try passwords.map { try WatchedFile($0, read: PasswordFile.init, report: report) }
        tokenFile = try tokens.map { try WatchedFile($0, read: TokenFile.init, report: report) }
        accessFile = try access.map { try WatchedFile($0, read: AccessFile.init, report: report) }
        self.anonymousRead = anonymousRead
    }

    /// Whether anybody can log in.
    var hasLogins: Bool { passwordFile != nil || tokenFile != nil }

    /// Whether somebody without credentials may do everything.
    var isOpen: Bool { anonymous.rights == .all }

    /// The users' passwords.
    func passwords() -> PasswordFile? { passwordFile?.current() }

    /// The tokens.
    func tokens() -> TokenFile? { tokenFile?.current() }

    /// Those who do not log in.
    var anonymous: Caller {
        if let access = accessFile?.current() {
            let rights = access.anonymous
            let isReader = anonymousRead && !rights.read.contains(.all)
            return Caller(
                name: nil,
                rights: isReader ? Rights(read: rights.read + [.all], write: rights.write) : rights
            )
        }
        return Caller(name: nil, rights: hasLogins ? (anonymousRead ? .readOnly : .none) : .all)
    }

    /// A user who gave the right password.
    func caller(_ user: String) -> Caller {
        guard let access = accessFile?.current() else { return Caller(name: user, rights: .all) }
        return Caller(name: user, rights: access.users[user] ?? access.users["*"] ?? .none)
    }

    /// Bytes that a repository may hold; nil for no limit.
    func quota(of repository: RepositoryName) -> Int? { accessFile?.current().quota(of: repository) }
}

/// What a file says, read again once it has changed.
final class WatchedFile<Content: Sendable>: Sendable {
    private struct State {
        var content: Content
        var status: FileStatus?
        /// What was reported as unreadable; nil for nothing, and inside it for a file that is gone.
        var reported: FileStatus??
        var checked: ContinuousClock.Instant
    }

    private let path: String
    private let interval: Duration
    private let read: @Sendable (String) throws -> Content
    private let report: @Sendable (String) -> Void
    private let state: Mutex<State>

    init(
        _ path: String,
        interval: Duration = .seconds(1),
        read: @escaping @Sendable (String) throws -> Content,
        report: @escaping @Sendable (String) -> Void
    ) throws {
        self.path = path
        self.interval = interval
        self.read = read
        self.report = report
        let status = try OpenFile(path).status()
        state = Mutex(State(content: try read(path), status: status, checked: .now))
    }

    /// The content as of an interval ago at most; what was there before if the file is now unreadable or wrong.
    func current() -> Content {
        state.withLock { state in
            let now = ContinuousClock.now
            guard now - state.checked >= interval else { return state.content }
            state.checked = now
            let status = try? OpenFile(path).status()
            guard status != state.status else { return state.content }
            do {
                state.content = try read(path)
                state.status = status
                state.reported = nil
            } catch {
                if state.reported != .some(status) { report("\(error); what \(path) said before stays in force") }
                state.reported = .some(status)
            }
            return state.content
        }
    }
}
