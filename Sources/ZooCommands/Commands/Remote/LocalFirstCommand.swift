import ArgumentParser

/// A command that reaches a registry only if what it is asked for is not at hand.
///
/// Until then it stays on the thread that it is called on: another one, with a heap of its own, would cost a local
/// command a good part of its time.
protocol LocalFirstCommand: AsyncParsableCommand {
    /// Does what ``run()`` does, where it is called.
    nonisolated(nonsending) func start() async throws
}

extension LocalFirstCommand {
    func run() async throws { try await start() }
}
