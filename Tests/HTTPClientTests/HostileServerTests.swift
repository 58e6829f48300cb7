import Glibc
import Synchronization
import TestSupport
import Testing

@testable import HTTPClient

/// Servers that mean no good: each request ends by its limits, and the others go on.
@Suite(.timeLimit(.minutes(5))) struct HostileServerTests {
    private let client = HTTPClient()

    private func failure(_ limits: HTTPLimits = HTTPLimits(whole: .seconds(60)), _ serve: @escaping @Sendable (OddConnection) -> Void)
        async throws
        -> String?
    {
        let server = try OddServer { connection in
            _ = connection.request()
            serve(connection)
        }
        return await refusal(of: client, "http://127.0.0.1:\(server.port)/", limits)?.kind
    }

    private static let short = HTTPLimits(connect: .milliseconds(300), whole: .milliseconds(300))

    @Test func `a body without end is broken off at its limit`() async throws {
        let kind = try await failure { connection in
            connection.write("HTTP/1.1 200 OK\r\n\r\n")
            while connection.write(String(repeating: "x", count: 100_000)) {}
        }
        #expect(kind == "tooLarge")
    }

    @Test func `a body that is announced to be larger than its limit is not read`() async throws {
        let kind = try await failure { connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 262145\r\n\r\n" + String(repeating: "x", count: 262_145))
            connection.wait()
        }
        #expect(kind == "tooLarge")
    }

    @Test func `a body of exactly its limit is read`() async throws {
        let server = try OddServer { connection in
            _ = connection.request()
            connection.answer(String(repeating: "x", count: 1 << 18))
        }
        #expect(try await client.send(HTTPQuery("http://127.0.0.1:\(server.port)/")).body.count == 1 << 18)
    }

    @Test func `headers without end are broken off`() async throws {
        let kind = try await failure { connection in
            connection.write("HTTP/1.1 200 OK\r\n")
            while connection.write("X-Header: \(String(repeating: "x", count: 1_000))\r\n") {}
        }
        #expect(kind == "tooLarge")
    }

    @Test func `a line without end is broken off`() async throws {
        let kind = try await failure { connection in
            connection.write("HTTP/1.1 200 OK\r\nX-Header: ")
            while connection.write(String(repeating: "x", count: 10_000)) {}
        }
        #expect(kind == "tooLarge" || kind == "broken")
    }

    @Test func `announcements without end are broken off`() async throws {
        let kind = try await failure { connection in while connection.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n") {} }
        #expect(kind == "tooLarge")
    }

    @Test func `who says nothing, or a byte now and then, is not waited for`() async throws {
        #expect(try await failure(Self.short) { $0.wait() } == "tooSlow")
        let drip = try await failure(Self.short) { connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while connection.write("x") { usleep(20_000) }
        }
        #expect(drip == "tooSlow")
    }

    @Test(arguments: [
        "", "\r\n\r\n", "hello\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 099 Low\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "SSH-2.0-OpenSSH_9.2\r\n", "\u{0}\u{0}\u{0}\u{0}\r\n\r\n",
    ])
    func `what is no answer by HTTP is none`(bytes: String) async throws {
        #expect(try await failure { $0.write(bytes) } == "broken")
    }

    @Test func `a request whose task is cancelled ends at once, and its connection with it`() async throws {
        let (gone, tell) = AsyncStream<Void>.makeStream()
        let (there, arrived) = AsyncStream<Void>.makeStream()
        let server = try OddServer { connection in
            _ = connection.request()
            arrived.yield()
            connection.wait()
            tell.yield()
        }
        let task = Task { [client] in
            try await client.send(HTTPQuery("http://127.0.0.1:\(server.port)/"), HTTPLimits(connect: .seconds(600), whole: .seconds(600)))
        }
        for await _ in there { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        for await _ in gone { break }
    }

    @Test func `a task that was cancelled before asks nothing`() async throws {
        let task = Task { [client] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.send(HTTPQuery("http://127.0.0.1:1/"))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `hundreds wait at the same time, and those who answer are not kept by those who don't`() async throws {
        let (there, arrived) = AsyncStream<Void>.makeStream()
        let silent = try OddServer { connection in
            _ = connection.request()
            arrived.yield()
            connection.wait()
        }
        let good = try OddServer { connection in
            _ = connection.request()
            connection.answer("good")
        }
        try await withThrowingTaskGroup { group in
            let patient = HTTPLimits(connect: .seconds(600), whole: .seconds(600))
            for _ in 0..<300 {
                group.addTask { [client] in _ = try? await client.send(HTTPQuery("http://127.0.0.1:\(silent.port)/"), patient) }
            }
            var count = 0
            for await _ in there {
                count += 1
                if count == 300 { break }
            }
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<200 {
                    group.addTask { [client] in try await client.send(HTTPQuery("http://127.0.0.1:\(good.port)/"), patient).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers == Array(repeating: 200, count: 200))
            group.cancelAll()
        }
    }

    @Test func `more than a thousand at once are refused, and there is room again when some have ended`() async throws {
        let (there, arrived) = AsyncStream<Void>.makeStream()
        // Nobody takes these connections: the system does.
        let silent = try OddServer { connection in
            arrived.yield()
            connection.wait()
        }
        let url = "http://127.0.0.1:\(silent.port)/"
        let limits = HTTPLimits(connect: .seconds(600), whole: .seconds(600))
        try await withThrowingTaskGroup { group in
            for _ in 0..<1_000 { group.addTask { [client] in _ = try? await client.send(HTTPQuery(url), limits) } }
            var count = 0
            for await _ in there {
                count += 1
                if count == 1_000 { break }
            }
            #expect(await refusal(of: client, url, limits) == .busy)
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(await refusal(of: client, "http://127.0.0.1:1/")?.kind == "unreachable")
    }
}

/// Why no answer came; nil when one did.
private func refusal(of client: HTTPClient, _ url: String, _ limits: HTTPLimits = HTTPLimits()) async -> HTTPFailure? {
    do {
        _ = try await client.send(HTTPQuery(url), limits)
        return nil
    } catch {
        return error as? HTTPFailure
    }
}
