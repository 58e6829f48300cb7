package import EventSourcing
package import Recruiting

/// What a viewer sends over the WebSocket: `join` first, within 5 s.
package struct ViewerFrame: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Sendable {
        case join, opened, saved, shared, ping
    }

    package let t: Kind
    /// The token, in `join`.
    package let token: String?
    /// The ticket, in `join` in place of `token`, where the request for the room brought it.
    package let ticket: String?
    /// In `join`, to resume: the last ordered frame's `p`, and the `epoch` that `hello` named.
    package let after: LogPosition?
    package let epoch: String?
    /// In `join`: by which way the viewer came, and from where, where the viewer's link told.
    package let channel: EntryChannel?
    package let region: Region?
    /// The job, in `opened`, `saved` and `shared`.
    package let job: JobID?

    package static func join(
        token: String?,
        ticket: String? = nil,
        after: LogPosition? = nil,
        epoch: String? = nil,
        channel: EntryChannel? = nil,
        region: Region? = nil
    ) -> ViewerFrame {
        ViewerFrame(t: .join, token: token, ticket: ticket, after: after, epoch: epoch, channel: channel, region: region)
    }

    package static func observed(_ kind: Kind, _ job: JobID) -> ViewerFrame { ViewerFrame(t: kind, job: job) }

    package static let ping = ViewerFrame(t: .ping)

    private init(
        t: Kind,
        token: String? = nil,
        ticket: String? = nil,
        after: LogPosition? = nil,
        epoch: String? = nil,
        channel: EntryChannel? = nil,
        region: Region? = nil,
        job: JobID? = nil
    ) {
        self.t = t
        self.token = token
        self.ticket = ticket
        self.after = after
        self.epoch = epoch
        self.channel = channel
        self.region = region
        self.job = job
    }
}

/// What viewers of a room have before them.
package struct RoomState: Codable, Hashable, Sendable {
    package var status: RoomStatus
    package var title: String
    package var startsAt: Timestamp?
    package var segment: SegmentKind?
    /// The card 讲解中.
    package var featured: Card?
    package var policy: PolicyCardShown?
    package var shelf: ShelfCounts

    package init(
        status: RoomStatus,
        title: String,
        startsAt: Timestamp? = nil,
        segment: SegmentKind? = nil,
        featured: Card? = nil,
        policy: PolicyCardShown? = nil,
        shelf: ShelfCounts = .init()
    ) {
        self.status = status
        self.title = title
        self.startsAt = startsAt
        self.segment = segment
        self.featured = featured
        self.policy = policy
        self.shelf = shelf
    }

    private enum CodingKeys: CodingKey {
        case status, title, startsAt, segment, featured, policy, shelf
    }

    /// Absent values that may come and go are sent as null here, so that a page which merges states forgets what is gone.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(title, forKey: .title)
        try container.encodeIfPresent(startsAt, forKey: .startsAt)
        try container.encode(segment, forKey: .segment)
        try container.encode(featured, forKey: .featured)
        try container.encode(policy, forKey: .policy)
        try container.encode(shelf, forKey: .shelf)
    }
}

package enum RoomStatus: String, Codable, Sendable {
    case scheduled, live, interrupted, ended, cancelled
}

/// The first frame a viewer gets.
package struct HelloFrame: Codable, Hashable, Sendable {
    package enum Mode: String, Codable, Sendable {
        /// Nothing was missed: what follows continues after the position that the viewer named.
        case resume
        case snapshot
    }

    package var t = "hello"
    /// The protocol's version.
    package var v = 1
    package let session: SessionID
    package let epoch: String
    package let p: LogPosition
    /// Milliseconds between counters, at least.
    package let tick: Int
    /// Milliseconds of silence after which a viewer may take the server for gone.
    package let ping: Int
    /// The window of milliseconds within which to come back after a loss.
    package let retry: [Int]
    package let mode: Mode
    /// The room's state, only with ``Mode/snapshot``.
    package let state: RoomState?
    package let counters: Counters

    package init(
        session: SessionID,
        epoch: String,
        p: LogPosition,
        tick: Int,
        ping: Int,
        retry: [Int],
        mode: Mode,
        state: RoomState?,
        counters: Counters
    ) {
        self.session = session
        self.epoch = epoch
        self.p = p
        self.tick = tick
        self.ping = ping
        self.retry = retry
        self.mode = mode
        self.state = state
        self.counters = counters
    }
}

