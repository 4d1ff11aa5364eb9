import Foundation
import TestSupport
import Testing
import ZooTraining

struct TensorBoardWriterTests {
    private let directory = NSTemporaryDirectory() + "zoo-events-\(UUID().uuidString)"

    private func written() throws -> String {
        let writer = try TensorBoardWriter(directory: directory)
        try writer.write([.init("loss/train/click", 0.5), .init("loss/train/buy", 0.25)], step: 10)
        try writer.write([.init("learning_rate/encoder", 1e-3)], step: 300)
        return writer.path
    }

    @Test func writesEventsThatItsFormatDescribes() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let events = try EventFile.read(written())
        #expect(events.map(\.step) == [0, 10, 300])
        #expect(events[0].version == "brain.Event:2")
        #expect(events[1].scalars.map(\.tag) == ["loss/train/click", "loss/train/buy"])
        #expect(events[1].scalars.map(\.value) == [0.5, 0.25])
        #expect(events[2].scalars.map(\.value) == [1e-3])
        #expect(abs(events[2].time - Date().timeIntervalSince1970) < 60)
    }

    @Test func runsThatShareADirectoryKeepFilesOfTheirOwn() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let paths = try (0..<3).map { _ in try written() }
        #expect(Set(paths).count == 3)
        for path in paths {
            #expect(try EventFile.read(path).count == 3)
        }
    }

    @Test func saysWhichDirectoryCannotBeMade() throws {
        let path = "/proc/zoo-has-no-place-here"
        let error = #expect(throws: ZooTrainingError.self) { try TensorBoardWriter(directory: path) }
        #expect(error?.code == .io)
        #expect(error?.message.contains(path) == true)
    }

    /// Read by TensorBoard itself where the test environment of `scripts/bootstrap` has it.
    @Test(.enabled(if: PythonPeer.has("tensorboard")))
    func tensorBoardReadsWhatWeWrite() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        _ = try written()
        let output = try PythonPeer.run(
            """
            import sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator(sys.argv[1]).Reload()
            for tag in sorted(events.Tags()["scalars"]):
                print(tag, [(e.step, round(e.value, 6)) for e in events.Scalars(tag)])
            """,
            [directory]
        )
        #expect(
            output == """
                learning_rate/encoder [(300, 0.001)]
                loss/train/buy [(10, 0.25)]
                loss/train/click [(10, 0.5)]

                """
        )
    }
}
