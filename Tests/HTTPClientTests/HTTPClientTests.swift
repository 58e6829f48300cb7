import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTPClient

/// What is asked, and what comes of it, over real sockets.
@Suite struct HTTPClientTests {
    private func url(_ server: OddServer, _ path: String = "/") -> String { "http://127.0.0.1:\(server.port)\(path)" }

    @Test func `a request gets its method, headers and body there, and the answer back`() async throws {
        let heard = Mutex<(head: String, body: String)?>(nil)
        let server = try OddServer { connection in
            let request = connection.request()
            heard.withLock { $0 = request }
            connection.answer(#"{"a":"名"}"#, status: "201 Created", headers: ["Content-Type: application/json", "X-Two: 1", "x-two:  2 "])
        }
        let body = #"{"say":"\u0000 hello"}"#
        let query = HTTPQuery(
            url(server, "/a?b=c"),
            .post(Array(body.utf8)),
            headers: [("Content-Type", "application/json"), ("X-Own", "yes")]
        )
        let answer = try await HTTPClient().send(query)
        #expect(answer.status == 201 && String(decoding: answer.body, as: UTF8.self) == #"{"a":"名"}"#)
        #expect(answer["content-type"] == "application/json" && answer.headers.filter { $0.name == "x-two" }.map(\.value) == ["1", "2"])
        let request = try #require(heard.withLock { $0 })
        #expect(request.head.hasPrefix("POST /a?b=c HTTP/1.1\r\n") && request.body == body)
        #expect(request.head.contains("X-Own: yes") && request.head.contains("User-Agent: jobcast") && !request.head.contains("Expect"))
    }

    @Test(arguments: [204, 302, 404, 500, 999]) func `an answer of any status is one, and no redirect is followed`(status: Int) async throws
    {
        let count = Atomic(0)
        let server = try OddServer { connection in
            count.add(1, ordering: .relaxed)
            _ = connection.request()
            connection.write("HTTP/1.1 \(status) Odd\r\nLocation: /again\r\nConnection: close\r\n\r\n")
        }
        let answer = try await HTTPClient().send(HTTPQuery(url(server)))
        #expect(answer.status == status && answer["location"] == "/again")
        #expect(count.load(ordering: .relaxed) == 1)
    }

    @Test func `an answer that only announces another is left out`() async throws {
        let server = try OddServer { connection in
            _ = connection.request()
            connection.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
            connection.answer("fine")
        }
        let answer = try await HTTPClient().send(HTTPQuery(url(server)))
        #expect(answer.status == 200 && answer["link"] == nil)
    }

    @Test func `what the environment says of proxies is not used`() async throws {
        setenv("http_proxy", "http://127.0.0.1:1", 1)
        defer { unsetenv("http_proxy") }
        let server = try OddServer { connection in
            _ = connection.request()
            connection.answer("direct")
        }
        #expect(try await HTTPClient().send(HTTPQuery(url(server))).body == Array("direct".utf8))
    }

    @Test(arguments: [
        ("file:///etc/passwd", "unsendable"), ("ftp://127.0.0.1/", "unsendable"), ("gopher://127.0.0.1/", "unsendable"), ("", "unsendable"),
        ("http://", "unsendable"), ("http://a b/", "unsendable"), ("http://127.0.0.1:1/\r\nX: y", "unsendable"),
        ("http://名/", "unsendable"),
        ("http://u:p@127.0.0.1:1/", "unsendable"), ("http://127.0.0.1:1/", "unreachable"), ("http://nowhere.invalid/", "unreachable"),
    ])
    func `an address that can't be asked is told from one that doesn't answer`(url: String, kind: String) async throws {
        let failure = await #expect(throws: HTTPFailure.self) { try await HTTPClient().send(HTTPQuery(url)) }
        #expect(failure.map { "\($0)" != "" && String(describing: $0.kind) == kind } == true, "\(url): \(String(describing: failure))")
    }

    @Test func `a header can't smuggle another in`() async throws {
        let query = HTTPQuery("http://127.0.0.1:1/", headers: [("X-Own", "a\r\nX-Other: b")])
        let failure = await #expect(throws: HTTPFailure.self) { try await HTTPClient().send(query) }
        #expect(failure?.kind == "unsendable")
    }

    @Test func `a certificate that nobody trusts is refused`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "jobcast-tls-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = ["-keyout", "\(folder)/key", "-out", "\(folder)/certificate"]
        let made = try Child(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"] + files)
            .wait()
        #expect(made == 0)
        let server = try Child([
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-key", "\(folder)/key", "-cert", "\(folder)/certificate",
        ])
        var port: Substring?
        while port == nil { port = try server.line().firstMatch(of: /ACCEPT .*:(\d+)/)?.1 }
        let failure = await #expect(throws: HTTPFailure.self) { try await HTTPClient().send(HTTPQuery("https://localhost:\(port!)/")) }
        #expect(failure?.kind == "untrusted", "\(String(describing: failure))")
    }
}

extension HTTPFailure {
    var kind: String {
        switch self {
        case .unreachable: "unreachable"
        case .untrusted: "untrusted"
        case .tooSlow: "tooSlow"
        case .tooLarge: "tooLarge"
        case .broken: "broken"
        case .unsendable: "unsendable"
        case .busy: "busy"
        }
    }
}
