import FoundationEssentials
import JSON
import Recruiting
import Testing

@testable import API

/// A clerk's table on its way into the log.
struct Clerk: Sendable {
    let server: TestServer
    let token: String

    static let header =
        "uscc,title,occupation,duties,conditions,place,region,payMinimum,payMaximum,payUnit,openings,validThrough,source"

    static func row(_ title: String, pay: String = "6000", openings: String = "3", uscc: String? = nil) throws -> String {
        let code = try uscc ?? Story.validCode(Story.uscc).description
        return
            "\(code),\(title),数控技工,操作数控机床,\"中专以上, 两班倒\",东莞市长安镇,441900,\(pay),9000,month,\(openings),\(Story.today.advanced(months: 1)),original"
    }

    func put(_ bytes: [UInt8], id: UUID = UUID(), query: String = "name=a.csv", type: String = "text/csv; charset=utf-8") async throws
        -> Answer
    {
        let head = """
            PUT /v1/imports/\(id)?\(query) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\nIdempotency-Key: \(UUID())\r\n\
            Content-Type: \(type)\r\nContent-Length: \(bytes.count)\r\n\r\n
            """
        let answer = try await server.wires.exchange(Array(head.utf8) + bytes)
        try ContractCheck.shared.check(answer, to: "PUT", "/v1/imports/\(id)")
        return answer
    }

    func put(_ rows: [String], id: UUID = UUID(), query: String = "name=a.csv") async throws -> Answer {
        try await put(Array(([Self.header] + rows).joined(separator: "\n").utf8), id: id, query: query)
    }

    func counts(_ answer: Answer) throws -> [String: Int] {
        (try answer.json()["counts"]?.members ?? [:]).compactMapValues(\.integer).filter { $0.value > 0 }
    }

    func commit(_ id: UUID, _ rows: String = "all") async throws -> Answer {
        try await server.post("/v1/imports/\(id)/commit", as: token, "{\"rows\":\"\(rows)\"}")
    }

    func match(_ id: UUID, _ body: String) async throws -> Answer {
        try await server.send("PUT", "/v1/imports/\(id)/matching", as: token, key: UUID().uuidString, body)
    }
}

func withClerk(_ body: @Sendable (TestServer, Story, Clerk) async throws -> Void) async throws {
    try await withServer { server in
        let story = try await Story(server)
        try await story.registerAndVerify()
        try await body(server, story, Clerk(server: server, token: story.recruiter))
    }
}
