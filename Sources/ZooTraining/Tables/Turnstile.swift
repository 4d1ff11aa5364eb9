import Glibc

/// Lets threads through one at a time, in the order of their numbers, until one of them stops it.
final class Turnstile: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var turn = 0
    private var failure: (any Error)?

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(changed)
        mutex.deallocate()
        changed.deallocate()
    }

    /// Runs `body` when all smaller numbers have passed; false, without running it, if one of those failed.
    ///
    /// An error that `body` throws is kept and stops all larger numbers. Of several failures, that of the smallest
    /// number wins, so that which is reported does not depend on the threads.
    func pass(_ number: Int, _ body: () throws -> Void) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while turn != number, failure == nil { pthread_cond_wait(changed, mutex) }
        guard failure == nil else { return false }
        do { try body() } catch { failure = error }
        turn += 1
        pthread_cond_broadcast(changed)
        return failure == nil
    }

    /// Throws what stopped the turnstile, if anything did.
    func check() throws {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if let failure { throw failure }
    }

    /// Stops everything because of an error that is nobody's turn.
    func stop(_ error: any Error) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if failure == nil { failure = error }
        pthread_cond_broadcast(changed)
    }
}
