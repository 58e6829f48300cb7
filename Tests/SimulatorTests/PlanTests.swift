import Recruiting
import Simulator
import Testing

@Suite struct `A crowd's plan` {
    private func visits(_ change: (inout Plan) -> Void = { _ in }, count: Int) -> [Visit] {
        var plan = Plan()
        change(&plan)
        return Array(Visits(plan).prefix(count))
    }

    @Test func `the same seed gives the same visits`() {
        #expect(visits(count: 500) == visits(count: 500))
    }

    @Test func `another seed gives other visits`() {
        #expect(visits(count: 50) != visits({ $0.seed = 2 }, count: 50))
    }

    @Test func `visits come in the order of arrival`() {
        let times = visits(count: 2000).map(\.arrivesAt)
        #expect(times == times.sorted())
    }

    @Test func `what a viewer does lies within the stay, in order`() {
        for visit in visits(count: 5000) {
            #expect(visit.intentions.map(\.after) == visit.intentions.map(\.after).sorted())
            #expect(visit.intentions.allSatisfy { $0.after > .zero && $0.after < visit.stay })
        }
    }

    @Test func `as many apply as in the reference season`() {
        let visits = visits(count: 200_000)
        let applying = visits.count { $0.intentions.contains { $0.act == .apply } }
        #expect((0.0058...0.0070).contains(Double(applying) / Double(visits.count)))
    }

    @Test func `the room holds as many as planned`() {
        let visits = visits({ $0.viewers = 1000 }, count: 40_000)
        for minute in [2, 5, 10] {
            let moment = Duration.seconds(60 * minute)
            let present = visits.count { $0.arrivesAt <= moment && $0.arrivesAt + $0.stay > moment }
            #expect((850...1200).contains(present), "\(present) present after \(minute) minutes")
        }
    }

    @Test func `entries outnumber viewers because some return`() {
        let visits = visits(count: 10_000)
        let persons = Set(visits.map(\.person))
        #expect((7880...8120).contains(persons.count))
        #expect(persons == Set(1...persons.count))
    }

    @Test func `people come by every way and from several regions, most by reminders, recommendations and shares`() {
        let visits = visits(count: 10_000)
        let ways = Dictionary(grouping: visits, by: \.channel).mapValues(\.count)
        #expect(Set(ways.keys) == Set([nil] + EntryChannel.allCases))
        #expect([.reminder, .recommendation, .share].allSatisfy { ways[$0]! > 1_700 } && (800...1_200).contains(ways[nil]!))
        #expect(Set((1...200).map { Person(number: $0, seed: 1).region }).count == 9)
    }

    @Test func `the first of several rooms is the fullest`() {
        let rooms = Dictionary(grouping: visits({ $0.rooms = 3 }, count: 3000), by: \.room).mapValues(\.count)
        #expect(rooms.keys.sorted() == [0, 1, 2])
        #expect(rooms[0]! > rooms[1]! && rooms[1]! > rooms[2]!)
    }

    @Test func `a person keeps name and number, and the number is nobody's`() {
        let person = Person(number: 7, seed: 1)
        #expect(person == Person(number: 7, seed: 1))
        #expect(person.phone.description == "19900000007")
        #expect(Person(number: 10_023, seed: 1).phone.description.count == 11)
    }
}
