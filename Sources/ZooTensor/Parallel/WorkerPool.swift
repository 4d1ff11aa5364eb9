internal import CKernels

// A closure behind a pointer to itself would be boxed anew at each call; as a field it is not.
private struct Work {
    let body: (Int, Int) -> Void
}

/// A fixed set of threads that share numbered pieces of work; the caller is one of them.
///
/// What a piece computes must not depend on the worker that runs it: that is how results stay the same for any
/// number of threads.
public final class WorkerPool: @unchecked Sendable {
    /// The number of threads, the caller included.
    public let threads: Int
    private let pool: OpaquePointer

    /// A pool of this many threads (all processors by default).
    ///
    /// Worker threads flush denormals to zero for life, the caller's thread while it runs work: decayed optimiser
    /// state would otherwise make arithmetic a hundred times slower.
    public init(threads: Int = Engine.processorCount) {
        self.threads = max(1, min(threads, 256))
        Engine.configure()
        pool = zoo_pool_create(Int32(self.threads)) { _ = zoo_flush_denormals() }
    }

    deinit {
        zoo_pool_destroy(pool)
    }

    /// Runs `body(item, worker)` for every item in 0..<items and returns when all are done. Never nests; callers on several
    /// threads take turns.
    ///
    /// The closure is called from several threads at once. Keep it between calls where nothing may be allocated.
    public func run(_ items: Int, _ body: @escaping (Int, Int) -> Void) {
        let control = zoo_flush_denormals()
        withUnsafePointer(to: Work(body: body)) { context in
            let work: zoo_work = { context, item, worker in
                context?.assumingMemoryBound(to: Work.self).pointee.body(Int(item), Int(worker))
            }
            zoo_pool_run(pool, Int32(items), work, UnsafeMutableRawPointer(mutating: context))
        }
        zoo_restore_denormals(control)
    }
}
