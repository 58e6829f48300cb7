import Recruiting
import Testing

@testable import Commands

/// When failed attempts to sign in are written down.
@Suite struct FailedSignInsTests {
    private let start = Timestamp(milliseconds: 1_767_600_000_000)
    private let account = try! Subject("wang.fang")

    private func after(minutes: Int) -> Timestamp { start.advanced(by: .seconds(60 * minutes)) }

    /// Fails once a minute from `first` on, and writes what is due: when, and how many attempts each.
    private func attack(_ state: inout FailedSignInsState, from first: Int, minutes: Int) -> [(minute: Int, attempts: Int)] {
        (first..<first + minutes).flatMap { minute in
            _ = state.failed(account, at: after(minutes: minute))
            return state.due(at: after(minutes: minute)).map { due in
                state.written(due, at: after(minutes: minute))
                return (minute, due.attempts)
            }
        }
    }

    @Test func `the first attempt is written at once, and what follows at growing distances, all of it`() {
        var state = FailedSignInsState()
        let written = attack(&state, from: 0, minutes: 24 * 60)
        #expect(written.map(\.minute) == [0, 15, 45, 105, 225, 465, 825, 1_185])
        #expect(written.map(\.attempts) == [1, 15, 30, 60, 120, 240, 360, 360])
        let second = attack(&state, from: 24 * 60, minutes: 24 * 60).count
        #expect(second == 4)
    }

    @Test func `what waits is written when its time has come, without another attempt`() {
        var state = FailedSignInsState()
        _ = attack(&state, from: 0, minutes: 3)
        let early = state.due(at: after(minutes: 14))
        #expect(early.isEmpty)
        let due = state.due(at: after(minutes: 15))
        #expect(due == [.init(account: account, attempts: 2)])
    }

    @Test func `what the log could not take stays, and is counted on`() throws {
        var state = FailedSignInsState()
        _ = state.failed(account, at: start)
        let refused = FailedSignInsState.Due(account: account, attempts: 1)
        let first = state.due(at: start)
        #expect(first == [refused])
        _ = state.failed(account, at: start)
        let both = state.due(at: start)
        #expect(both == [.init(account: account, attempts: 2)])
        state.written(refused, at: start)
        let rest = state.due(at: after(minutes: 15))
        #expect(rest == [.init(account: account, attempts: 1)])
    }

    @Test func `all that waits is written at the end`() {
        var state = FailedSignInsState()
        _ = attack(&state, from: 0, minutes: 3)
        let all = state.due(at: after(minutes: 3), isEnd: true)
        #expect(all == [.init(account: account, attempts: 2)])
    }

    @Test func `after a quiet day the first attempt is written at once again, and the next wait is short`() {
        var state = FailedSignInsState()
        _ = attack(&state, from: 0, minutes: 466)
        let written = attack(&state, from: 4 * 24 * 60, minutes: 20)
        #expect(written.map(\.attempts) == [1, 15])
    }

    @Test func `accounts are remembered up to a limit, and room is made by those that are quiet`() throws {
        var state = FailedSignInsState(limit: 1)
        let other = try Subject("zhou")
        let first = state.failed(account, at: start)
        let refused = state.failed(other, at: start)
        #expect(first && !refused)
        state.written(FailedSignInsState.Due(account: account, attempts: 1), at: start)
        let full = state.failed(other, at: start)
        #expect(!full)
        let quiet = state.due(at: after(minutes: 3 * 24 * 60))
        #expect(quiet.isEmpty)
        let later = state.failed(other, at: after(minutes: 3 * 24 * 60))
        #expect(later)
    }
}
