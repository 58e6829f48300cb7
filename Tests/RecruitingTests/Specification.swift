import EventSourcing
import Recruiting
import Testing

/// Given events, when a command, then events or a rejection.
struct Given<Aggregate: Decider> where Aggregate.Event: Equatable, Aggregate.Rejection: Equatable {
    let events: [Aggregate.Event]

    init(_ aggregate: Aggregate.Type, _ events: Aggregate.Event...) {
        self.events = events
    }

    init(_ aggregate: Aggregate.Type, _ events: [Aggregate.Event]) {
        self.events = events
    }

    func when(_ command: Aggregate.Command) -> Outcome<Aggregate> {
        do throws(Aggregate.Rejection) {
            return Outcome(result: .success(try Aggregate.decide(command, Aggregate.fold(events))))
        } catch {
            return Outcome(result: .failure(error))
        }
    }
}

struct Outcome<Aggregate: Decider> where Aggregate.Event: Equatable, Aggregate.Rejection: Equatable {
    let result: Result<[Aggregate.Event], Aggregate.Rejection>

    func then(_ events: Aggregate.Event..., at location: SourceLocation = #_sourceLocation) {
        #expect(result == .success(events), sourceLocation: location)
    }

    func then(_ rejection: Aggregate.Rejection, at location: SourceLocation = #_sourceLocation) {
        #expect(result == .failure(rejection), sourceLocation: location)
    }

    func thenNothing(at location: SourceLocation = #_sourceLocation) {
        #expect(result == .success([]), sourceLocation: location)
    }
}
