import Access
import FoundationEssentials
import JSON
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API

/// What tables say, and what becomes of it.
@Suite struct ImportTests {
    @Test func `a table is read, looked at and posted once, by whatever number of commits`() async throws {
        try await withClerk { server, story, clerk in
            let id = UUID()
            let head = try await server.head()
            let read = try await clerk.put(try (0..<2_000).map { try Clerk.row("技工\($0)") }, id: id)
            #expect(read.status == 201, "\(read.text)")
            #expect(try clerk.counts(read) == ["good": 2_000, "beside": 1])
            #expect(try await server.head() == head)
            let first = try await clerk.commit(id)
            #expect(try first.json()["result"]?["posted"]?.integer == 2_000, "\(first.text)")
            #expect(try await server.head() == head + 2_000)
            #expect(try await clerk.commit(id).body == first.body)
            #expect(try await server.head() == head + 2_000)
            let page = try await server.get("/v1/jobs?company=\(story.company)&limit=200", as: story.recruiter)
            #expect(try page.json()["items"]?.items?.count == 200)
            #expect(try page.json()["items"]?.items?.first?["batch"]?.text == id.uuidString.lowercased())
        }
    }

    @Test func `the same file read again under another name adds nothing`() async throws {
        try await withClerk { server, _, clerk in
            let rows = [try Clerk.row("车工"), try Clerk.row("铣工")]
            let (first, second) = (UUID(), UUID())
            _ = try await clerk.put(rows, id: first)
            let early = UUID()
            _ = try await clerk.put(rows, id: early)
            #expect(try await clerk.commit(first).status == 200)
            let head = try await server.head()
            #expect(try clerk.counts(try await clerk.put(rows, id: second)) == ["known": 2, "beside": 1])
            // One was looked at before the other was posted.
            for id in [second, early] {
                #expect(try await clerk.commit(id).json()["result"]?["posted"]?.integer == 0)
            }
            #expect(try await server.head() == head)
        }
    }

    @Test func `a row that repeats another is told, and posted once`() async throws {
        try await withClerk { server, _, clerk in
            let id = UUID()
            let read = try await clerk.put([try Clerk.row("车工"), try Clerk.row("铣工"), try Clerk.row("车工")], id: id)
            #expect(try clerk.counts(read) == ["good": 2, "repeated": 1, "beside": 1])
            let rows = try await server.get("/v1/imports/\(id)/rows?status=repeated", as: clerk.token)
            #expect(try rows.json()["items"]?.items?.map { [$0["number"]?.integer, $0["repeats"]?.integer] } == [[4, 2]])
            #expect(try await clerk.commit(id).json()["result"]?["posted"]?.integer == 2)
        }
    }

    @Test func `faults are told by row and cell, and the good rows are posted if that is wanted`() async throws {
        try await withClerk { server, _, clerk in
            let id = UUID()
            let head = try await server.head()
            let rows = [try Clerk.row("车工"), try Clerk.row("铣工", pay: "面议"), try Clerk.row("钳工", openings: "若干", uscc: "1234")]
            #expect(try clerk.counts(try await clerk.put(rows, id: id)) == ["good": 1, "faulty": 2, "beside": 1])
            let faulty = try await server.get("/v1/imports/\(id)/rows?status=faulty", as: clerk.token).json()["items"]?.items ?? []
            let told = faulty.map { row in
                (row["faults"]?.items ?? []).map {
                    "\(row["number"]?.integer ?? 0) \($0["place"]?.integer ?? -1) \($0["code"]?.text ?? "")"
                }
            }
            #expect(told == [["3 7 pay-negotiable"], ["4 0 wrong-length", "4 10 openings-vague"]])
            #expect(try await clerk.commit(id).problem == "import-faulty")
            #expect(try await server.head() == head)
            #expect(try await clerk.commit(id, "good").json()["result"]?["posted"]?.integer == 1)
            #expect(try await server.head() == head + 1)
            #expect(try await clerk.match(id, "{}").problem == "import-posted")
        }
    }

