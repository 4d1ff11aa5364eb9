import Safetensors
import ZooTensor

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

import ZooModel

/// The file from which an interrupted run goes on to the very weights that it would have had: weights, best weights
/// and the optimiser's state as tensors, the counters as metadata, replaced as a whole after each epoch.
struct Checkpoint {
    /// What a run knows between two epochs, beside weights and optimiser.
    struct State {
        var history: [EpochSummary]
        var best: (epoch: Int, score: Double)?
        var bestWeights: WeightSnapshot?

        init(_ history: [EpochSummary], _ best: (epoch: Int, score: Double)?, _ bestWeights: WeightSnapshot?) {
            (self.history, self.best, self.bestWeights) = (history, best, bestWeights)
        }
    }

    private struct Counters: Codable {
        var run: String
        var history: [EpochSummary]
        var bestEpoch: Int?
        var bestScore: UInt64?
        var updates: Int
        var step: UInt64
    }

    let directory: String
    /// What identifies the run: a checkpoint of another one is refused.
    let run: String
    /// Whether to go on from what is there.
    let isResuming: Bool

    private var path: String { Self.path(in: directory) }

    private static func path(in directory: String) -> String { "\(directory)/checkpoint.safetensors" }

    /// Whether a run has left a checkpoint in a directory.
    static func exists(in directory: String) -> Bool { FileManager.default.fileExists(atPath: path(in: directory)) }

    /// The saved state, its weights and the optimiser's state put in place; nil where there is none to resume.
    ///
    /// - Throws: `ZooTrainingError` `.usage` for another run's, `.badData` for a damaged one, `.notFound` for none.
    func load(_ model: Model, _ optimiser: Optimiser, _ step: ShardedStep) throws -> State? {
        guard isResuming else { return nil }
        guard Self.exists(in: directory) else {
            throw ZooTrainingError(.notFound, "there is no checkpoint in \(directory): start without --resume")
        }
        let file: SafetensorsFile
        do {
            file = try SafetensorsFile(path: path)
        } catch {
            throw ZooTrainingError(.badData, "\(path): cannot be read: \(error)", cause: error)
        }
        guard let text = file.metadata["counters"],
            let counters = try? JSONDecoder().decode(Counters.self, from: Data(text.utf8))
        else { throw ZooTrainingError(.badData, "\(path): not a checkpoint") }
        guard counters.run == run else {
            throw ZooTrainingError(
                .usage,
                "\(path) belongs to a run with another recipe, other data or another mode; start without --resume"
            )
        }
        for (name, values) in buffers(model, optimiser) {
            let saved = try file.floats(name)
            guard saved.count == values.count else {
                throw ZooTrainingError(.badData, "\(path): tensor '\(name)' has another size than the model's")
            }
            _ = values.update(fromContentsOf: saved)
        }
        optimiser.resume(atStep: counters.updates)
        step.stepNumber = counters.step
        guard let epoch = counters.bestEpoch, let score = counters.bestScore.map(Double.init(bitPattern:)) else {
            return State(counters.history, nil, nil)
        }
        let names = WeightSnapshot.buffers(model.store).map(\.name)
        let best = WeightSnapshot(names: names, values: try names.map { try file.floats("best.\($0)") })
        return State(counters.history, (epoch, score), best)
    }

    /// Replaces the checkpoint.
    func save(_ model: Model, _ optimiser: Optimiser, _ step: ShardedStep, _ state: State) throws {
        let counters = Counters(
            run: run,
            history: state.history,
            bestEpoch: state.best?.epoch,
            bestScore: state.best?.score.bitPattern,
            updates: optimiser.stepCount,
            step: step.stepNumber
        )
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let text = String(decoding: try JSONEncoder().encode(counters), as: UTF8.self)
            var tensors = buffers(model, optimiser).map { name, values in
                tensor(name, UnsafeRawBufferPointer(values), values.count)
            }
            // Arrays are lent for the length of a closure only: copies that live until the file is written.
            var copies: [UnsafeMutableBufferPointer<Float>] = []
            defer { copies.forEach { $0.deallocate() } }
            if let best = state.bestWeights {
                for (name, values) in zip(best.names, best.values) {
                    let copy = UnsafeMutableBufferPointer<Float>.allocate(capacity: values.count)
                    _ = copy.initialize(fromContentsOf: values)
                    copies.append(copy)
                    tensors.append(tensor("best.\(name)", UnsafeRawBufferPointer(copy), values.count))
                }
            }
            try SafetensorsWriter.write(tensors, metadata: ["counters": text], to: path)
        } catch let error as ZooTrainingError {
            throw error
        } catch {
            throw ZooTrainingError(.io, "cannot write the checkpoint \(path): \(error)", cause: error)
        }
    }

    private func tensor(_ name: String, _ bytes: UnsafeRawBufferPointer, _ count: Int) -> SafetensorsWriter.Tensor {
        SafetensorsWriter.Tensor(name: name, type: .float32, shape: [count], bytes: bytes)
    }

    private func buffers(
        _ model: Model,
        _ optimiser: Optimiser
    ) -> [(name: String, values: UnsafeMutableBufferPointer<Float>)] {
        WeightSnapshot.buffers(model.store).map { ("weight.\($0.name)", $0.values) }
            + optimiser.state.map { ($0.name, $0.values) }
    }
}
