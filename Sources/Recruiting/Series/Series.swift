package import EventSourcing

/// Sessions under one title, as 「就业暖心·桂在行动」.
package enum Series: Decider {
    package enum State: Hashable, Sendable {
        case unopened
        case open(SeriesOpened)
        case closed(SeriesOpened)
    }

    package enum Command: Hashable, Sendable {
        case open(SeriesOpened)
        case close
    }

    package enum Event: DomainEvent {
        case opened(SeriesOpened)
        case closed(SeriesClosed)
    }

    package enum Rejection: String, Recruiting.Rejection {
        case notOpened = "series-not-opened"
        case alreadyOpened = "series-already-opened"
    }

    package static let initial = State.unopened

    package static func stream(_ id: SeriesID) -> StreamName {
        StreamName(category: "series", id: id)
    }

    package static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch (command, state) {
        case (.open(let details), .unopened): return [.opened(details)]
        case (.open(let details), .open(let known)) where details == known: return []
        case (.open, _): throw .alreadyOpened
        case (.close, .open): return [.closed(SeriesClosed())]
        case (.close, .closed): return []
        case (.close, .unopened): throw .notOpened
        }
    }

    package static func apply(_ event: Event, to state: inout State) {
        switch (event, state) {
        case (.opened(let details), _): state = .open(details)
        case (.closed, .open(let details)): state = .closed(details)
        case (.closed, _): break
        }
    }
}

package struct SeriesOpened: EventData {
    package static let type = "SeriesOpened"
    package let title: String
    package let brand: String?
    package let organisers: [String]
    /// The organisation that it belongs to; the authority itself when nil.
    package let organisation: OrganisationID?
    /// Who opened it; nil for the seeds.
    package let by: Subject?

    package init(
        title: String,
        brand: String? = nil,
        organisers: [String],
        organisation: OrganisationID? = nil,
        by: Subject? = nil
    ) throws(Invalid) {
        self.title = try title.checkedLine("title", atMost: 100)
        self.brand = try brand?.checkedLine("brand", atMost: 100)
        self.organisers = try organisers.checked("organisers", atMost: 100)
        self.organisation = organisation
        self.by = by
    }
}

package struct SeriesClosed: EventData {
    package static let type = "SeriesClosed"

    package init() {}
}

extension Series.State {
    /// What was said of it when it was opened; nil when it never was.
    package var details: SeriesOpened? {
        switch self {
        case .unopened: nil
        case .open(let details), .closed(let details): details
        }
    }
}

extension Series.Event {
    package var data: any EventData {
        switch self {
        case .opened(let data): data
        case .closed(let data): data
        }
    }

    package init(type: String, data: [UInt8]) throws(UnreadableEvent) {
        switch type {
        case SeriesOpened.type: self = .opened(try SeriesOpened(json: data))
        case SeriesClosed.type: self = .closed(try SeriesClosed(json: data))
        default: throw .unknownType(type)
        }
    }
}

extension Series.Rejection {
    package var code: String { rawValue }

    package var explanation: String {
        switch self {
        case .notOpened: "There is no such series; open it first."
        case .alreadyOpened: "This series has been opened already with other details or is closed; open a new one."
        }
    }
}
