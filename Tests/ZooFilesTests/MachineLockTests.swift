import Foundation
import Testing
import ZooFiles

@Suite struct MachineLockTests {
    private let name = "zoo-test-\(UUID().uuidString)"

    @Test func oneHoldsItAtATime() async throws {
        let name = name
        let room = Room()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await MachineLock.hold(name, patience: .seconds(600)) {
                        await room.enter()
                        try await Task.sleep(for: .milliseconds(5))
                        await room.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(await room.most == 1)
    }

    /// Counts who is in it.
    private actor Room {
        private var count = 0
        var most = 0

        func enter() {
            count += 1
            most = max(most, count)
        }

        func leave() { count -= 1 }
    }

    @Test func itIsGivenUpAfterAnErrorAndWaitedForNoLongerThanPatienceLasts() async throws {
        struct Failed: Error {}
        await #expect(throws: Failed.self) {
            try await MachineLock.hold(name, patience: .seconds(600)) { throw Failed() }
        }
        let ran = try await MachineLock.hold(name, patience: .seconds(600)) {
            try await MachineLock.hold(name, patience: .milliseconds(30)) { true }
        }
        #expect(ran)
    }

    @Test func theLongestNameFits() async throws {
        let name = String(repeating: "n", count: MachineLock.nameLimit - self.name.utf8.count) + self.name
        let ran = try await MachineLock.hold(name, patience: .zero) { true }
        #expect(ran)
    }
}
