import Access
import FoundationEssentials
import HTTPTypes
import JSON
import JWTKit
import Recruiting
import Testing

@testable import API

/// Numbers at and beyond every limit, wherever the contract, a token or a room takes one: an answer below 500, and the server goes on.
@Suite(.timeLimit(.minutes(10))) struct `An extreme number` {
    static let numbers = [
        "0", "-1", "2147483648", "9007199254740993", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e18", "1e400",
        "-1e400",
        "1.5", "5.0", "null", "\"NaN\"", "\"\"", "\"0000-01-01T00:00:00+23:59\"", "\"9999-12-31T23:59:59-23:59\"", "\"9999-12-31\"",
    ]

    @Test func `in any body or query of the contract gets an answer`() async throws {
        try await withServer { server in
            let ids = try await Story(server).ids()
            let contract = try Contract()
            let token = try await server.token(.operator, "0b6a4ed8-9f61-4c0a-9e70-6a0d8a3a1f10")
            var sent = 0
            for (name, operation) in contract.operations.sorted(by: { $0.key.path < $1.key.path }) {
                let path = Sample.filled(name.path, ids)
                for query in operation.queries {
                    for number in Self.numbers {
                        let value = number.filter { $0 != "\"" }.replacing("+", with: "%2B")
                        try await Self.expect(
                            server.send(name.method.rawValue, "\(path)?\(query.name)=\(value)", as: token, key: Self.key),
                            path,
                            value
                        )
                        sent += 1
                    }
                }
                guard case .json(let schema, _) = operation.body else { continue }
                let sample = Sample(schema, ids)
                for place in sample.places {
                    for number in Self.numbers {
                        let body = sample.text(with: number, at: place)
                        try await Self.expect(server.send(name.method.rawValue, path, as: token, key: Self.key, body), path, body)
                        sent += 1
                    }
                }
            }
            #expect(sent > 1_000)
            #expect(try await server.get("/healthz").status == 200)
        }
    }

    private static var key: String { UUID().uuidString }

    private static func expect(_ answer: Answer, _ path: String, _ what: String) throws {
        #expect(answer.status < 500, "\(path) \(what): \(answer.text)")
    }

    /// In seconds since 1970; the last ones are a year 5138 and a moment in milliseconds, as some issuers write it.
    static let moments = [0, -1, -1e300, 2_147_483_648, 9_007_199_254_740_992, 9.223372036854775807e18, 1e18, 1e300, 1e11, 1.8e12]

    @Test(arguments: moments) func `as the end of a token closes nothing but its own way`(moment: Double) async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let keys = await JWTKeyCollection().add(hmac: HMACKey(from: TestServer.secret), digestAlgorithm: .sha256)
            for claims in [Claims(exp: moment), Claims(exp: moment, nbf: 0, iat: 0), Claims(exp: 4e9, nbf: moment, iat: moment)] {
                let token = try await keys.sign(claims)
                let status = try await server.get("/v1/sessions", as: token).status
                #expect(status == 200 || status == 401)
                let ticket = try await server.post("/v1/tickets", as: token)
                #expect((ticket.status == 201) == (status == 200), "\(ticket.text)")
                for joining in [token, (try? ticket.json()["ticket"]?.text) ?? token] {
                    let isTicket = joining != token
                    try await LiveClient.open(server.wires, session) { viewer in
                        try await viewer.send("{\"t\":\"join\",\"\(isTicket ? "ticket" : "token")\":\"\(joining)\"}")
                        if status == 200 { _ = try await viewer.next("hello") } else { #expect(try await viewer.closeCode() != nil) }
                    }
                }
            }
            #expect(try await server.get("/healthz").status == 200)
        }
    }

    private struct Claims: JWTPayload {
        var sub = "0b6a4ed8-9f61-4c0a-9e70-6a0d8a3a1f10"
        var role = "viewer"
        let exp: Double
        var nbf: Double?
        var iat: Double?

        func verify(using _: some JWTAlgorithm) {}
    }

    @Test func `as a viewer's last position is greeted like any other`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let epoch = try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { viewer in
                try #require(try await viewer.next("hello")["epoch"]?.text)
            }
            for position in [0, -1, 1 << 31, 1 << 53, .max, .min] {
                try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer, after: position, epoch: epoch)) {
                    viewer in
                    _ = try await viewer.next("hello")
                }
                try await EventClient.open(server.wires, session, as: story.viewer, last: "\(epoch):\(position)") { viewer in
                    _ = try await viewer.next("hello")
                }
            }
        }
    }
}
