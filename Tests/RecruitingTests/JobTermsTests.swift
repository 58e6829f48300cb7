import EventSourcing
import FoundationEssentials
import Recruiting
import Testing

/// What a job offers and asks for beside its pay: what fits, and which field is told of what doesn't.
@Suite struct JobTermsTests {
    private static func terms(_ json: String) throws -> JobTerms { try JSONDecoder().decode(JobTerms.self, from: Data(json.utf8)) }

    @Test(arguments: [
        #"{"hoursADay":7.5}"#, #"{"hoursADay":12,"shift":"twoShift"}"#, #"{"restDaysAMonth":0}"#, #"{"restDaysAMonth":15}"#,
        #"{"dormitory":{"kind":"none"}}"#, #"{"dormitory":{"kind":"free","people":8,"couples":false}}"#,
        #"{"dormitory":{"kind":"paid","cost":150}}"#, #"{"age":{"minimum":18}}"#, #"{"age":{"maximum":55}}"#,
        #"{"age":{"minimum":40,"maximum":40}}"#, #"{"contact":{"from":"00:00","until":"23:59"}}"#, #"{"probationMonths":6}"#,
        #"{"insurance":["accident","pension"],"contract":"dispatch","meals":"none","startsOn":"2026-03-01"}"#,
    ])
    func `terms that fit are read, and written as they were meant`(json: String) throws {
        let terms = try Self.terms(json)
        #expect(try JSONDecoder().decode(JobTerms.self, from: JSONEncoder().encode(terms)) == terms)
    }

    @Test(arguments: [
        (#"{}"#, ""), (#"{"hoursADay":0.5}"#, "hoursADay"), (#"{"hoursADay":12.5}"#, "hoursADay"), (#"{"hoursADay":7.25}"#, "hoursADay"),
        (#"{"restDaysAMonth":16}"#, "restDaysAMonth"), (#"{"restDaysAMonth":-1}"#, "restDaysAMonth"),
        (#"{"probationMonths":7}"#, "probationMonths"), (#"{"insurance":[]}"#, "insurance"),
        (#"{"insurance":["pension","pension"]}"#, "insurance"), (#"{"dormitory":{"kind":"none","people":4}}"#, "people"),
        (#"{"dormitory":{"kind":"none","couples":true}}"#, "couples"), (#"{"dormitory":{"kind":"free","cost":100}}"#, "cost"),
        (#"{"dormitory":{"kind":"paid","cost":0}}"#, "cost"), (#"{"dormitory":{"kind":"paid","people":17}}"#, "people"),
        (#"{"age":{}}"#, "age"), (#"{"age":{"minimum":15}}"#, "minimum"), (#"{"age":{"maximum":71}}"#, "maximum"),
        (#"{"age":{"minimum":40,"maximum":39}}"#, "maximum"), (#"{"contact":{"from":"18:00","until":"09:00"}}"#, "until"),
        (#"{"contact":{"from":"9:00","until":"10:00"}}"#, "from"), (#"{"contact":{"from":"09:00","until":"24:00"}}"#, "until"),
    ])
    func `of terms that don't fit, the field is told`(json: String, field: String) throws {
        let error = #expect(throws: DecodingError.self) { try Self.terms(json) }
        guard case .dataCorrupted(let context)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect((context.codingPath.last?.stringValue ?? "") == field, "\(context)")
        #expect(!context.debugDescription.isEmpty)
    }

    @Test func `salaries come with pay by the month alone, from 12 to 24`() throws {
        #expect(try Pay(minimum: 1, maximum: 2, unit: .month, salaries: 13).salaries == 13)
        for (unit, salaries) in [(Pay.Unit.day, 13), (.month, 11), (.month, 25), (.month, .max), (.month, .min)] {
            let error = #expect(throws: Invalid.self) { try Pay(minimum: 1, maximum: 2, unit: unit, salaries: salaries) }
            #expect(error?.field == "paySalaries")
        }
    }

    @Test func `part-time work that is paid by the hour has no probation`() throws {
        for (unit, hours, isFine) in [(Pay.Unit.hour, 4.0, false), (.hour, 4.5, true), (.day, 4.0, true)] {
            let terms = try JobTerms(hoursADay: hours, probationMonths: 1)
            let pay = try Pay(minimum: 30, maximum: 40, unit: unit)
            let posted = Result { try Self.posting(pay, terms) }
            #expect(((try? posted.get()) != nil) == isFine, "\(unit) \(hours)")
        }
        let posting = try Self.posting(Pay(minimum: 100, maximum: 200, unit: .day), JobTerms(hoursADay: 4, probationMonths: 1))
        let error = #expect(throws: Invalid.self) { try posting.revised(by: JobRevised(pay: Pay(minimum: 30, maximum: 40, unit: .hour))) }
        #expect(error?.field == "terms/probationMonths")
    }

    private static func posting(_ pay: Pay, _ terms: JobTerms?) throws -> JobPosted {
        try JobPosted(
            company: Story.company,
            texts: JobTexts(title: "店员", occupation: "店员", duties: "收银", conditions: "无", place: "天河区"),
            region: Region("440106"),
            pay: pay,
            terms: terms,
            openings: 1,
            validThrough: Story.day("2026-03-31")
        )
    }

    @Test func `a revision takes away what it names, and says nothing of what isn't there`() throws {
        let posted = Job.Event.posted(EventExamples.posting)
        let revision = try JobRevised(removed: [.skillsGrade, .terms])
        let given = Job.fold([posted, .vetted(Story.vetting)])
        let events = try Job.decide(.revise(revision, at: Story.now), given)
        #expect(events == [.revised(revision)])
        var state = given
        for event in events { Job.apply(event, to: &state) }
        #expect(state.posting?.terms == nil && state.posting?.skillsGrade == nil && state.posting?.occupationCode != nil)
        #expect(state.fault(on: Story.now.chinaDate) == .jobNotVetted)
        #expect(try Job.decide(.revise(revision, at: Story.now), state) == [])
        #expect(throws: Invalid.self) { try JobRevised(skillsGrade: 3, removed: [.skillsGrade]) }
        #expect(try !JobRevised(removed: [.occupationCode]).needsVetting)
    }

    @Test(arguments: ["6-18-01-01", "4-10-01-06"]) func `a code of an occupation has four parts`(code: String) throws {
        #expect(try OccupationCode(code).description == code)
    }

    @Test(arguments: ["", "6", "6-18-01", "6-18-01-1", "6-18-01-01-01", "６-18-01-01", "a-18-01-01", "6 18 01 01"])
    func `anything else is none`(code: String) {
        #expect(throws: Invalid.self) { try OccupationCode(code) }
    }
}
