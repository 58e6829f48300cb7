import Access
import FoundationEssentials
import HTTPTypes
import JSON
import Recruiting
import Testing

@testable import API

/// What people write, held against what the contract says of it.
@Suite(.timeLimit(.minutes(10))) struct TextTests {
    /// Names and numbers that have a form of their own.
    static let formed: Set<Substring> = ["phone", "uscc", "link", "url", "host", "account", "invitation"]

    @Test func `every text of the contract may be as long as it says, and none may be blank`() async throws {
        try await withServer { server in
            let ids = try await Story(server).ids()
            let token = try await server.token(.operator, "0b6a4ed8-9f61-4c0a-9e70-6a0d8a3a1f10")
            var tried = 0
            for (name, operation) in try Contract().operations {
                guard case .json(let schema, _) = operation.body else { continue }
                let (sample, path) = (Sample(schema, ids), Sample.filled(name.path, ids))
                for (place, limit) in sample.limits where !Self.formed.contains(place.split(separator: "/").last ?? "") {
                    let texts = [("𠮷", limit), ("\u{3000}", 1), ("\u{200b}", 1), ("\u{202e}", 1), ("\u{3164}", 1)]
                    for (index, (character, count)) in texts.enumerated() {
                        let body = sample.text(with: "\"\(String(repeating: character, count: count))\"", at: place)
                        let answer = try await server.send(name.method.rawValue, path, as: token, key: UUID().uuidString, body)
                        #expect(
                            answer.pointers.contains { place.hasPrefix($0) && !$0.isEmpty } == (index > 0),
                            "\(path) \(place): \(answer.text)"
                        )
                        tried += 1
                    }
                }
            }
            #expect(tried > 100)
        }
    }

    @Test func `a résumé's number is kept plainly, and its texts as they are seen`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            for phone in ["       ", "1380013", "电话13800138000", "+86"] {
                let answer = try await server.post("/v1/submissions", as: story.viewer, story.submission(job, phone: phone))
                #expect(answer.status == 422 && answer.pointers == ["/phone"], "\(phone): \(answer.text)")
            }
            let body = story.submission(job, phone: "＋86 138-0013 8000").replacing("韦小兰", with: "\u{3000}韦小兰\u{200b}")
            #expect(try await server.post("/v1/submissions", as: story.viewer, body).status == 201)
            let seen = try await server.get("/v1/submissions", as: story.viewer).json()["items"]?.items?.first
            #expect(seen?["phone"]?.text == "13800138000" && seen?["name"]?.text == "韦小兰")
        }
    }

    @Test(arguments: ["1970-01-01T00:00:00+08:00", "2000-01-01T00:00:00+08:00", "2200-01-01T00:00:00Z"])
    func `a session is neither planned nor moved to a moment that can't be kept`(moment: String) async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            let times = "\"startsAt\":\"\(moment)\",\"endsAt\":\"\(moment)\""
            let moved = try await server.post("/v1/sessions/\(session)/rescheduling", as: story.host, "{\(times)}")
            let planned = try await server.post("/v1/sessions", as: story.host, "{\"title\":\"专场\",\"format\":\"campus\",\(times)}")
            for answer in [moved, planned] {
                #expect(answer.status == 422 && answer.text.contains("2000 to 2199"), "\(answer.text)")
            }
            #expect(try await server.post("/v1/sessions/\(session)/start", as: story.host).status == 200)
        }
    }

    @Test func `an answer stays small however much is wrong and however long its names are`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let many = (0..<2_000).map { "\"field\($0)\":1" }.joined(separator: ",")
            let long = String(repeating: "长", count: 100_000)
            for body in ["{\(many)}", "{\"\(long)\":1}", "{\"\(long)\":1,\"\(long)\":1}", "{\"title\":1,\"series\":\"\(long)\"}"] {
                let answer = try await server.post("/v1/sessions", as: story.host, body)
                #expect(answer.status >= 400 && answer.status < 500 && answer.body.count < 16_384, "\(answer.body.count) bytes")
            }
        }
    }
}
