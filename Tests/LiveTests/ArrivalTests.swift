import Recruiting
import Testing

@testable import Live

@Suite struct `How a viewer came` {
    @Test(arguments: [nil] + EntryChannel.allCases, [nil, "110000", "450100", "820100", "829999"])
    func `is kept in four bytes`(channel: EntryChannel?, region: String?) throws {
        let arrival = Arrival(channel, from: try region.map { try Region($0) })
        let kept = Arrival(code: arrival.code)
        #expect(kept.channel == channel && kept.region?.description == region)
        #expect(MemoryLayout<Arrival>.size == 4)
    }

    @Test func `is recorded with each entry, and anew under another identity`() throws {
        var state = PresenceStateTests.state()
        let session = PresenceStateTests.session
        state.joined(session, 1, by: Arrival(.poster, from: try Region("450100")), at: PresenceStateTests.at(0))
        state.joined(session, 1, by: Arrival(.share), at: PresenceStateTests.at(1))
        let first = Self.ways(state.due(at: PresenceStateTests.at(300)))
        state.renew(as: NodeID(number: 2), at: PresenceStateTests.at(400))
        state.enrolled()
        let second = Self.ways(state.due(at: PresenceStateTests.at(700), isLast: true))
        #expect(first == ["entered poster 450100"] && second == first)
    }

    private static func ways(_ commands: [Audience.Command]) -> [String] {
        commands.flatMap { command -> [String] in
            guard case .record(let observations, _, _, _) = command else { return [] }
            return observations.map { "\($0.kind) \($0.channel?.rawValue ?? "-") \($0.region?.description ?? "-")" }
        }
    }
}
