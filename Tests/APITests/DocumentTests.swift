import Access
import FoundationEssentials
import Glibc
import JSON
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API

/// What is on file of companies: filed, listed, opened, withdrawn.
@Suite(.timeLimit(.minutes(5))) struct DocumentTests {
    private static let pdf = Array("%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n".utf8)
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]

    /// A server with a registered company.
    private static func withCompany(_ body: @Sendable (Story, String) async throws -> Void) async throws {
        try await withServer { server in
            let story = try await Story(server)
            #expect(try await server.post("/v1/companies", as: story.recruiter, story.registration()).status == 201)
            try await body(story, "/v1/companies/\(story.company)/documents")
        }
    }

    private static func kept(_ server: TestServer) async throws -> Int64 {
        try await server.pool.connection { try $0.query("SELECT count(*) FROM company_documents")[0].decode(0, as: Int64.self) }
    }

    @Test func `what is filed is listed and opened as it was, as an attachment, by those whom it concerns`() async throws {
        try await Self.withCompany { story, path in
            let server = story.server
            let last = Story.today.advanced(months: 8)
            let filed = try await server.upload(Self.pdf, "\(path)?kind=businessLicence&validUntil=\(last)", as: story.recruiter)
            let id = try #require(try filed.json()["id"]?.text, "\(filed.text)")
            #expect(filed.headers["location"] == "\(path)/\(id)")
            let item = try await server.get(path, as: story.reviewer).json()["items"]?.items?.first
            #expect(item?["id"]?.text == id && item?["kind"]?.text == "businessLicence" && item?["form"]?.text == "pdf")
            #expect(item?["validUntil"]?.text == "\(last)" && item?["size"]?.integer == Self.pdf.count)
            #expect(item?["digest"]?.text == FileDigest(of: Self.pdf).description && item?["by"]?.text == "the recruiter")
            let host = try await server.token(.host, "host-of-the-company", company: story.company)
            for token in [story.recruiter, story.reviewer, host, try await server.token(.operator)] {
                let opened = try await server.get("\(path)/\(id)", as: token)
                #expect(opened.status == 200 && opened.body == Self.pdf)
                #expect(opened.headers["content-type"] == "application/pdf" && opened.headers["x-content-type-options"] == "nosniff")
                #expect(opened.headers["content-disposition"] == "attachment; filename=\"businessLicence.pdf\"")
                #expect(opened.headers["content-security-policy"]?.hasPrefix("sandbox;") == true)
                #expect(opened.headers["cache-control"] == "no-store")
            }
            let audit = try await server.get("/v1/audit?type=PersonalDataOpened", as: server.token(.operator)).json()["items"]?.items
            let readers = ["the recruiter", "the reviewer", "host-of-the-company", "the operator"]
            #expect(Set(audit?.compactMap { $0["account"]?.text } ?? []) == Set(readers))
            #expect(audit?.allSatisfy { $0["data"]?["document"]?.text == id } == true)
            let foreign = [try await server.token(.recruiter), story.host, story.viewer, story.analyst]
            for token in foreign {
                for answer in [try await server.get("\(path)/\(id)", as: token), try await server.get(path, as: token)] {
                    #expect(answer.status == 403, "\(answer.text)")
                }
            }
            #expect(try await server.get("\(path)/\(id)").status == 401)
            let after = try await server.get("/v1/audit?type=PersonalDataOpened", as: server.token(.operator)).json()["items"]?.items
            #expect(after?.count == readers.count, "who was refused has opened nothing")
        }
    }

    @Test func `neither the database nor the log holds a file in clear`() async throws {
        try await Self.withCompany { story, path in
            let secret = Array("%PDF-1.7 身份证 450101199001011234".utf8)
            #expect(try await story.server.upload(secret, "\(path)?kind=identityOfRepresentative", as: story.recruiter).status == 201)
            try await story.server.pool.connection { db in
                let sealed = try db.query("SELECT sealed FROM company_documents")[0].decode(0, as: [UInt8].self)
                #expect(sealed.count == secret.count + 28 && sealed.firstRange(of: Array("450101".utf8)) == nil)
                let data = try db.query("SELECT data::text FROM events WHERE type = 'DocumentFiled'")[0].decode(0, as: String.self)
                #expect(!data.contains("450101") && data.contains("digest"))
            }
        }
    }

    @Test func `a file is what its content says, whatever its sender calls it`() async throws {
        try await Self.withCompany { story, path in
            let server = story.server
            let renamed = try await server.upload(Self.png, "\(path)?kind=premisesPhoto", as: story.recruiter, type: "application/pdf")
            let id = try #require(try renamed.json()["id"]?.text, "\(renamed.text)")
            let opened = try await server.get("\(path)/\(id)", as: story.recruiter)
            #expect(opened.headers["content-type"] == "image/png")
            let head = try await server.head()
            for bytes in [Array("<script>alert(1)</script>".utf8), Array("GIF89a".utf8), [UInt8](), [0]] {
                let answer = try await server.upload(bytes, "\(path)?kind=other", as: story.recruiter, type: "image/jpeg")
                #expect(answer.status == 422 && answer.pointers == ["/file"], "\(answer.text)")
            }
            let html = try await server.upload(Self.pdf, "\(path)?kind=other", as: story.recruiter, type: "text/html")
            #expect(html.status == 415 && html.problem == "unsupported-media-type")
            #expect(try await server.head() == head)
            #expect(try await Self.kept(server) == 1)
        }
    }

    @Test func `what doesn't fit is told by its place, and nothing of it is kept`() async throws {
        try await Self.withCompany { story, path in
            let server = story.server
            let head = try await server.head()
            let past = Story.today.advanced(days: -1)
            let wrong = [
                ("", ["kind"]), ("?kind=passport", ["kind"]), ("?kind=other&validUntil=soon", ["validUntil"]),
                ("?kind=agencyLicence", ["validUntil"]), ("?validUntil=2026-02-30", ["validUntil", "kind"]),
            ]
            for (query, places) in wrong {
                let answer = try await server.upload(Self.pdf, path + query, as: story.recruiter)
                #expect(answer.status == 422 && answer.pointers == places, "\(query): \(answer.text)")
            }
            let expired = try await server.upload(Self.pdf, "\(path)?kind=other&validUntil=\(past)", as: story.recruiter)
            #expect(expired.problem == "document-expired")
            let large = Self.pdf + Array(repeating: 0, count: 5 << 20)
            let oversized = try await server.upload(large, "\(path)?kind=other", as: story.recruiter)
            #expect(oversized.status == 413 && oversized.problem == "body-too-large", "\(oversized.text)")
            let largest = Array(large.prefix(5 << 20))
            for token in [story.reviewer, story.host, try await server.token(.recruiter)] {
                #expect(try await server.upload(Self.pdf, "\(path)?kind=other", as: token).status == 403)
            }
            let nobody = try #require(CompanyID("7f9f3c52-0000-4000-8000-000000000000"))
            let unknown = try await server.upload(Self.pdf, "/v1/companies/\(nobody)/documents?kind=other", as: server.token(.operator))
            #expect(unknown.status == 404)
            #expect(try await server.head() == head)
            #expect(try await Self.kept(server) == 0)
            let filed = try await server.upload(largest, "\(path)?kind=other", as: story.recruiter)
            let id = try #require(try filed.json()["id"]?.text, "\(filed.text)")
            #expect(try await server.get("\(path)/\(id)", as: story.recruiter).body == largest)
        }
    }

    @Test func `a filing that is repeated, or sent by several at once, is one`() async throws {
        try await Self.withCompany { story, path in
            let server = story.server
            let address = "\(path)?kind=authorisation"
            let first = try await server.upload(Self.pdf, address, as: story.recruiter, key: "key-of-a-filing")
            let again = try await server.upload(Self.pdf, address, as: story.recruiter, key: "key-of-a-filing")
            #expect(again.status == 201 && again.body == first.body)
            let other = try await server.upload(Self.pdf, address, as: story.recruiter)
            #expect(try other.json()["id"] == first.json()["id"])
            let reused = try await server.upload(Self.png, address, as: story.recruiter, key: "key-of-a-filing")
            #expect(reused.problem == "idempotency-key-reused")
            let answers = try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask { try await server.upload(Self.png, "\(path)?kind=premisesPhoto", as: story.recruiter) }
                }
                return try await group.reduce(into: [Answer]()) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 201 })
            #expect(Set(try answers.compactMap { try $0.json()["id"]?.text }).count == 1)
            #expect(try await server.get(path, as: story.recruiter).json()["items"]?.items?.count == 2)
        }
    }

    @Test func `a node killed between the file and the log's word has put nothing on file, and the repeat at another does`() async throws {
        try await withDatabase(maximum: 6) { pool, settings in
            let dying = try Child.server(ConnectionSettings(url: settings.url + " application_name=dying"))
            let story = try await Story(TestServer(dying, database: settings, pool: pool))
            #expect(try await story.server.post("/v1/companies", as: story.recruiter, story.registration()).status == 201)
            let (path, key) = ("/v1/companies/\(story.company)/documents", "key-of-a-filing")
            let hold = try await Hold("LOCK TABLE log_head IN EXCLUSIVE MODE", pool)
            let filing = Task { try? await story.server.upload(Self.pdf, "\(path)?kind=other", as: story.recruiter, key: key) }
            try await eventually { try await Self.kept(story.server) == 1 ? true : nil }
            dying.signal(SIGKILL)
            #expect(await filing.value == nil)
            // What it had asked of the log waits for the lock, and ends with the connection.
            let others = "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'dying'"
            try await eventually {
                try await pool.connection { db in
                    try db.query("SELECT pg_terminate_backend(pid), count(*) OVER () \(others)").isEmpty ? true : nil
                }
            }
            hold.release()
            let other = try Child.server(settings)
            let server = try await TestServer(other, database: settings, pool: pool)
            #expect(try await server.get(path, as: story.recruiter).text == #"{"items":[]}"#)
            #expect(try await Self.kept(server) == 1)
            let again = try await server.upload(Self.pdf, "\(path)?kind=other", as: story.recruiter, key: key)
            let id = try #require(try again.json()["id"]?.text, "\(again.text)")
            #expect(try await server.get("\(path)/\(id)", as: story.recruiter).body == Self.pdf)
            #expect(try await Self.kept(server) == 1)
        }
    }

    @Test func `what filings have left that came to nothing is cleared away by its age, and what was withdrawn at once`() async throws {
        try await Self.withCompany { story, path in
            let server = story.server
            let documents = CompanyDocuments(pool: server.pool, master: Array(TestServer.secret.prefix(32)))
            let company = try #require(CompanyID(story.company))
            let filed = try await server.upload(Self.pdf, "\(path)?kind=other", as: story.recruiter)
            let id = try #require(try filed.json()["id"]?.text.flatMap { DocumentID($0) }, "\(filed.text)")
            #expect(try await documents.open(id) == Self.pdf)
            let left = try #require(DocumentID("00000000-0000-4000-8000-0000000000d1"))
            let young = try #require(DocumentID("00000000-0000-4000-8000-0000000000d2"))
            for document in [left, young] { try await documents.keep(Self.png, as: document, of: company) }
            #expect(try await server.get("\(path)/\(left)", as: story.recruiter).status == 404)
            let age = "UPDATE company_documents SET kept_at = now() - interval '61 min' WHERE document <> '\(young)'"
            try await server.pool.connection { try $0.execute(age) }
            // Any withdrawal makes the process look.
            let photo = try await server.upload(Self.png, "\(path)?kind=premisesPhoto", as: story.recruiter)
            let withdrawn = try #require(try photo.json()["id"]?.text)
            let answer = try await server.send("DELETE", "\(path)/\(withdrawn)", as: story.recruiter, key: UUID().uuidString)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try await server.get("\(path)/\(withdrawn)", as: story.recruiter).status == 404)
            try await eventually { try await Self.kept(server) == 2 ? true : nil }
            #expect(try await documents.open(left) == nil)
            #expect(try await documents.open(young) == Self.png)
            #expect(try await documents.open(id) == Self.pdf)
        }
    }

    @Test func `what a verification rests on is withdrawn only once something takes its place`() async throws {
        try await Self.withCompany { story, path in
            let server = story.server
            let unfiled = try await server.post("/v1/companies/\(story.company)/verification", as: story.reviewer, Story.verification)
            #expect(unfiled.problem == "documents-missing" && unfiled.text.contains("authorisation"), "\(unfiled.text)")
            try await story.fileDocuments()
            let last = Story.today.advanced(months: 2)
            let short = try await server.upload(Self.pdf, "\(path)?kind=other&validUntil=\(last)", as: story.recruiter)
            #expect(short.status == 201)
            try await story.verify()
            let items = try await server.get(path, as: story.recruiter).json()["items"]?.items ?? []
            let licence = try #require(items.first { $0["kind"]?.text == "businessLicence" }?["id"]?.text)
            func withdraw() async throws -> Answer {
                try await server.send("DELETE", "\(path)/\(licence)", as: story.recruiter, key: UUID().uuidString)
            }
            #expect(try await withdraw().problem == "document-needed")
            #expect(try await server.upload(Self.pdf, "\(path)?kind=businessLicence", as: story.recruiter).status == 201)
            #expect(try await withdraw().status == 200)
            #expect(try await withdraw().status == 404)
        }
    }
}
