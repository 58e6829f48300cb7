import Recruiting
import Simulator
import Testing

@Suite struct `A run of show` {
    private func cues(jobs: Int = 10, policies: Int = 2, count: Int = 200) -> [Cue] {
        Array(RunOfShow(Plan(), room: 0, jobs: jobs, policies: policies).prefix(count))
    }

    @Test func `every job has its turn before one comes again`() {
        let shown = cues().compactMap { if case .feature(let job) = $0.act { job } else { nil } }
        #expect(Set(shown.prefix(10)) == Set(0..<10))
        #expect(Array(shown.prefix(10)) == Array(shown.dropFirst(10).prefix(10)))
    }

    @Test func `segments follow each other as jobs, policy, questions`() {
        let segments = cues().compactMap { if case .segment(let kind) = $0.act { kind } else { nil } }
        #expect(Array(segments.prefix(6)) == [.jobs, .policy, .questions, .jobs, .policy, .questions])
    }

    @Test func `without policies there is no policy segment`() {
        #expect(!cues(policies: 0).contains { $0.act == .segment(.policy) })
    }

    @Test func `an empty shelf shows nothing and still goes on`() {
        let cues = cues(jobs: 0, count: 30)
        #expect(cues.count == 30)
        #expect(!cues.contains { if case .feature = $0.act { true } else { false } })
    }

    @Test func `a host talks about a job as long as the plan says`() {
        for cue in cues() {
            if case .feature = cue.act { #expect(Plan().talk.contains(cue.talk)) }
        }
    }
}
