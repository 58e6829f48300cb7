import Access
import FoundationEssentials
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API

/// Companies as reviewers, their own desks and everybody see them.
@Suite(.timeLimit(.minutes(5))) struct CompanyTests {
    private static let other = "91440101MA59NJ0C4L"

    @Test func `everybody sees who a company is and until when it is verified, and only those whom it concerns the rest`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let path = "/v1/companies/\(story.company)"
            let last = Story.today.advanced(months: 3).description
            for token in [nil, story.viewer, story.host, try await server.token(.recruiter)] {
                let company = try await server.get(path, as: token).json()
                #expect(company.members.map { Set($0.keys) } == ["id", "name", "kind", "region", "version", "verifiedUntil"])
                #expect(company["verifiedUntil"]?.text == last)
                let listed = try await server.get("/v1/companies", as: token).json()["items"]?.items?.first
                #expect(listed == company)
            }
            for token in [story.reviewer, story.recruiter, try await server.token(.operator)] {
                let company = try await server.get(path, as: token).json()
                #expect(company["status"]?.text == "verified" && company["reverifyBy"]?.text == last)
                #expect(company["judgement"]?["by"]?.text == "the reviewer" && company["uscc"] != nil)
                #expect(company["required"]?["documents"]?.items?.count == 3)
            }
        }
    }

    @Test func `an agency has a licence and is verified no longer than that holds`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let registration = try story.registration().replacing("employer", with: "agency")
            #expect(try await server.post("/v1/companies", as: story.recruiter, registration).pointers == ["/licence"])
            let licensed = registration.dropLast() + #","licence":"粤人服证字〔2025〕第0101000001号"}"#
            #expect(try await server.post("/v1/companies", as: story.recruiter, String(licensed)).status == 201)
            try await story.fileDocuments()
            let path = "/v1/companies/\(story.company)"
            let verification = Story.verification.replacing("[", with: #"["agencyLicence","#)
            let missing = try await server.post("\(path)/verification", as: story.reviewer, verification)
            #expect(missing.problem == "documents-missing" && missing.text.contains("agencyLicence"))
            let last = Story.today.advanced(months: 2)
            let filed = try await server.upload(
                Array("%PDF-".utf8),
                "\(path)/documents?kind=agencyLicence&validUntil=\(last)",
                as: story.recruiter
            )
            #expect(filed.status == 201, "\(filed.text)")
            let tooFar = try await server.post("\(path)/verification", as: story.reviewer, verification)
            #expect(tooFar.problem == "reverification-too-far" && tooFar.text.contains(last.description), "\(tooFar.text)")
            #expect(try await server.post("\(path)/verification", as: story.reviewer, Story.verification).problem == "checks-missing")
            try await story.verify(verification.replacing("\(Story.today.advanced(months: 3))", with: "\(last)"))
        }
    }

    @Test func `a correction of the details wants another verification, and takes the cards off`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let session = try await story.liveSession([try await story.vettedJob()])
            let path = "/v1/companies/\(story.company)"
            let revision = #"{"name":"东莞精工机械","region":"441900","kind":"publicBody"}"#
            let foreign = try await server.token(.recruiter)
            #expect(try await server.post("\(path)/revision", as: foreign, revision).status == 403)
            #expect(try await server.post("\(path)/revision", as: story.recruiter, revision).status == 200)
            let company = try await server.get(path, as: story.recruiter).json()
            #expect(company["name"]?.text == "东莞精工机械" && company["status"]?.text == "unverified" && company["kind"]?.text == "publicBody")
            try await eventually { try await server.get("/v1/sessions/\(session)/shelf").text == "{\"items\":[]}" ? true : nil }
            try await story.verify()
        }
    }

    @Test func `a code on the blacklist neither registers nor posts, and its jobs are off at once`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let session = try await story.liveSession([try await story.vettedJob()])
            let code = try Story.validCode(Story.uscc)
            let listing = #"{"uscc":"\#(code)","reason":"收取押金"}"#
            #expect(try await server.post("/v1/blacklist", as: story.recruiter, listing).status == 403)
            #expect(try await server.post("/v1/blacklist", as: story.reviewer, listing).status == 201)
            try await eventually { try await server.get("/v1/sessions/\(session)/shelf").text == "{\"items\":[]}" ? true : nil }
            #expect(try await server.post("/v1/jobs", as: story.recruiter, story.posting()).problem == "company-blacklisted")
            let id = UUID()
            let clerk = Clerk(server: server, token: story.recruiter)
            #expect(try clerk.counts(await clerk.put([Clerk.row("技工")], id: id))["faulty"] == 1)
            let rows = try await server.get("/v1/imports/\(id)/rows", as: story.recruiter)
            #expect(rows.text.contains("company-blacklisted-because") && rows.text.contains("收取押金"), "\(rows.text)")
            #expect(try await clerk.commit(id).problem == "import-faulty")
            let path = "/v1/companies/\(story.company)"
            #expect(try await server.post("\(path)/verification", as: story.reviewer, Story.verification).problem == "company-blacklisted")
            #expect(try await server.get(path, as: story.reviewer).json()["blacklisting"]?["reason"]?.text == "收取押金")
            #expect(try await server.get(path).json()["verifiedUntil"] == nil)
            #expect(
                try await server.post("/v1/blacklist/\(story.company)/clearance", as: story.reviewer, #"{"reason":"申诉成立"}"#).status == 200
            )
            #expect(try await server.post("/v1/jobs", as: story.recruiter, story.posting()).status == 201)
        }
    }

    @Test func `a code can be put on the blacklist that nobody has registered, and is refused when somebody does`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let code = try Story.validCode(Self.other)
            let id = CompanyID(code)
            #expect(try await server.post("/v1/blacklist", as: story.reviewer, #"{"uscc":"\#(code)","reason":"假证"}"#).status == 201)
            let registration = #"{"name":"换名","uscc":"\#(code)","region":"440100","kind":"employer"}"#
            let chief = try await server.token(.operator)
            let refused = try await server.post("/v1/companies", as: chief, registration)
            #expect(refused.status == 409 && refused.problem == "company-blacklisted")
            #expect(try await server.get("/v1/companies/\(id)", as: story.reviewer).status == 404)
            let listed = try await server.get("/v1/blacklist", as: story.reviewer).json()["items"]?.items?.first
            #expect(listed?["company"]?.text == id.description && listed?["reason"]?.text == "假证" && listed?["name"] == nil)
            #expect(try await server.get("/v1/blacklist", as: story.recruiter).status == 403)
            #expect(try await server.post("/v1/blacklist/\(id)/clearance", as: story.reviewer, #"{"reason":"误列"}"#).status == 200)
            #expect(try await server.post("/v1/companies", as: chief, registration).status == 201)
            #expect(try await server.get("/v1/blacklist", as: story.reviewer).text == #"{"items":[]}"#)
        }
    }

    @Test func `what waits for a reviewer is a list, the first that is due first, and nobody else's`() async throws {
        let clock = Clock()
        try await withServer {
            $0.now = clock.now
        } _: { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let code = try Story.validCode(Self.other)
            let registration = #"{"name":"迟来","uscc":"\#(code)","region":"440100","kind":"employer"}"#
            #expect(try await server.post("/v1/companies", as: server.token(.operator), registration).status == 201)
            func names(_ status: String) async throws -> [String] {
                let list = try await server.get("/v1/companies?status=\(status)", as: story.reviewer).json()
                return list["items"]?.items?.compactMap { $0["name"]?.text } ?? []
            }
            #expect(try await names("due") == ["迟来"])
            #expect(try await names("unverified") == ["迟来"])
            #expect(try await names("verified") == ["东莞精工"])
            let last = Story.today.advanced(months: 3)
            clock.set(to: last.advanced(days: -14))
            #expect(try await names("due") == ["迟来", "东莞精工"])
            #expect(try await names("lapsed") == [])
            clock.set(to: last.advanced(days: 1))
            #expect(try await names("lapsed") == ["东莞精工"])
            #expect(try await names("verified") == [])
            #expect(try await server.get("/v1/companies/\(story.company)").json()["verifiedUntil"] == nil)
            let path = "/v1/companies/\(story.company)"
            #expect(try await server.post("\(path)/suspension", as: story.reviewer, #"{"reason":"投诉"}"#).status == 200)
            #expect(try await names("suspended") == ["东莞精工"])
            #expect(try await names("due") == ["迟来"])
            #expect(try await server.post("\(path)/reinstatement", as: story.reviewer, #"{"reason":"查无此事"}"#).status == 200)
            #expect(try await names("lapsed") == ["东莞精工"])
            for query in ["status=due", "order=due", "status=blacklisted"] {
                #expect(try await server.get("/v1/companies?\(query)", as: story.recruiter).status == 403)
                #expect(try await server.get("/v1/companies?\(query)").status == 403)
            }
            let found = try await server.get("/v1/companies?q=%E7%B2%BE%E5%B7%A5").json()["items"]?.items
            #expect(found?.compactMap { $0["name"]?.text } == ["东莞精工"])
        }
    }

    @Test func `when the day ends in China on which a verification counts last, its cards go off a live room by themselves`() async throws {
        let clock = Clock()
        try await withServer {
            $0.now = clock.now
        } _: { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob(validThrough: Story.today.advanced(months: 6))
            let session = try await story.liveSession([job])
            #expect(try await server.post("/v1/sessions/\(session)/featured", as: story.host, #"{"job":"\#(job)"}"#).status == 200)
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { client in
                let state = try await client.next("hello")["state"]
                #expect(state?["featured"]?["job"]?.text == job)
                let last = Story.today.advanced(months: 3)
                // The last minute of the day, and the first of the next.
                clock.set(to: Timestamp(china: last, minutes: 24 * 60 - 1))
                let shelf = try await server.get("/v1/sessions/\(session)/shelf").json()
                #expect(shelf["items"]?.items?.count == 1)
                clock.set(to: Timestamp(china: last.advanced(days: 1), minutes: 0))
                let frame = try await client.next("card")
                #expect(frame["op"]?.text == "unfeatured" && frame["card"]?["job"]?.text == job)
            }
            #expect(try await server.get("/v1/sessions/\(session)/shelf").text == "{\"items\":[]}")
            let apply = try await server.post("/v1/submissions", as: story.viewer, story.submission(job, session: session))
            #expect(apply.status == 409, "\(apply.text)")
        }
    }
}