    @Test func `a county's workbook needs its company to be registered and a few words for all rows`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let clerk = Clerk(server: server, token: story.host)
            let (bytes, id) = (try workbook("county"), UUID())
            let read = try await clerk.put(bytes, id: id, query: "name=county.xlsx", type: "application/octet-stream")
            #expect(read.status == 201, "\(read.text)")
            #expect(try clerk.counts(read) == ["faulty": 3, "beside": 5])
            let name = "广州明珞装备股份有限公司"
            let registration = "{\"name\":\"\(name)\",\"uscc\":\"91440115MA6EYF1N1C\",\"region\":\"440112\",\"kind\":\"employer\"}"
            #expect(try await server.post("/v1/companies", as: story.host, registration).status == 201)
            let matched = try await clerk.match(id, "{}")
            #expect(matched.status == 200, "\(matched.text)")
            let rows = try await server.get("/v1/imports/\(id)/rows", as: clerk.token)
            // Two say whom they seek by age.
            #expect(try clerk.counts(matched) == ["good": 3, "beside": 5, "flagged": 2], "\(rows.text)")
            let posted = try await clerk.commit(id)
            #expect(try posted.json()["result"]?["posted"]?.integer == 3, "\(posted.text)")
            let jobs = try await server.get("/v1/jobs?limit=200", as: server.token(.operator)).json()["items"]?.items ?? []
            #expect(Set(jobs.compactMap { $0["title"]?.text }) == ["焊工", "装配钳工", "仓管员"])
            #expect(jobs.first { $0["title"]?.text == "焊工" }?["terms"]?["age"]?["maximum"]?.integer == 45)
        }
    }

    @Test func `what columns are can be said, also what they are not`() async throws {
        try await withClerk { server, _, clerk in
            let id = UUID()
            let text = "\(Clerk.header.replacing("title", with: "干啥的")),星座\n\(try Clerk.row("车工")),天秤\n"
            let read = try await clerk.put(Array(text.utf8), id: id)
            #expect(try read.json()["missing"]?.items?.compactMap(\.text) == ["title"])
            #expect(try await clerk.commit(id, "good").problem == "import-undecided")
            var uses = try (read.json()["columns"]?.items ?? []).compactMap { $0["use"]?.text }
            #expect(uses.indices.filter { uses[$0] == "undecided" } == [1, 13])
            (uses[1], uses[13]) = ("title", "ignored")
            let body = uses.map { "\"\($0)\"" }.joined(separator: ",")
            #expect(try await clerk.match(id, "{\"columns\":[\(body),\"ignored\"]}").status == 422)
            let matched = try await clerk.match(id, "{\"columns\":[\(body)]}")
            #expect(try clerk.counts(matched) == ["good": 1, "beside": 1], "\(matched.text)")
            #expect(try await clerk.commit(id).status == 200)
        }
    }

    @Test func `what no column says can be said for all rows`() async throws {
        try await withClerk { server, _, clerk in
            let id = UUID()
            let header = "用人单位,岗位名称,工作内容,任职要求,月薪,招聘人数"
            _ = try await clerk.put(Array("\(header)\n东莞精工,焊工,焊接,不限,6-8K,3\n".utf8), id: id)
            let constants = "\"place\":\"长安镇\",\"region\":\"441900\",\"validThrough\":\"\(Story.today.advanced(months: 1))\""
            let matched = try await clerk.match(id, "{\"constants\":{\(constants)}}")
            #expect(try clerk.counts(matched) == ["good": 1, "beside": 1], "\(matched.text)")
            #expect(try await clerk.match(id, "{\"constants\":{\"colour\":\"red\"}}").status == 422)
        }
    }

    @Test func `the corrected file says what is wrong, computes nothing and is read again`() async throws {
        try await withClerk { server, _, clerk in
            let (first, second) = (UUID(), UUID())
            _ = try await clerk.put([try Clerk.row("@焊工"), try Clerk.row("铣工", pay: "面议")], id: first)
            let file = try await server.get("/v1/imports/\(first)/corrections", as: clerk.token)
            #expect(
                file.status == 200 && file.headers["content-type"] == "text/csv; charset=utf-8"
                    && file.body.starts(with: [0xEF, 0xBB, 0xBF])
            )
            #expect(file.text.contains("\"'@焊工\"") && file.text.contains("最低薪资") == false)
            #expect(file.text.contains("payMinimum：“面议”不行"), "\(file.text)")
            let english = try await server.get("/v1/imports/\(first)/corrections?language=en&rows=faulty", as: clerk.token)
            #expect(english.text.contains("payMinimum: must tell the base pay") && !english.text.contains("焊工"))
            let corrected = file.text.replacing("面议", with: "7000")
            let read = try await clerk.put(Array(corrected.utf8), id: second)
            #expect(try clerk.counts(read) == ["good": 2, "beside": 1], "\(read.text)")
            let titles = try await server.get("/v1/imports/\(second)/rows?status=good", as: clerk.token).json()["items"]?.items?.map {
                $0["posting"]?["title"]?.text
            }
            #expect(titles == ["@焊工", "铣工"])
        }
    }

    @Test func `a file that is no table is told why, and leaves nothing`() async throws {
        try await withClerk { server, _, clerk in
            let row = try Clerk.row("车工")
            let files: [([UInt8], String)] = [
                ([], "sheet-empty"), (Array("\n\n".utf8), "sheet-empty"), ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1], "sheet-old-workbook"),
                (Array("<html>".utf8), "sheet-markup"), ([0x89, 0x50, 0x4E, 0x47, 0, 1, 2], "sheet-unknown-format"),
                (try workbook("doctype"), "sheet-damaged"), (try workbook("repeated"), "sheet-too-large"),
                (Array("\(Clerk.header)\n\"x".utf8), "quote-unterminated"),
                (Array(([Clerk.header] + Array(repeating: row, count: 20_100)).joined(separator: "\n").utf8), "sheet-too-long"),
            ]
            for (bytes, code) in files {
                let id = UUID()
                let answer = try await clerk.put(bytes, id: id)
                #expect(answer.status == 422 && answer.problem == "invalid-sheet", "\(code): \(answer.text)")
                #expect(try answer.json()["errors"]?.items?.first?["code"]?.text == code)
                #expect(try await server.get("/v1/imports/\(id)", as: clerk.token).status == 404)
            }
            #expect(try await server.get("/v1/imports", as: clerk.token).json()["items"]?.items?.isEmpty == true)
        }
    }
}
