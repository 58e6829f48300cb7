import Testing

@testable import API

@Suite struct ShelfKeepingTests {
    @Test func `a position whose pay is revised leaves the shelf and the stage until it is vetted again`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let position = try await story.vettedPosition()
            let session = try await story.liveSession([position])
            #expect(
                try await server.post("/v1/sessions/\(session)/featured", as: story.host, "{\"position\":\"\(position)\"}").status == 200
            )
            let revision = "{\"pay\":{\"minimum\":5000,\"maximum\":6000,\"unit\":\"month\"}}"
            #expect(try await server.post("/v1/positions/\(position)/revision", as: story.recruiter, revision).status == 200)
            try await eventually { try await server.get("/v1/sessions/\(session)/shelf").text == "{\"items\":[]}" ? true : nil }
            #expect(try await server.get("/v1/sessions/\(session)").json()["featured"] == nil)
        }
    }

    @Test func `a suspended company's positions leave the shelves`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let session = try await story.liveSession([try await story.vettedPosition(), try await story.vettedPosition(openings: 3)])
            let reason = "{\"reason\":\"投诉核查\"}"
            #expect(try await server.post("/v1/companies/\(story.company)/suspension", as: story.reviewer, reason).status == 200)
            try await eventually { try await server.get("/v1/sessions/\(session)/shelf").text == "{\"items\":[]}" ? true : nil }
        }
    }
}
