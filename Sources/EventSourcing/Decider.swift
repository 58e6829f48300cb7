/// An aggregate as a pure value: what happened folds into a state, and the state decides what may happen next.
///
/// No clock, no randomness and no I/O: time and new identifiers arrive inside the command.
package protocol Decider {
    associatedtype State: Sendable
    associatedtype Command: Sendable
    associatedtype Event: Sendable
    associatedtype Rejection: Error

    /// The state of a stream that has no events.
    static var initial: State { get }

    /// The events by which `command` is accepted; empty when it changes nothing.
    static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event]

    /// `state` after `event`. Never fails: what is in the log has happened.
    static func apply(_ event: Event, to state: inout State)
}

extension Decider {
    /// The state after `events`, in the order given.
    package static func fold(_ events: some Sequence<Event>) -> State {
        events.reduce(into: initial) { state, event in apply(event, to: &state) }
    }
}
