import Testing
import ZooTraining

@Suite struct ScheduleTests {
    @Test func warmUpRisesToOne() {
        let schedule = Schedule(.constant, warmUpSteps: 4)
        #expect([0, 1, 3, 4, 1000].map(schedule.factor(at:)) == [0.25, 0.5, 1, 1, 1])
    }

    @Test func linearFallsToItsFloor() {
        let schedule = Schedule(.linear, warmUpSteps: 10, totalSteps: 110, floor: 0.1)
        #expect(schedule.factor(at: 10) == 1)
        #expect(abs(schedule.factor(at: 60) - 0.55) < 1e-6)
        #expect(abs(schedule.factor(at: 110) - 0.1) < 1e-6)
        #expect(abs(schedule.factor(at: 500) - 0.1) < 1e-6)
    }

    @Test func cosineFallsSlowlyAtBothEnds() {
        let schedule = Schedule(.cosine, totalSteps: 100)
        #expect(schedule.factor(at: 0) == 1)
        #expect(schedule.factor(at: 10) > 0.97)
        #expect(abs(schedule.factor(at: 50) - 0.5) < 1e-6)
        #expect(schedule.factor(at: 100) < 1e-6)
    }
}
