import Testing

@testable import Postgres

@Suite struct `The order in a pool` {
    private typealias State = PoolState<String, Int>

    @Test func `is that of arrival`() {
        var state = State(maximum: 1)
        guard case .start = state.submitted("a"), case .wait = state.submitted("b"), case .wait = state.submitted("c") else {
            Issue.record("one worker starts, the others wait")
            return
        }
        let served = (1...3).map { _ in if case .run(let call) = state.becameFree(1) { call } else { "none" } }
        #expect(served == ["a", "b", "c"])
    }

    @Test func `lets as many wait as may, and refuses who comes then`() {
        var state = State(maximum: 1, room: 2)
        _ = state.submitted("a")
        _ = state.becameFree(1)
        guard case .wait = state.submitted("b"), case .wait = state.submitted("c"), case .overloaded = state.submitted("d") else {
            Issue.record("two wait, the third is refused")
            return
        }
        guard case .run("b") = state.becameFree(1), case .wait = state.submitted("e") else {
            Issue.record("where one has gone there is room again")
            return
        }
    }

    @Test func `wakes the worker that was busy last`() {
        var state = State(maximum: 2)
        _ = state.submitted("a")
        _ = state.submitted("b")
        for worker in [1, 2, 1, 2] { _ = state.becameFree(worker) }
        guard case .wake(2) = state.submitted("c") else {
            Issue.record("worker 2 fell asleep last")
            return
        }
    }

    @Test func `fails those who wait when no connection is left to serve them`() {
        var state = State(maximum: 1)
        _ = state.submitted("a")
        _ = state.becameFree(1)
        _ = state.submitted("b")
        #expect(state.connectFailed() == ["b"])
        state.connectionOpened()
        _ = state.submitted("c")
        #expect(state.connectFailed() == [])
    }

    @Test func `ends when all workers have stopped`() {
        var state = State(maximum: 1)
        _ = state.submitted("a")
        _ = state.becameFree(1)
        _ = state.submitted("b")
        let (failed, woken) = state.closed()
        #expect(failed == ["b"] && woken.isEmpty && !state.isStopped)
        guard case .stop = state.becameFree(1), case .refused = state.submitted("c") else {
            Issue.record("a closed pool stops its workers and refuses work")
            return
        }
        #expect(!state.isStopped)
        state.stopped()
        #expect(state.isStopped)
    }
}
