package import EventSourcing

/// One posting of a company, with its openings: "岗位真实".
package enum Position: Decider {
    package enum State: Hashable, Sendable {
        case unposted
        case open(PositionPosted, Vetting)
        case closed(PositionPosted, Closing)
    }

    package enum Vetting: Hashable, Sendable {
        case pending, vetted
        case rejected(PositionRejected)
    }

    package enum Closing: Hashable, Sendable {
        case filled, withdrawn, expired
    }

    package enum Command: Hashable, Sendable {
        case post(PositionPosted, at: Timestamp)
        case vet(PositionVetted, at: Timestamp)
        /// Also takes back an earlier vetting.
        case reject(PositionRejected)
        case revise(PositionRevised, at: Timestamp)
        /// Zero openings fill the position.
        case changeOpenings(Int)
        case fill
        case withdraw(PositionWithdrawn)
        /// Accepted from the day after `validThrough`.
        case expire(at: Timestamp)
    }

    package enum Event: DomainEvent {
        case posted(PositionPosted)
        case vetted(PositionVetted)
        case rejected(PositionRejected)
        case revised(PositionRevised)
        case openingsChanged(PositionOpeningsChanged)
        case filled(PositionFilled)
        case withdrawn(PositionWithdrawn)
        case expired(PositionExpired)
    }

    package enum Rejection: Recruiting.Rejection, Hashable {
        case notPosted
        case alreadyPosted
        case closed(Closing)
        case expired
        case stillValid(through: CalendarDate)
        case openingsOutOfRange
    }

    package static let initial = State.unposted

    package static func stream(_ id: PositionID) -> StreamName {
        StreamName(category: "position", id: id)
    }

    package static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch (command, state) {
        case (.post(let posting, let at), .unposted):
            try require(posting.validThrough, at)
            return [.posted(posting)]
        case (.post(let posting, _), .open(let known, _)), (.post(let posting, _), .closed(let known, _)):
            guard posting == known else { throw .alreadyPosted }
            return []
        case (_, .unposted): throw .notPosted
        case (_, .closed(_, let closing)):
            guard command.repeats(closing) else { throw .closed(closing) }
            return []
        case (_, .open(let posting, let vetting)):
            return try decide(command, posting, vetting)
        }
    }

    package static func apply(_ event: Event, to state: inout State) {
        switch (event, state) {
        case (.posted(let posting), _): state = .open(posting, .pending)
        case (.vetted, .open(let posting, _)): state = .open(posting, .vetted)
        case (.rejected(let rejection), .open(let posting, _)): state = .open(posting, .rejected(rejection))
        case (.revised(let revision), .open(var posting, let vetting)):
            posting.apply(revision)
            state = .open(posting, revision.needsVetting ? .pending : vetting)
        case (.openingsChanged(let change), .open(var posting, let vetting)):
            posting.openings = change.openings
            state = .open(posting, vetting)
        case (.filled, .open(let posting, _)): state = .closed(posting, .filled)
        case (.withdrawn, .open(let posting, _)): state = .closed(posting, .withdrawn)
        case (.expired, .open(let posting, _)): state = .closed(posting, .expired)
        case (_, .unposted), (_, .closed): break
        }
    }

    private static func decide(_ command: Command, _ posting: PositionPosted, _ vetting: Vetting) throws(Rejection) -> [Event] {
        switch command {
        case .post: return []
        case .vet(let vet, let at):
            try require(posting.validThrough, at)
            return vetting == .vetted ? [] : [.vetted(vet)]
        case .reject(let rejection):
            return vetting == .rejected(rejection) ? [] : [.rejected(rejection)]
        case .revise(let revision, let at):
            let changes = revision.changes(from: posting)
            try require(changes.validThrough ?? posting.validThrough, at)
            return changes.isEmpty ? [] : [.revised(changes)]
        case .changeOpenings(let openings):
            guard (0...PositionPosted.openingsLimit).contains(openings) else { throw .openingsOutOfRange }
            guard openings != posting.openings else { return [] }
            let changed = Event.openingsChanged(PositionOpeningsChanged(openings: openings))
            return openings == 0 ? [changed, .filled(PositionFilled())] : [changed]
        case .fill: return [.filled(PositionFilled())]
        case .withdraw(let withdrawal): return [.withdrawn(withdrawal)]
        case .expire(let at):
            guard posting.validThrough < at.chinaDate else { throw .stillValid(through: posting.validThrough) }
            return [.expired(PositionExpired())]
        }
    }

    private static func require(_ validThrough: CalendarDate, _ at: Timestamp) throws(Rejection) {
        guard validThrough >= at.chinaDate else { throw .expired }
    }
}

extension Position.Command {
    /// Whether the command asks for the end that the position has come to already.
    fileprivate func repeats(_ closing: Position.Closing) -> Bool {
        switch (self, closing) {
        case (.fill, .filled), (.changeOpenings(0), .filled), (.withdraw, .withdrawn), (.expire, .expired): true
        default: false
        }
    }
}

extension Position.State {
    package var posting: PositionPosted? {
        switch self {
        case .unposted: nil
        case .open(let posting, _), .closed(let posting, _): posting
        }
    }

    /// Why the position may not be shown on `today`; nil when it may.
    package func fault(on today: CalendarDate) -> OfferFault? {
        switch self {
        case .unposted: .positionNotPosted
        case .closed(_, .filled): .noOpeningsLeft
        case .closed(_, .withdrawn): .positionWithdrawn
        case .closed(_, .expired): .positionExpired
        case .open(let posting, _) where posting.validThrough < today: .positionExpired
        case .open(_, .pending), .open(_, .rejected): .positionNotVetted
        case .open(let posting, .vetted): posting.openings > 0 ? nil : .noOpeningsLeft
        }
    }
}

extension Position.Rejection {
    package var code: String {
        switch self {
        case .notPosted: "position-not-posted"
        case .alreadyPosted: "position-already-posted"
        case .closed(.filled): "position-filled"
        case .closed(.withdrawn): "position-withdrawn"
        case .closed(.expired), .expired: "position-expired"
        case .stillValid: "position-still-valid"
        case .openingsOutOfRange: "openings-out-of-range"
        }
    }

    package var explanation: String {
        switch self {
        case .notPosted: "There is no such position; post it first."
        case .alreadyPosted: "This position is posted already with another text; revise it instead."
        case .closed(.filled): "The position is filled and changes no more; post a new one."
        case .closed(.withdrawn): "The position has been withdrawn and changes no more; post a new one."
        case .closed(.expired): "The position has expired and changes no more; post a new one."
        case .expired: "The position's last day is past; give a validThrough from today on."
        case .stillValid(let day): "The position is valid through \(day) and cannot expire before."
        case .openingsOutOfRange: "A position has 0 to \(PositionPosted.openingsLimit) openings; correct the number."
        }
    }
}
