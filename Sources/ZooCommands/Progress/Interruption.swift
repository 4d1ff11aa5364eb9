import Glibc
import Synchronization

/// Ctrl-C and SIGTERM as a request to stop at a clean point; a second one ends the process at once.
package enum Interruption {
    private static let requested = Atomic<Bool>(false)
    private static let notice: StaticString = "\nzoo: stopping after this step; press Ctrl-C again to quit at once\n"

    /// Whether the user has asked to stop since ``watch()``.
    package static var isRequested: Bool {
        requested.load(ordering: .relaxed)
    }

    /// Starts to watch for the signals.
    package static func watch() {
        // A handler must not be the first to touch a lazily made global.
        requested.store(false, ordering: .relaxed)
        _ = notice.utf8CodeUnitCount
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            Interruption.requested.store(true, ordering: .relaxed)
            _ = write(STDERR_FILENO, Interruption.notice.utf8Start, Interruption.notice.utf8CodeUnitCount)
        }
        action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
        sigaction(SIGINT, &action, nil)
        sigaction(SIGTERM, &action, nil)
        // A parent that starts programs from a thread with blocked signals leaves them blocked here.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
}
