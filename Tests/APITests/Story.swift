import Access
import EventSourcing
import FoundationEssentials
import JSON
import Recruiting
import Testing

@testable import API

/// The people of the tests and what they do: a company in 东莞, its recruiter, a reviewer, a host, a viewer.
struct Story: Sendable {
    let server: TestServer
    let host: String
    let reviewer: String
    let recruiter: String
    let viewer: String
    let analyst: String
    let company: String

    static let uscc = "91441900MA4UJ0X27P"

    init(_ server: TestServer) async throws {
        self.server = server
        let code = try Story.validCode(Self.uscc)
        company = CompanyID(code).description
        host = try await server.token(.host, "host-li")
        reviewer = try await server.token(.reviewer)
        recruiter = try await server.token(.recruiter, company: company)
        viewer = try await server.token(.viewer, "0b6a4ed8-9f61-4c0a-9e70-6a0d8a3a1f10")
        analyst = try await server.token(.analyst)
    }

    /// `text` with the check character that it should have.
    static func validCode(_ text: String) throws -> UnifiedSocialCreditCode {
        for last in "0123456789ABCDEFGHJKLMNPQRTUWXY" {
            if let code = try? UnifiedSocialCreditCode(text.dropLast() + String(last)) { return code }
        }
        return try UnifiedSocialCreditCode(text)
    }

    static let today = Timestamp(Date()).chinaDate

    static let times =
        "\"startsAt\":\"\(Timestamp(Date()).advanced(by: .seconds(60)))\",\"endsAt\":\"\(Timestamp(Date()).advanced(by: .seconds(7260)))\""

    func registration() throws -> String {
        "{\"name\":\"东莞精工\",\"uscc\":\"\(try Self.validCode(Self.uscc))\",\"region\":\"441900\",\"kind\":\"employer\"}"
    }

    static let verification = #"{"checks":["creditCode","representative"],"reverifyBy":"\#(today.advanced(months: 3))"}"#

    /// Puts on file what an employer's verification rests on.
    func fileDocuments() async throws {
        for kind in CompanyKind.employer.requiredDocuments {
            let filed = try await server.upload(
                Array("%PDF-1.7".utf8),
                "/v1/companies/\(company)/documents?kind=\(kind.rawValue)",
                as: recruiter
            )
            #expect(filed.status == 201, "\(filed.text)")
        }
    }

    func registerAndVerify() async throws {
        #expect(try await server.post("/v1/companies", as: recruiter, registration()).status == 201)
        try await fileDocuments()
        try await verify()
    }

    func verify(_ verification: String = Story.verification) async throws {
        #expect(try await server.post("/v1/companies/\(company)/verification", as: reviewer, verification).status == 200)
    }

    func posting(openings: Int = 5, title: String = "数控技工", validThrough: CalendarDate = today.advanced(months: 1)) -> String {
        """
        {"company":"\(company)","title":"\(title)","occupation":"数控技工","duties":"操作数控机床","conditions":"中专以上","place":"东莞市长安镇",
        "region":"441900","pay":{"minimum":6000,"maximum":9000,"unit":"month"},"openings":\(openings),
        "validThrough":"\(validThrough)","source":{"kind":"original"}}
        """
    }

    /// A vetted job's identifier.
    func vettedJob(openings: Int = 5, validThrough: CalendarDate = today.advanced(months: 1)) async throws -> String {
        let posted = try await server.post("/v1/jobs", as: recruiter, posting(openings: openings, validThrough: validThrough))
        let id = try #require(try posted.json()["id"]?.text)
        let vetting = try await server.post("/v1/vettings", as: reviewer, "{\"jobs\":[\"\(id)\"],\"decision\":\"approve\"}")
        #expect(vetting.status == 200, "\(vetting.text)")
        return id
    }

    func scheduledSession() async throws -> String {
        let answer = try await server.post("/v1/sessions", as: host, "{\"title\":\"广西就业专场\",\"format\":\"crossProvince\",\(Self.times)}")
        return try #require(try answer.json()["id"]?.text, "\(answer.text)")
    }

    /// A live session with `jobs` on its shelf.
    func liveSession(_ jobs: [String]) async throws -> String {
        let id = try await scheduledSession()
        if !jobs.isEmpty {
            let shelving = "{\"jobs\":[\(jobs.map { "\"\($0)\"" }.joined(separator: ","))]}"
            #expect(try await server.post("/v1/sessions/\(id)/shelf", as: host, shelving).status == 200)
        }
        #expect(try await server.post("/v1/sessions/\(id)/start", as: host).status == 200)
        return id
    }

    func submission(_ job: String, session: String? = nil, phone: String = "13800138000") -> String {
        let place = session.map { "\"session\":\"\($0)\"," } ?? ""
        return """
            {"job":"\(job)",\(place)"name":"韦小兰","phone":"\(phone)","consent":{"recipient":"\(company)","noticeVersion":"2026-01"}}
            """
    }
}