/// A frame that every viewer gets in order: `p` is its place in the log, `pp` that of the room's ordered frame before it.
package struct RoomFrame: Codable, Hashable, Sendable {
    package enum Change: Hashable, Sendable {
        case featured(Card)
        case unfeatured(Card)
        case shelf(ShelfCounts)
        case segment(SegmentKind)
        case policy(PolicyCardShown)
        case status(RoomStatus)
        case answer(QuestionID, text: String?)
    }

    package let p: LogPosition
    package let pp: LogPosition
    package let change: Change

    package init(p: LogPosition, pp: LogPosition, change: Change) {
        self.p = p
        self.pp = pp
        self.change = change
    }

    private enum CodingKeys: CodingKey {
        case t, p, pp, op, card, jobs, openings, kind, policy, status, question, text
    }

    private enum Op: String, Codable {
        case featured, unfeatured
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(p, forKey: .p)
        try container.encode(pp, forKey: .pp)
        try container.encode(name, forKey: .t)
        switch change {
        case .featured(let card):
            try container.encode(Op.featured, forKey: .op)
            try container.encode(card, forKey: .card)
        case .unfeatured(let card):
            try container.encode(Op.unfeatured, forKey: .op)
            try container.encode(card, forKey: .card)
        case .shelf(let counts):
            try container.encode(counts.jobs, forKey: .jobs)
            try container.encode(counts.openings, forKey: .openings)
        case .segment(let kind): try container.encode(kind, forKey: .kind)
        case .policy(let card): try container.encode(card, forKey: .policy)
        case .status(let status): try container.encode(status, forKey: .status)
        case .answer(let question, let text):
            try container.encode(question, forKey: .question)
            try container.encodeIfPresent(text, forKey: .text)
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        p = try container.decode(LogPosition.self, forKey: .p)
        pp = try container.decode(LogPosition.self, forKey: .pp)
        switch try container.decode(String.self, forKey: .t) {
        case "card":
            let card = try container.decode(Card.self, forKey: .card)
            change = try container.decode(Op.self, forKey: .op) == .featured ? .featured(card) : .unfeatured(card)
        case "shelf":
            let jobs = try container.decode(Int.self, forKey: .jobs)
            change = .shelf(ShelfCounts(jobs: jobs, openings: try container.decode(Int.self, forKey: .openings)))
        case "segment": change = .segment(try container.decode(SegmentKind.self, forKey: .kind))
        case "policy": change = .policy(try container.decode(PolicyCardShown.self, forKey: .policy))
        case "status": change = .status(try container.decode(RoomStatus.self, forKey: .status))
        case "answer":
            let text = try container.decodeIfPresent(String.self, forKey: .text)
            change = .answer(try container.decode(QuestionID.self, forKey: .question), text: text)
        case let other:
            throw DecodingError.dataCorruptedError(forKey: .t, in: container, debugDescription: "no ordered frame is called \(other)")
        }
    }

    private var name: String {
        switch change {
        case .featured, .unfeatured: "card"
        case .shelf: "shelf"
        case .segment: "segment"
        case .policy: "policy"
        case .status: "status"
        case .answer: "answer"
        }
    }
}

/// The session's figures at `p`: absolute, so that the newest replaces all before it.
package struct CountersFrame: Codable, Hashable, Sendable {
    package var t = "counters"
    package let p: LogPosition
    package let online: Int
    package let entries: Int
    package let viewers: Int
    package let cards: Int
    package let openings: Int
    package let submissions: Int
    package let questions: Counters.Questions

    package init(p: LogPosition, _ counters: Counters) {
        self.p = p
        (online, entries, viewers) = (counters.online, counters.entries, counters.viewers)
        (cards, openings, submissions) = (counters.cards, counters.openings, counters.submissions)
        questions = counters.questions
    }
}

/// The last frame before the server closes.
package struct ByeFrame: Codable, Hashable, Sendable {
    package enum Why: String, Codable, Sendable {
        case drain, slow, auth, load
    }

    package var t = "bye"
    package let why: Why
    /// The window of milliseconds within which to come back; absent when there is no use in coming back.
    package let retry: [Int]?

    package init(why: Why, retry: [Int]?) {
        self.why = why
        self.retry = retry
    }
}
