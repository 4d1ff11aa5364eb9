import Foundation
import Testing

/// `Benchmarks/chaos`, which kills clients and the server at random moments, for a few rounds.
@Suite struct ChaosTests {
    @Test func killedAtRandomMomentsNothingIsLost() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B", root.path + "/Benchmarks/chaos", "--rounds", "40", "--zoo"]
        process.arguments?.append(ZooProcess.executable.path)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
        #expect(text.contains("killed:"), "\(text)")
    }
}
