import EventSourcing
import FoundationEssentials
import Recruiting
import Testing

/// The files in seeds/ are played here as `jobcast seed` plays them, but into a dictionary.
@Suite struct SeedTests {
    static func lines(_ name: String) throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "seeds/\(name).jsonl"), encoding: .utf8)
        return text.split(separator: "\n").map(String.init)
    }

    static func season(_ name: String) throws -> Season {
        var season = Season()
        for line in try lines(name) { try season.play(SeedCommand(line: line, now: Story.now)) }
        return season
    }

    @Test func `the Guangxi series is what the newspaper page tells`() throws {
        let season = try Self.season("10-guangxi")
        let postings = season.jobs.values.compactMap(\.posting)
        #expect(season.companies.count == 33)
        #expect(postings.count == 130)
        #expect(postings.map(\.openings).reduce(0, +) == 1_976)
        #expect(season.policies == 6)
        #expect(season.sessions.values.compactMap(\.plan?.format.rawValue).sorted() == Format.allCases.map(\.rawValue).sorted())
        #expect(Set(season.sessions.values.compactMap(\.plan?.base)) == ["广州", "东莞", "珠海"])
        #expect(Set(season.sessions.values.flatMap { $0.plan?.segments ?? [] }.map(\.kind)) == Set(SegmentKind.allCases))
        #expect(Set(["数控技工", "软件开发", "家政服务"]).isSubset(of: postings.map(\.occupation)))
        #expect(season.sessions.values.map(\.shelf.count).sorted() == [20, 20, 27, 63, 130])
    }

    @Test func `companies are of each kind, and each that posts jobs stands verified`() throws {
        let seasons = [try Self.season("10-guangxi"), try Self.season("20-naiman")]
        #expect(Set(seasons.flatMap(\.companies.values).compactMap(\.details?.kind)) == Set(CompanyKind.allCases))
        for season in seasons {
            for owner in Set(season.jobs.values.compactMap(\.posting?.company)) {
                #expect(season.companies[owner]?.fault(on: Story.today) == nil)
            }
        }
    }

    @Test func `a company's id is that of its code`() throws {
        for (id, company) in try Self.season("10-guangxi").companies {
            let details = try #require(company.details)
            #expect(CompanyID(details.uscc) == id)
        }
    }

    @Test func `the market of Naiman goes live on Monday and Friday mornings`() throws {
        let season = try Self.season("20-naiman")
        let starts = season.sessions.values.compactMap(\.plan?.startsAt).sorted()
        #expect(starts == [Story.at("2026-01-09T09:00:00+08:00"), Story.at("2026-01-12T09:00:00+08:00")])
        #expect(season.jobs.values.compactMap(\.posting).allSatisfy { $0.pay.unit == .day && $0.pay.minimum > 200 })
        #expect(season.sessions.values.compactMap(\.plan?.host.description).allSatisfy { $0.hasPrefix("recruiter-") })
    }

    @Test func `every line has a key of its own that time does not change`() throws {
        let lines = try Self.lines("10-guangxi") + Self.lines("20-naiman")
        let keys = try lines.map { try SeedCommand(line: $0, now: Story.now).key }
        #expect(Set(keys).count == lines.count)
        let later = try lines.map { try SeedCommand(line: $0, now: Story.at("2027-01-05T00:00:00Z")).key }
        #expect(later == keys)
    }

    @Test(arguments: [
        ("", "line"), ("[]", "line"), ("{}", "do"), (#"{"do":"paint"}"#, "do"), (#"{"do":"vetJob","by":"r"}"#, "job"),
        (#"{"do":"vetJob","job":"x","by":"r"}"#, "job"),
        (#"{"do":"vetJob","job":7,"by":"r"}"#, "job"),
        (#"{"do":"vetJob","job":"00000000-0000-4000-8000-000000000001","by":"r","at":1}"#, "at"),
        (#"{"do":"shelve","session":"00000000-0000-4000-8000-000000000001","jobs":"x"}"#, "jobs"),
        (
            #"{"do":"publishPolicy","id":"00000000-0000-4000-8000-000000000001","title":"t","topic":"t","summary":"s","region":"450000","validFor":"90"}"#,
            "validFor"
        ),
    ])
    func `a line that is wrong names its field`(line: String, field: String) {
        let error = #expect(throws: Invalid.self) { try SeedCommand(line: line, now: Story.now) }
        #expect(error?.field == field)
    }

    @Test(arguments: [("PT10M", 600), ("P1DT2H", 93_600), ("PT1H30M5S", 5_405), ("P90D", 7_776_000)])
    func `durations are those of ISO 8601`(text: String, seconds: Int) throws {
        #expect(try start(#""startsIn":"\#(text)""#) == Story.now.advanced(by: .seconds(seconds)))
    }

    @Test(arguments: ["", "P", "PT", "10M", "P1H", "PT1D", "P1DT", "PT1M1M", "P-1D", "PT1.5H", "P1D1"])
    func `other texts are no durations`(text: String) {
        let error = #expect(throws: Invalid.self) { try start(#""startsIn":"\#(text)""#) }
        #expect(error?.field == "startsIn")
    }

    @Test(arguments: [
        ("monday 16:00", "2026-01-05T16:00:00+08:00"), ("monday 15:59", "2026-01-12T15:59:00+08:00"),
        ("sunday 00:00", "2026-01-11T00:00:00+08:00"),
    ])
    func `the next such moment is today at the earliest`(text: String, moment: String) throws {
        #expect(try start(#""startsNext":"\#(text)""#) == Story.at(moment))
    }

    @Test(arguments: ["monday", "Monday 9:00", "monday 24:00", "monday 09:60", "monday 09", ""]) func `other texts are no such moment`(
        text: String
    ) {
        let error = #expect(throws: Invalid.self) { try start(#""startsNext":"\#(text)""#) }
        #expect(error?.field == "startsNext")
    }

    private func start(_ field: String) throws -> Timestamp? {
        let id = "00000000-0000-4000-8000-000000000001"
        let line = #"{"do":"scheduleSession","id":"\#(id)","title":"t","format":"campus","host":"h","lasts":"PT1H",\#(field)}"#
        guard case .scheduleSession(_, let plan) = try SeedCommand(line: line, now: Story.now).action else { return nil }
        return plan.startsAt
    }
}

/// A log in memory, only as deep as the seeds need it.
struct Season {
    var companies: [CompanyID: Company.State] = [:]
    var jobs: [JobID: Job.State] = [:]
    var sessions: [SessionID: Session.State] = [:]
    var policies = 0
    var documents = 0

    mutating func play(_ seed: SeedCommand) throws {
        let now = Story.now
        switch seed.action {
        case .registerCompany(let details):
            try decide(Company.self, .register(details), &companies[CompanyID(details.uscc), default: Company.initial])
        case .fileDocument(let id, let kind, _, let validUntil, let by):
            documents += 1
            let file = Array("%PDF-".utf8)
            let document = try DocumentFiled(
                Story.id(number: documents, DocumentFiled.self),
                kind,
                file: file,
                validUntil: validUntil,
                by: by
            )
            try decide(Company.self, .file(document, at: now), &companies[id, default: Company.initial])
        case .verifyCompany(let id, let verified):
            try decide(Company.self, .verify(verified, at: now), &companies[id, default: Company.initial])
        case .postJob(let id, let posting):
            #expect(JobLint.standard.findings(in: JobDraft(posting)).allSatisfy { $0.severity == .flag }, "\(posting)")
            try decide(Job.self, .post(posting, at: now), &jobs[id, default: .unposted])
        case .vetJob(let id, let reviewer):
            try decide(Job.self, .vet(JobVetted(by: reviewer, version: 1), at: now), &jobs[id, default: .unposted])
        case .scheduleSession(let id, let plan): try decide(Session.self, .schedule(plan), &sessions[id, default: Session.initial])
        case .shelve(let id, let shelf):
            let listings = try shelf.map { job in
                let state = try #require(jobs[job])
                let company = try #require(state.posting).company
                return Listing(job, version: 2, state, company: companies[company] ?? Company.initial)
            }
            try decide(Session.self, .shelve(listings, at: now), &sessions[id, default: Session.initial])
        case .publishPolicy(_, let policy): policies += try Policy.decide(.publish(policy, at: now), .unpublished).count
        case .openSeries(_, let opened): #expect(try Series.decide(.open(opened), .unopened).count == 1)
        }
    }

    private func decide<Aggregate: Decider>(_: Aggregate.Type, _ command: Aggregate.Command, _ state: inout Aggregate.State) throws {
        let events = try Aggregate.decide(command, state)
        #expect(!events.isEmpty)
        for event in events { Aggregate.apply(event, to: &state) }
    }
}
