import Access
import JSON
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API

/// Who reads a résumé, from the very moment in which that changes.
@Suite struct TakenBackTests {
    /// What a reader is told of a submission, by the list and by itself, on each of two nodes.
    private static func told(_ servers: [TestServer], _ id: String, as token: String) async throws -> [JSON?] {
        var told: [JSON?] = []
        for server in servers {
            told.append(try await server.get("/v1/submissions/\(id)", as: token).json())
            told.append(try await server.get("/v1/submissions", as: token).json()["items"]?.items?.first)
        }
        return told
    }

    private static func isBare(_ submission: JSON?) -> Bool {
        submission?["id"] != nil && ["name", "phone", "profile", "reason"].allSatisfy { submission?[$0] == nil }
    }

    @Test func `a résumé that is taken back is closed to the company at once, on every node, while no read model has heard of it`()
        async throws
    {
        try await withTwoServers { first, second in
            let story = try await Story(first)
            try await story.registerAndVerify()
            let sent = try await first.post("/v1/submissions", as: story.viewer, story.submission(try await story.vettedJob()))
            let id = try #require(try sent.json()["id"]?.text)
            let before = try await Self.told([first, second], id, as: story.recruiter)
            #expect(before.allSatisfy { $0?["name"]?.text == "韦小兰" })
            // The read model stands still from here on; it can be read.
            let hold = try await Hold("LOCK TABLE submissions IN EXCLUSIVE MODE", first.pool)
            let reason = "{\"reason\":\" 已就业，电话 19900842715 \"}"
            #expect(try await first.post("/v1/submissions/\(id)/withdrawal", as: story.viewer, reason).status == 200)
            for told in try await Self.told([second, first], id, as: story.recruiter) {
                #expect(told?["status"]?.text == "submitted")
                #expect(Self.isBare(told), "\(String(describing: told))")
            }
            for told in try await Self.told([second, first], id, as: story.viewer) {
                #expect(told?["phone"]?.text == "13800138000" && told?["name"]?.text == "韦小兰")
                #expect(told?["reason"]?.text == "已就业，电话 19900842715")
            }
            hold.release()
        }
    }

    @Test(arguments: ["suspension", "rejection"])
    func `a company that isn't verified any more reads nothing, and again once it is`(decision: String) async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let sent = try await server.post("/v1/submissions", as: story.viewer, story.submission(try await story.vettedJob()))
            let id = try #require(try sent.json()["id"]?.text)
            let why = decision == "suspension" ? "{\"reason\":\"投诉\"}" : "{\"findings\":[\"执照过期\"]}"
            #expect(try await server.post("/v1/companies/\(story.company)/\(decision)", as: story.reviewer, why).status == 200)
            #expect(try await Self.told([server], id, as: story.recruiter).allSatisfy(Self.isBare))
            #expect(try await Self.told([server], id, as: story.viewer).allSatisfy { $0?["phone"]?.text == "13800138000" })
            if decision == "suspension" {
                let why = #"{"reason":"已整改"}"#
                #expect(try await server.post("/v1/companies/\(story.company)/reinstatement", as: story.reviewer, why).status == 200)
            } else {
                try await story.verify()
            }
            #expect(try await Self.told([server], id, as: story.recruiter).allSatisfy { $0?["name"]?.text == "韦小兰" })
        }
    }

    @Test func `a résumé that is sent anew is read as it is now`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let sent = try await server.post("/v1/submissions", as: story.viewer, story.submission(job))
            let id = try #require(try sent.json()["id"]?.text)
            #expect(try await server.post("/v1/submissions/\(id)/withdrawal", as: story.viewer).status == 200)
            #expect(
                try await server.post("/v1/submissions", as: story.viewer, story.submission(job, phone: "13900139000")).status == 201
            )
            #expect(try await Self.told([server], id, as: story.viewer).allSatisfy { $0?["phone"]?.text == "13900139000" })
            #expect(try await Self.told([server], id, as: story.recruiter).allSatisfy { $0?["name"]?.text == "韦小兰" })
        }
    }
}
