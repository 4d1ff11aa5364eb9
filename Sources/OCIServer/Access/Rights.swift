package import OCI

/// Which repositories somebody may read and write.
package struct Rights: Hashable, Sendable {
    let read: [RepositoryPattern]
    let write: [RepositoryPattern]

    /// Everything.
    static let all = Rights(read: [.all], write: [.all])
    /// Everything, but to change nothing.
    static let readOnly = Rights(read: [.all], write: [])
    /// Nothing.
    static let none = Rights(read: [], write: [])

    /// Whether there is nothing that may be read.
    package var areNone: Bool { read.isEmpty && write.isEmpty }

    /// Whether a repository may be read; who may write may read, too.
    package func mayRead(_ repository: RepositoryName) -> Bool {
        read.contains { $0.matches(repository.description) } || mayWrite(repository)
    }

    /// Whether a repository may be written: pushed to, deleted from.
    package func mayWrite(_ repository: RepositoryName) -> Bool {
        write.contains { $0.matches(repository.description) }
    }
}

/// Who sent a request.
package struct Caller: Sendable {
    /// A name for the log; nil if nobody logged in.
    package let name: String?
    /// What they may do.
    package let rights: Rights
    /// Whether they gave credentials that are wrong.
    package var isRefused = false
}
