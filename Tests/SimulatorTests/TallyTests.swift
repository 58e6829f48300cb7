import NIOCore
import Testing

@testable import Simulator

@Suite struct `A simulation's counts` {
    @Test func `one line tells how it goes`() {
        var counts = Counts()
        counts.entries = 12
        counts.push.record(.microseconds(5_040))
        #expect(counts.line.contains("entries 12 ·"))
        #expect(counts.line.contains("p50 5.0 p99 5.0 ms"))
        #expect(counts.line.hasSuffix("errors 0"))
    }

    @Test func `a fault is counted and its latest reason kept`() {
        let tally = Tally()
        tally.fault(SimulatorError.closed)
        tally.fault(SimulatorError.timedOut)
        #expect(tally.now.errors == 2)
        #expect(tally.now.latestError == SimulatorError.timedOut.description)
    }

    @Test(arguments: [(0, "0.0"), (49, "0.0"), (50, "0.1"), (12_345, "12.3"), (1_999_960, "2000.0")])
    func `milliseconds are rounded to one decimal`(microseconds: Int, text: String) {
        #expect(Duration.microseconds(microseconds).rounded == text)
    }
}
