import FoundationEssentials
import JSON
import Recruiting
import Testing

@testable import API
@testable import Access

/// What people see of their submissions on several devices.
@Suite(.timeLimit(.minutes(5))) struct DeviceTests {
    private static let number = "19900001234"

    /// A device: the token that it holds, and who that is.
    private struct Device {
        let token: String
        let identity: Identity

        init(_ name: String, _ server: TestServer) async throws {
            token = try await server.token(.viewer, name)
            identity = Identity(subject: name, grants: [.viewer], expires: .distantFuture)
        }

        func confirm(_ number: String, _ server: TestServer) async throws {
            try await server.candidates.confirm(PhoneNumber(number), of: identity)
        }
    }

    private static func send(_ body: String, as token: String, _ server: TestServer) async throws -> String {
        let answer = try await server.post("/v1/submissions", as: token, body)
        #expect(answer.status == 201, "\(answer.text)")
        return try #require(try answer.json()["id"]?.text)
    }

    private static func seen(by token: String, _ server: TestServer) async throws -> Set<String> {
        let items = try await server.get("/v1/submissions", as: token).json()["items"]?.items ?? []
        return Set(items.compactMap { $0["phone"] == nil ? nil : $0["id"]?.text })
    }

    @Test func `two devices with one confirmed number are one person: each sees, repeats and withdraws the other's`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let (first, second) = (try await story.vettedJob(), try await story.vettedJob())
            let (phone, tablet) = (try await Device("phone", server), try await Device("tablet", server))
            for device in [phone, tablet] { try await device.confirm(Self.number, server) }
            let one = try await Self.send(story.submission(first, phone: Self.number), as: phone.token, server)
            let two = try await Self.send(story.submission(second, phone: Self.number), as: tablet.token, server)
            for device in [phone, tablet] { #expect(try await Self.seen(by: device.token, server) == [one, two]) }
            #expect(try await Self.send(story.submission(first, phone: Self.number), as: tablet.token, server) == one)
            #expect(try await server.get("/v1/submissions/\(one)", as: tablet.token).json()["phone"]?.text == Self.number)
            #expect(try await server.post("/v1/submissions/\(one)/withdrawal", as: tablet.token).status == 200)
            #expect(try await server.get("/v1/submissions/\(one)", as: phone.token).json()["status"]?.text == "withdrawn")
        }
    }

    @Test func `the same number unconfirmed shows nobody anything of anybody else`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let (owner, thief) = (try await Device("owner", server), try await Device("thief", server))
            try await owner.confirm(Self.number, server)
            let own = try await Self.send(story.submission(job, phone: Self.number), as: owner.token, server)
            let other = try await Self.send(story.submission(job, phone: Self.number), as: thief.token, server)
            #expect(own != other)
            #expect(try await Self.seen(by: thief.token, server) == [other])
            #expect(try await Self.seen(by: owner.token, server) == [own])
            #expect(try await server.get("/v1/submissions/\(own)", as: thief.token).status == 404)
            #expect(try await server.get("/v1/submissions/\(other)", as: owner.token).status == 404)
            #expect(try await server.post("/v1/submissions/\(own)/withdrawal", as: thief.token).status == 404)
        }
    }

    @Test func `whom staff enter by telephone number is the one who confirms it, and two such are two`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let staff = try await server.token(.operator)
            func entered(_ phone: String, _ channel: String) async throws -> String {
                let body = story.submission(job, phone: phone).replacing("\"job\"", with: "\"channel\":\"\(channel)\",\"job\"")
                return try await Self.send(body, as: staff, server)
            }
            let phone = try await Device("phone", server)
            let came = try await entered("+86 199 0000 1234", "walkIn")
            #expect(try await entered("19900001234", "phone") == came, "one active submission of a person to a job")
            let another = try await entered("19900009999", "walkIn")
            #expect(another != came)
            #expect(try await Self.seen(by: phone.token, server).isEmpty)
            try await phone.confirm(Self.number, server)
            #expect(try await Self.seen(by: phone.token, server) == [came])
            #expect(try await Self.send(story.submission(job, phone: Self.number), as: phone.token, server) == came)
            #expect(try await server.get("/v1/submissions/\(another)", as: phone.token).status == 404)
        }
    }

    @Test func `what a device sent before it confirmed stays its own, and a repeat of it answers with it`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let (before, both, after) = (try await story.vettedJob(), try await story.vettedJob(), try await story.vettedJob())
            let (phone, tablet) = (try await Device("phone", server), try await Device("tablet", server))
            try await tablet.confirm(Self.number, server)
            let old = try await Self.send(story.submission(before, phone: Self.number), as: phone.token, server)
            let mine = try await Self.send(story.submission(both, phone: Self.number), as: phone.token, server)
            let others = try await Self.send(story.submission(both, phone: Self.number), as: tablet.token, server)
            try await phone.confirm(Self.number, server)
            #expect(try await Self.seen(by: phone.token, server) == [old, mine, others])
            #expect(try await Self.seen(by: tablet.token, server) == [others])
            #expect(try await Self.send(story.submission(before, phone: Self.number), as: phone.token, server) == old)
            let new = try await Self.send(story.submission(after, phone: Self.number), as: phone.token, server)
            #expect(try await Self.seen(by: tablet.token, server) == [others, new])
            // What was taken back is sent anew as the person that both are.
            #expect(try await server.post("/v1/submissions/\(old)/withdrawal", as: phone.token).status == 200)
            let again = try await Self.send(story.submission(before, phone: Self.number), as: phone.token, server)
            #expect(again != old)
            #expect(try await Self.seen(by: tablet.token, server) == [others, new, again])
        }
    }
}
