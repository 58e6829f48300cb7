import Access
import FoundationEssentials
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API

/// What a company does with a résumé, and what a case worker and the candidate tell of it afterwards.
@Suite(.timeLimit(.minutes(5))) struct AnswerTests {
    /// A submission that has just been sent.
    private static func sent(_ story: Story) async throws -> String {
        try await story.registerAndVerify()
        let job = try await story.vettedJob()
        let answer = try await story.server.post("/v1/submissions", as: story.viewer, story.submission(job))
        return "/v1/submissions/\(try #require(try answer.json()["id"]?.text, "\(answer.text)"))"
    }

    private static func write(_ path: String, _ token: String, _ body: String? = nil, _ server: TestServer) async throws -> Int {
        try await server.post(path, as: token, body).status
    }

    private static let pay = #""pay":{"minimum":7000,"maximum":7000,"unit":"month"}"#
    private static let today = Story.today

    @Test func `a company opens, calls, asks to an interview, offers and hires, and all of them see it`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let path = try await Self.sent(story)
            let moment = Timestamp(Date()).advanced(by: .seconds(86_400))
            let steps = [
                ("viewing", nil, "viewed"),
                ("contacts", #"{"method":"phone","outcome":"noAnswer"}"#, "contacted"),
                ("interview", #"{"at":"\#(moment)","place":"长安镇振安路8号"}"#, "interview"),
                ("contacts", #"{"method":"phone","outcome":"reached"}"#, "interview"),
                ("offer", #"{"startsOn":"\#(Self.today)",\#(Self.pay)}"#, "offered"),
                ("hiring", #"{"startsOn":"\#(Self.today)",\#(Self.pay)}"#, "hired"),
            ]
            for (step, body, status) in steps {
                #expect(try await Self.write("\(path)/\(step)", story.recruiter, body, server) == 200, "\(step)")
                for reader in [story.recruiter, story.viewer] {
                    #expect(try await server.get(path, as: reader).json()["status"]?.text == status, "\(step)")
                }
            }
            let seen = try await server.get(path, as: story.viewer).json()
            #expect(seen["interview"]?["place"]?.text == "长安镇振安路8号")
            #expect(seen["hiring"]?["startsOn"]?.text == Self.today.description)
            #expect(seen["answeredAt"]?.text != nil && seen["overdue"] == .bool(false))
            let counts = try await server.get("/v1/submission-counts", as: story.recruiter)
            #expect(counts.text == #"{"hired":1}"#)
        }
    }

    @Test func `a list tells the name, the submission the rest once it was opened, and nothing once it was taken back`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let path = try await Self.sent(story)
            let list = try await server.get("/v1/submissions", as: story.recruiter)
            #expect(list.text.contains("韦小兰") && !list.text.contains("13800138000"))
            #expect(try await !server.get(path, as: story.recruiter).text.contains("13800138000"))
            #expect(try await Self.write("\(path)/viewing", story.recruiter, server) == 200)
            #expect(try await server.get(path, as: story.recruiter).text.contains("13800138000"))
            #expect(try await Self.write("\(path)/withdrawal", story.viewer, server) == 200)
            for reading in [path, "/v1/submissions"] {
                let answer = try await server.get(reading, as: story.recruiter)
                #expect(answer.status == 200 && !answer.text.contains("韦小兰") && !answer.text.contains("13800138000"))
            }
            #expect(try await Self.write("\(path)/contacts", story.recruiter, #"{"method":"phone","outcome":"reached"}"#, server) == 409)
        }
    }

    @Test func `a résumé that names nobody stands in the list without a name`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let nameless = try await story.submission(story.vettedJob()).replacing(#""name":"韦小兰","#, with: "")
            #expect(try await Self.write("/v1/submissions", story.viewer, nameless, server) == 201)
            let items = try await server.get("/v1/submissions", as: story.recruiter).json()["items"]?.items
            #expect(items?.count == 1 && items?.first?["name"] == nil && items?.first?["status"]?.text == "submitted")
        }
    }

    @Test func `a step that can't be is refused with what is wrong, and foreign ones are not found`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let path = try await Self.sent(story)
            let early = try await server.post("\(path)/hiring", as: story.recruiter, #"{"startsOn":"\#(Self.today)",\#(Self.pay)}"#)
            #expect(early.status == 409 && early.text.contains("submission-not-viewed"))
            #expect(try await Self.write("\(path)/viewing", story.recruiter, server) == 200)
            let past = Timestamp(Date()).advanced(by: .seconds(-60))
            let late = try await server.post("\(path)/interview", as: story.recruiter, #"{"at":"\#(past)","place":"门口"}"#)
            #expect(late.status == 422 && late.text.contains("in-the-past") && late.text.contains("/at"))
            let far = #"{"startsOn":"\#(Self.today.advanced(days: 400))",\#(Self.pay)}"#
            #expect(try await server.post("\(path)/hiring", as: story.recruiter, far).text.contains("day-out-of-range"))
            let rival = try await server.token(.recruiter, company: "7f9f3c52-0000-4000-8000-000000000000")
            #expect(try await Self.write("\(path)/viewing", rival, server) == 404)
            let check = #"{"day":7,"employed":true}"#
            #expect(try await Self.write("\(path)/checks", story.recruiter, check, server) == 403)
            let stranger = try await server.token(.viewer, "7f9f3c52-1111-4000-8000-000000000000")
            #expect(try await Self.write("\(path)/outcome", stranger, check, server) == 404)
            let unhired = try await server.post("\(path)/outcome", as: story.viewer, check)
            #expect(unhired.status == 409 && unhired.text.contains("candidate-not-hired"))
            let suspension = #"{"reason":"投诉"}"#
            #expect(try await Self.write("/v1/companies/\(story.company)/suspension", story.reviewer, suspension, server) == 200)
            #expect(try await server.post("\(path)/offer", as: story.recruiter).text.contains("company-suspended"))
        }
    }

    @Test func `a week after the first day candidate and case worker tell how it is`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let path = try await Self.sent(story)
            let worker = try await server.token(.caseWorker, "worker-he")
            let began = Self.today.advanced(days: -8)
            #expect(try await Self.write("\(path)/viewing", story.recruiter, server) == 200)
            #expect(try await Self.write("\(path)/hiring", story.recruiter, #"{"startsOn":"\#(began)",\#(Self.pay)}"#, server) == 200)
            let due = try await server.get("/v1/submissions?due=week", as: worker)
            #expect(try due.json()["items"]?.items?.count == 1 && due.text.contains("韦小兰"))
            #expect(try await server.get("/v1/submissions?due=month", as: worker).text == #"{"items":[]}"#)
            #expect(try await server.get(path, as: worker).text.contains("13800138000"))
            let check = #"{"day":7,"employed":true,"paidAsPromised":false}"#
            #expect(try await Self.write("\(path)/checks", worker, check, server) == 200)
            #expect(try await Self.write("\(path)/outcome", story.viewer, check, server) == 200)
            #expect(try await Self.write("\(path)/rating", story.viewer, #"{"score":4,"note":"到岗顺利"}"#, server) == 200)
            #expect(try await server.get("/v1/submissions?due=week", as: worker).text == #"{"items":[]}"#)
            let told = try await server.get(path, as: story.viewer).json()
            #expect(told["checks"]?.items?.compactMap { $0["source"]?.text } == ["caseWorker", "candidate"])
            #expect(told["score"]?.integer == 4)
        }
    }

    @Test func `what nobody answers in the promised time is a case worker's`() async throws {
        try await withDatabase(maximum: 5) { pool, settings in
            let sent = AsyncStream.makeStream(of: String.self)
            try await serve(pool, settings) { server in
                let path = try await Self.sent(try await Story(server))
                #expect(try await !server.get(path, as: server.token(.caseWorker, "worker-he")).text.contains("韦小兰"))
                sent.continuation.yield(path)
            }
            let path = try #require(await sent.stream.first { _ in true })
            let clock = Clock()
            clock.set(to: Timestamp(Date()).advanced(by: .seconds(73 * 3_600)))
            // The server that comes three days later looks at the calendar as soon as the process is its own.
            try await serve(pool, settings) {
                $0.now = clock.now
            } _: { server in
                try await Self.helped(path, Story(server))
            }
        }
    }

    private static func helped(_ path: String, _ story: Story) async throws {
        let server = story.server
        let worker = try await server.token(.caseWorker, "worker-he")
        let due = try await eventually {
            let list = try await server.get("/v1/submissions?due=answer", as: worker)
            return list.text == #"{"items":[]}"# ? nil : list
        }
        #expect(due.text.contains("韦小兰"))
        #expect(try await server.get(path, as: worker).text.contains("13800138000"))
        let help = #"{"method":"phone","outcome":"reached","note":"改投别家"}"#
        #expect(try await write("\(path)/follow-ups", worker, help, server) == 200)
        #expect(try await write("\(path)/viewing", story.recruiter, server) == 200)
        #expect(try await write("\(path)/rejection", story.recruiter, #"{"reason":"filled"}"#, server) == 200)
        #expect(try await server.get("/v1/submissions?due=answer", as: worker).text == #"{"items":[]}"#)
        #expect(try await server.get(path, as: story.viewer).json()["rejection"]?.text == "filled")
    }
}

extension AnswerTests {
    private static func write(_ path: String, _ token: String, _ server: TestServer) async throws -> Int {
        try await write(path, token, nil, server)
    }
}
