import Access
import JSON
import Recruiting
import Testing

@testable import API

@Suite struct ImportTests {
    private static let header =
        "uscc,title,occupation,duties,conditions,place,region,payMinimum,payMaximum,payUnit,openings,validThrough,source"

    private static func row(_ index: Int, uscc: String, pay: String = "6000") -> String {
        "\(uscc),数控技工\(index),数控技工,操作数控机床,\"中专以上, 两班倒\",东莞市长安镇,441900,\(pay),9000,month,3,\(Story.today.advanced(months: 1)),original"
    }

    private static func send(_ server: TestServer, _ token: String, _ sheet: String, key: String = "key-of-a-sheet") async throws -> Answer
    {
        try await server.send("POST", "/v1/imports", as: token, key: key, type: "text/csv; charset=utf-8", sheet)
    }

    @Test func `two thousand rows with a byte order mark become jobs, and a repeat answers the same`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let uscc = try Story.validCode(Story.uscc).description
            let rows = (0..<2_000).map { Self.row($0, uscc: uscc) }
            let sheet = "\u{FEFF}" + ([Self.header] + rows).joined(separator: "\r\n") + "\r\n"
            let head = try await server.head()
            let first = try await Self.send(server, story.recruiter, sheet)
            #expect(first.status == 201, "\(first.text)")
            #expect(try first.json()["imported"]?.integer == 2_000)
            #expect(try await server.head() == head + 2_000)
            #expect(try await Self.send(server, story.recruiter, sheet).body == first.body)
            #expect(try await server.head() == head + 2_000)
            let page = try await server.get("/v1/jobs?company=\(story.company)&limit=200", as: story.recruiter)
            #expect(try page.json()["items"]?.items?.count == 200)
            let next = try #require(page.headers["link"]?.split(separator: ">").first?.dropFirst())
            let second = try await server.get(String(next), as: story.recruiter)
            #expect(try second.json()["items"]?.items?.count == 200)
            #expect(try second.json()["items"]?.items?.first != page.json()["items"]?.items?.first)
        }
    }

    @Test func `a sheet with faults is refused as a whole, each fault with its line and column`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let uscc = try Story.validCode(Story.uscc).description
            let head = try await server.head()
            let rows = [Self.row(1, uscc: uscc), Self.row(2, uscc: uscc, pay: "viel"), Self.row(3, uscc: "1234"), Self.row(4, uscc: uscc)]
            let answer = try await Self.send(server, story.recruiter, ([Self.header] + rows).joined(separator: "\n"))
            #expect(answer.status == 422)
            #expect(answer.problem == "invalid-sheet")
            let places = try answer.json()["errors"]?.items?.map { [$0["line"]?.integer.map(String.init), $0["column"]?.text] }
            #expect(places == [["3", "payMinimum"], ["4", "uscc"]])
            #expect(try await server.head() == head)
        }
    }

    @Test func `a sheet that cannot be read at all is told why`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let uscc = try Story.validCode(Story.uscc).description
            let head = try await server.head()
            let sheets = [
                ("", "empty"),
                (Self.header + "\n", "no row"),
                ("name,age\nx,1\n", "header"),
                (Self.header + "\n\"never ends", "quote"),
                (([Self.header] + (0..<20_001).map { Self.row($0, uscc: uscc) }).joined(separator: "\n"), "20000"),
            ]
            for (sheet, word) in sheets {
                let answer = try await Self.send(server, story.recruiter, sheet)
                #expect(answer.status == 422, "\(sheet.prefix(40))")
                #expect(answer.text.contains(word), "\(answer.text.prefix(400))")
            }
            #expect(try await server.head() == head)
        }
    }

    @Test func `a hundred thousand lines are refused without being kept`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let uscc = try Story.validCode(Story.uscc).description
            let sheet = ([Self.header] + Array(repeating: Self.row(1, uscc: uscc), count: 100_000)).joined(separator: "\n")
            let answer = try await Self.send(server, story.recruiter, sheet)
            #expect(answer.status == 413 || answer.status == 422)
            #expect(try await server.head() == 0)
        }
    }

    @Test func `a company that nobody has registered is a fault of its row`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let uscc = try Story.validCode(Story.uscc).description
            let answer = try await Self.send(server, story.host, Self.header + "\n" + Self.row(1, uscc: uscc))
            #expect(answer.status == 422)
            #expect(try answer.json()["errors"]?.items?.first?["line"]?.integer == 2)
            #expect(try await server.head() == 0)
        }
    }

    @Test func `a recruiter imports for the own company only`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let uscc = try Story.validCode("91440101MA59NJ0C4L").description
            #expect(try await Self.send(server, story.recruiter, Self.header + "\n" + Self.row(1, uscc: uscc)).status == 403)
        }
    }
}
