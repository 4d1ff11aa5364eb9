package import OCI

/// What happens to one piece of content on its way; for progress bars.
package enum TransferEvent: Sendable {
    /// It is needed: what it is for people, its size, and how many bytes are there already.
    case began(Digest, title: String, size: Int, done: Int)
    /// So many bytes more; negative where bytes were thrown away.
    case advanced(Digest, bytes: Int)
    /// Another process is fetching it.
    case waiting(Digest)
    /// It is where it should be.
    case finished(Digest, TransferOutcome)
}

/// How content got to where it should be.
package enum TransferOutcome: Sendable, Equatable {
    /// It was fetched or sent.
    case moved
    /// It was there.
    case present
    /// The registry took it from another of its repositories.
    case mounted
}

/// Whoever wants to know of a transfer's events, from any thread.
package typealias TransferObserver = @Sendable (TransferEvent) -> Void
