import Recruiting
import TestSupport
import Testing

@testable import Live

/// Who is there when nodes and databases die, played through without either.
@Suite struct PresenceModelTests {
    @Test(arguments: Seed.schedules(200))
    func `whatever is killed at whatever moment, nobody is counted twice and nobody stays for ever`(seed: Seed) {
        var model = PresenceModel(seed, cutsOff: false)
        model.run(for: .seconds(150))
        model.settle(for: .seconds(45))
        #expect(model.faults.isEmpty, "\(seed.replay)")
        #expect(model.fold.online == model.connected && model.ghosts == 0, "\(seed.replay)")
        #expect(model.promised.contains(model.fold.entries), "\(model.fold.entries) entries, \(model.promised) promised: \(seed.replay)")
    }

    @Test(arguments: Seed.schedules(200))
    func `nodes that others take for dead go on under another identity, and nobody stays for ever`(seed: Seed) {
        var model = PresenceModel(seed, cutsOff: true)
        model.run(for: .seconds(150))
        model.settle(for: .seconds(45))
        #expect(model.faults.isEmpty, "\(seed.replay)")
        #expect(model.fold.online == model.connected && model.ghosts == 0, "\(seed.replay)")
    }

    @Test func `a node is dead once its lock was free for eleven seconds, all looked through`() {
        let (one, start) = (NodeID(number: 1), Timestamp(milliseconds: 1_800_000_000_000))
        func look(_ state: inout LeaseState, _ second: Int, free: Set<NodeID>, same: Bool = true) -> [NodeID] {
            let moment = start.advanced(by: .seconds(second))
            return state.answered(asked: moment, at: moment, isSameConnection: same, free: free)
        }
        var state = LeaseState()
        for second in 0...10 { #expect(look(&state, second, free: [one]).isEmpty) }
        #expect(look(&state, 11, free: [one]) == [one])
        // It was seen alive meanwhile, or the database was away, or hung, or the lock had to be taken anew.
        #expect(look(&state, 12, free: []).isEmpty)
        for second in 13...23 { #expect(look(&state, second, free: [one]).isEmpty) }
        state.fellSilent()
        for second in 24...34 { #expect(look(&state, second, free: [one]).isEmpty) }
        #expect(look(&state, 41, free: [one]).isEmpty)
        for second in 42...51 { #expect(look(&state, second, free: [one]).isEmpty) }
        #expect(look(&state, 52, free: [one], same: false).isEmpty)
        #expect(state.answers == start.advanced(by: .seconds(52))...start.advanced(by: .seconds(52)))
    }
}
