package import FoundationEssentials
import JSON

/// One line of a file in seeds/: a command with its identifiers fixed and its times relative to the moment of playing.
package struct SeedCommand: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        case openSeries(SeriesID, SeriesOpened)
        case publishPolicy(PolicyID, PolicyPublished)
        case registerCompany(CompanyRegistered)
        /// Of the file of this name that lies beside the seeds; the document's identifier is made with it.
        case fileDocument(CompanyID, DocumentKind, file: String, validUntil: CalendarDate?, by: Subject)
        case verifyCompany(CompanyID, CompanyVerified)
        case postJob(JobID, JobPosted)
        case vetJob(JobID, by: Subject)
        case scheduleSession(SessionID, SessionScheduled)
        case shelve(SessionID, [JobID])
    }

    /// UUIDv5 of the line: the append's idempotency key, so that a line played again changes nothing, whatever the time.
    package let key: UUID
    package let action: Action

    /// - Throws: `Invalid` naming the field; "line" when it is no JSON object at all.
    package init(line: String, now: Timestamp) throws(Invalid) {
        key = UUID(namespace: UUID(namespace: .dns, name: "seeds.jobcast"), name: line)
        do {
            action = try JSONDocument(Array(line.utf8)).decode(SeedLine.self).action(now)
        } catch let invalid as Invalid {
            throw invalid
        } catch {
            throw Invalid(field: "line", reason: .misfit("is not a JSON object of the form described in seeds/README.md: \(error)"))
        }
    }
}

/// A line whose fields are read once it is known when it is played.
private struct SeedLine: Decodable {
    private let container: KeyedDecodingContainer<SeedFields.Key>

    init(from decoder: any Decoder) throws {
        container = try decoder.container(keyedBy: SeedFields.Key.self)
    }

    func action(_ now: Timestamp) throws -> SeedCommand.Action {
        let fields = SeedFields(container, now: now)
        let action = try fields.action()
        try fields.requireAllRead()
        return action
    }
}

extension SeedFields {
    fileprivate func action() throws -> SeedCommand.Action {
        switch try text("do") {
        case "openSeries": .openSeries(try id("id"), try series())
        case "publishPolicy": .publishPolicy(try id("id"), try policy())
        case "registerCompany": .registerCompany(try company())
        case "fileDocument": try document()
        case "verifyCompany": .verifyCompany(try id("company"), try verification())
        case "postJob": .postJob(try id("id"), try posting())
        case "vetJob": .vetJob(try id("job"), by: try value("by"))
        case "scheduleSession": .scheduleSession(try id("id"), try plan())
        case "shelve": .shelve(try id("session"), try value("jobs"))
        case let name: throw Invalid(field: "do", reason: .misfit("names no command: \(name)"))
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
        let details = try CompanyRegistered(
            name: text("name"),
            uscc: value("uscc"),
            region: value("region"),
            kind: value("kind"),
            licence: optional("licence")
        )
        let own: CompanyID = try id("id")
        guard own == CompanyID(details.uscc) else {
            throw Invalid(field: "id", reason: .misfit("is not the company's: its code makes \(CompanyID(details.uscc))"))
        }
        return details
    }

    private func document() throws -> SeedCommand.Action {
        let file = try text("file")
        guard !file.contains("/"), !file.hasPrefix(".") else {
            throw Invalid(field: "file", reason: Reason("not-beside-seeds", "must be the name of a file beside the seeds"))
        }
        return .fileDocument(
            try id("company"),
            try value("kind"),
            file: file,
            validUntil: has("validFor") ? try date("validFor") : nil,
            by: try value("by")
        )
    }

    private func verification() throws -> CompanyVerified {
        try CompanyVerified(by: value("by"), checks: value("checks"), note: optional("note"), reverifyBy: date("reverifyIn"))
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
            terms: optional("terms"),
            occupationCode: optional("occupationCode"),
            skillsGrade: optional("skillsGrade"),
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
