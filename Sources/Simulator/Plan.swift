package import Recruiting

/// What a crowd does, as numbers. The defaults are the reference season's shape with time compressed: one viewer in three stays,
/// and 0.64 % of the entries send a résumé (6,500 of 1,010,000 in the "广西就业" series).
package struct Plan: Sendable {
    /// Decides every choice of hosts and viewers; timing apart, two runs of one seed do the same.
    package var seed: UInt64 = 1
    /// How many are connected at the same time, on average, in all rooms together.
    package var viewers = 300
    /// Rooms that are live at the same time, each with a host of its own.
    package var rooms = 1
    /// Whether the last room's host is a person: it goes live and fills, but nobody features a card in it.
    package var leavesLastRoom = false
    /// How long the rooms stay live; nil until the simulation is stopped.
    package var duration: Duration?
    /// The mean time a viewer stays.
    package var meanStay: Duration = .seconds(60)
    /// The time in which an empty room fills.
    package var rampUp: Duration = .seconds(15)
    /// How long a host talks about one job. A real host needs 45 seconds and more.
    package var talk: ClosedRange<Duration> = .seconds(7)...(.seconds(12))
    /// Parts of the entries that do something, 0…1.
    package var opening = 0.25
    package var saving = 0.04
    package var asking = 0.02
    package var applying = 0.0064
    package var dropping = 0.05
    package var returning = 0.2

    package init() {}

    /// Entries per second once the room has filled: by Little's law the number present divided by the mean stay.
    package var entriesPerSecond: Double {
        Double(viewers) / (Double(meanStay.microseconds) / 1_000_000)
    }
}

/// One stay of one viewer in one room: when it begins, how long it lasts and what the viewer does in it.
package struct Visit: Sendable, Equatable {
    package enum Act: Sendable, Equatable { case open, save, ask, apply, drop }

    package struct Intention: Sendable, Equatable {
        package let after: Duration
        package let act: Act
    }

    package let number: Int
    /// Who it is; a returning viewer has the number of an earlier one.
    package let person: Int
    package let room: Int
    /// By which way the viewer came; nil for one who followed no link of ours.
    package let channel: EntryChannel?
    package let arrivesAt: Duration
    package let stay: Duration
    /// What the viewer will do, in the order of the times, all within the stay.
    package let intentions: [Intention]
}

/// All visits of a plan, in the order of arrival, without end.
package struct Visits: Sequence, IteratorProtocol {
    private let plan: Plan
    private var arrivals: SeededRandom
    private var clock: Duration = .zero
    private var number = 0
    private var persons = 0

    package init(_ plan: Plan) {
        self.plan = plan
        arrivals = SeededRandom(seed: plan.seed)
    }

    package mutating func next() -> Visit? {
        clock += arrivals.exponential(mean: .seconds(1) / rate)
        number += 1
        var random = SeededRandom(seed: plan.seed, stream: UInt64(number))
        let returns = persons > 0 && random.happens(plan.returning)
        let person = returns ? Int.random(in: 1...persons, using: &random) : persons + 1
        persons = Swift.max(persons, person)
        let applies = random.happens(plan.applying)
        let stay = stay(atLeast: applies ? plan.talk.upperBound : .seconds(2), &random)
        return Visit(
            number: number,
            person: person,
            room: room(&random),
            channel: channel(),
            arrivesAt: clock,
            stay: stay,
            intentions: intentions(within: stay, applies: applies, &random)
        )
    }

    /// How many viewers come a second. While the room fills, those who will be present at the end of the ramp come on top of the steady flow.
    private var rate: Double {
        let filling = Double(plan.viewers) / Swift.max(1, Double(plan.rampUp.microseconds) / 1_000_000)
        return plan.entriesPerSecond + (clock < plan.rampUp ? filling : 0)
    }

    /// Most only glance in and a few stay long: 60 % have a third of the mean, the others twice it.
    private func stay(atLeast least: Duration, _ random: inout SeededRandom) -> Duration {
        least + random.exponential(mean: Swift.max(.seconds(1), plan.meanStay - .seconds(2)) * (random.happens(0.6) ? 1 / 3.0 : 2))
    }

    /// The first room is the large one: each further room has half as many viewers as the one before.
    private func room(_ random: inout SeededRandom) -> Int {
        var room = 0
        while room < plan.rooms - 1, random.happens(1 / 3.0) { room += 1 }
        return room
    }

    /// One in five comes by a reminder, which brings 20 % of a broadcast's visits, most others by what the platform recommends or a friend
    /// shares; one in ten by none of them.
    private func channel() -> EntryChannel? {
        var random = SeededRandom(seed: plan.seed, stream: 1 << 52 + UInt64(number))
        let twentieths: [(EntryChannel?, Int)] = [
            (.reminder, 4), (.recommendation, 5), (.share, 4), (.poster, 2), (.code, 1), (.search, 1), (.site, 1), (nil, 2),
        ]
        return random.pick(twentieths.flatMap { Array(repeating: $0, count: $1) })
    }

    private func intentions(within stay: Duration, applies: Bool, _ random: inout SeededRandom) -> [Visit.Intention] {
        var acts: [Visit.Act] = []
        if applies || random.happens(plan.opening) { acts.append(.open) }
        if random.happens(plan.saving) { acts.append(.save) }
        if random.happens(plan.asking) { acts.append(.ask) }
        if random.happens(plan.dropping) { acts.append(.drop) }
        var intentions = acts.map { act in
            Visit.Intention(after: random.duration(in: .milliseconds(500)...(stay * 0.5)), act: act)
        }
        if applies { intentions.append(Visit.Intention(after: stay * 0.6, act: .apply)) }
        return intentions.sorted { $0.after < $1.after }
    }
}
