package import EventSourcing
package import FoundationEssentials

/// One line of a file in seeds/: a command with its identifiers fixed and its times relative to the moment of playing.
package struct SeedCommand: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        case series(Series.Command)
        case policy(Policy.Command)
        case company(Company.Command)
        case job(Job.Command)
        case session(Session.Command)
        /// Becomes `Session.Command.shelve` once the jobs and their companies are loaded.
        case shelve([JobID])
    }

    /// UUIDv5 of the line: the append's idempotency key, so that a line played again changes nothing, whatever the time.
    package let key: UUID
    package let stream: StreamName
    package let action: Action

    /// - Throws: `Invalid` naming the field; "line" when it is no JSON object at all.
    package init(line: String, now: Timestamp) throws(Invalid) {
        key = UUID(namespace: UUID(namespace: .dns, name: "seeds.jobcast"), name: line)
        let decoder = JSONDecoder()
        decoder.userInfo[.now] = now
        do {
            let parsed = try decoder.decode(SeedLine.self, from: Data(line.utf8))
            (stream, action) = (parsed.stream, parsed.action)
        } catch let invalid as Invalid {
            throw invalid
        } catch {
            throw Invalid(field: "line", reason: "is not a JSON object of the form described in seeds/README.md: \(error)")
        }
    }
}

extension CodingUserInfoKey {
    fileprivate static let now = CodingUserInfoKey(rawValue: "now")!
}

private struct SeedLine: Decodable {
    let stream: StreamName
    let action: SeedCommand.Action

    init(from decoder: any Decoder) throws {
        guard let now = decoder.userInfo[.now] as? Timestamp else { preconditionFailure("SeedCommand gives the time") }
        let fields = SeedFields(try decoder.container(keyedBy: SeedFields.Key.self), now: now)
        (stream, action) = try fields.command()
        try fields.requireAllRead()
    }
}

extension SeedFields {
    fileprivate func command() throws -> (StreamName, SeedCommand.Action) {
        switch try text("do") {
        case "openSeries": (Series.stream(try id("id")), .series(.open(try series())))
        case "publishPolicy": (Policy.stream(try id("id")), .policy(.publish(try policy(), at: now)))
        case "registerCompany": (Company.stream(try id("id")), .company(.register(try company())))
        case "verifyCompany": (Company.stream(try id("company")), .company(.verify(try verification(), at: now)))
        case "postJob": (Job.stream(try id("id")), .job(.post(try posting(), at: now)))
        case "vetJob":
            (Job.stream(try id("job")), .job(.vet(JobVetted(by: try value("by")), at: now)))
        case "scheduleSession": (Session.stream(try id("id")), .session(.schedule(try plan())))
        case "shelve": (Session.stream(try id("session")), .shelve(try value("jobs")))
        case let name: throw Invalid(field: "do", reason: "names no command: \(name)")
        }
    }

    private func series() throws -> SeriesOpened {
        try SeriesOpened(title: text("title"), brand: optional("brand"), organisers: value("organisers"))
    }

    private func policy() throws -> PolicyPublished {
        try PolicyPublished(
            title: text("title"),
            topic: text("topic"),
            summary: text("summary"),
            link: optional("link"),
            region: value("region"),
            validThrough: date("validFor")
        )
    }

    private func company() throws -> CompanyRegistered {
        try CompanyRegistered(name: text("name"), uscc: value("uscc"), region: value("region"))
    }

    private func verification() throws -> CompanyVerified {
        try CompanyVerified(by: value("by"), checks: value("checks"), reverifyBy: date("reverifyIn"))
    }

    private func posting() throws -> JobPosted {
        let texts = try JobTexts(
            title: text("title"),
            occupation: text("occupation"),
            duties: text("duties"),
            conditions: text("conditions"),
            place: text("place")
        )
        return try JobPosted(
            company: id("company"),
            texts: texts,
            region: value("region"),
            pay: value("pay"),
            openings: value("openings"),
            validThrough: date("validFor"),
            source: optional("source") ?? .original
        )
    }

    private func plan() throws -> SessionScheduled {
        let startsAt = try start()
        return try SessionScheduled(
            title: text("title"),
            format: value("format"),
            startsAt: startsAt,
            endsAt: startsAt.advanced(by: duration("lasts")),
            host: value("host"),
            series: optional("series"),
            base: optional("base"),
            policies: optional("policies"),
            segments: optional("segments")
        )
    }
}
