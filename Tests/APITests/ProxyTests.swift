import Fanout
import JSON
import NIOCore
import NIOHTTP1
import Recruiting
import TestSupport
import Testing

@testable import API
@testable import Access

/// Where a client comes from when a proxy stands between.
@Suite(.timeLimit(.minutes(10))) struct ProxyTests {
    private static let proxies = try! Proxies(["127.0.0.0/8", "::1", "10.1.0.0/16", "2001:db8:ffff::/48"])

    private static func client(_ headers: HTTPHeaders, peer: String = "127.0.0.1") throws -> ClientAddress {
        proxies.client(headers, peer: try SocketAddress(ipAddress: peer, port: 4711))
    }

    private static func address(_ text: String) throws -> ClientAddress { try #require(NetworkAddress(text)).client }

    @Test(arguments: [
        ("203.0.113.7", "203.0.113.7"), ("198.51.100.1, 203.0.113.7", "203.0.113.7"), ("203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7,10.1.2.3 , 10.1.9.9", "203.0.113.7"), ("10.1.2.3, 10.1.9.9", "10.1.2.3"),
        ("203.0.113.7:8080", "203.0.113.7"), ("203.0.113.7,", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"), ("[2001:db8::7]:443", "2001:db8::7"), ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, ::ffff:10.1.2.3", "203.0.113.7"),
        // What can't be read is nobody's word: the nearest proxy that vouches for something counts.
        ("", "127.0.0.1"), ("unknown", "127.0.0.1"), ("203.0.113.7, nonsense", "127.0.0.1"), ("203.0.113.7, , 10.1.2.3", "10.1.2.3"),
        ("203.0.113.999", "127.0.0.1"), ("[2001:db8::7", "127.0.0.1"),
    ])
    func `is the first address from the right that is no proxy's`(field: String, client: String) throws {
        #expect(try Self.client(["X-Forwarded-For": field]) == Self.address(client))
    }

    @Test(arguments: [
        ("for=203.0.113.7", "203.0.113.7"), ("For=\"203.0.113.7:80\";proto=https;by=10.1.0.1", "203.0.113.7"),
        ("for=6.6.6.6, proto=http; for=\"[2001:db8::7]:4711\"", "2001:db8::7"), ("for=203.0.113.7, for=10.1.2.3", "203.0.113.7"),
        ("for=203.0.113.7;host=\"a,b;for=6.6.6.6\"", "203.0.113.7"), ("for=203.0.113.7;host=\"a\\\"b\"", "203.0.113.7"),
        ("for=203.0.113.7, for=_hidden", "127.0.0.1"), ("for=unknown", "127.0.0.1"), ("proto=https", "127.0.0.1"),
        ("for=\"203.0.113.7, for=6.6.6.6", "127.0.0.1"), ("for", "127.0.0.1"), (";;,=,", "127.0.0.1"),
    ])
    func `is read from Forwarded likewise`(field: String, client: String) throws {
        #expect(try Self.client(["Forwarded": field]) == Self.address(client))
    }

    @Test func `is read over several fields as if they were one`() throws {
        let fields = HTTPHeaders([("X-Forwarded-For", "6.6.6.6"), ("x-forwarded-for", "203.0.113.7"), ("X-Forwarded-For", "10.1.2.3")])
        #expect(try Self.client(fields) == Self.address("203.0.113.7"))
    }

    @Test func `is the proxy when the two headers say different things, as one of them may be the client's own`() throws {
        let same = HTTPHeaders([("Forwarded", "for=203.0.113.7"), ("X-Forwarded-For", "203.0.113.7")])
        #expect(try Self.client(same) == Self.address("203.0.113.7"))
        let forged = HTTPHeaders([("Forwarded", "for=6.6.6.6"), ("X-Forwarded-For", "203.0.113.7")])
        #expect(try Self.client(forged) == Self.address("127.0.0.1"))
    }

    @Test func `is who connects when that is no trusted proxy, whatever the headers say`() throws {
        for peer in ["203.0.113.9", "10.2.0.1", "2001:db8:fffe::1"] {
            #expect(try Self.client(["X-Forwarded-For": "6.6.6.6", "Forwarded": "for=6.6.6.6"], peer: peer) == Self.address(peer))
        }
        for peer in ["::1", "::ffff:127.0.0.9", "10.1.255.255", "2001:db8:ffff:1::1"] {
            #expect(try Self.client(["X-Forwarded-For": "6.6.6.6"], peer: peer) == Self.address("6.6.6.6"))
        }
        let peer = try SocketAddress(ipAddress: "127.0.0.1", port: 4711)
        #expect(try Proxies().client(["X-Forwarded-For": "6.6.6.6"], peer: peer) == Self.address("127.0.0.1"))
    }

    @Test func `counts by its first 64 bits in IPv6, and as IPv4 when it stands for that`() throws {
        #expect(try Self.address("2001:db8::1") == Self.address("2001:db8::2:3"))
        #expect(try Self.address("2001:db8::1") != Self.address("2001:db8:0:1::1"))
        #expect(try Self.address("::ffff:203.0.113.7") == ClientAddress(v4: 0xCB00_7107))
    }

    @Test(arguments: ["localhost", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "/8", "10.0.0/8", "10.0.0.0/8/9", ""])
    func `a proxy must be an address or a block`(text: String) {
        #expect(throws: Proxies.Unreadable.self) { try Proxies(["::1", text]) }
    }

    @Test func `behind one proxy each has its own limit`() async throws {
        try await withServer {
            $0.connections = (all: 10, perAddress: 1)
            $0.proxies = try! Proxies(["127.0.0.0/8"])
        } _: { server in
            let room = try await Room(server)
            try await room.enter("203.0.113.7") {
                try await room.enter("203.0.113.8") {
                    try await expectRefusal { try await room.enter("203.0.113.7") }
                    try await expectRefusal { try await room.enter("6.6.6.6, 203.0.113.7") }
                }
            }
        }
    }

    @Test func `one that isn't named is counted by itself, whatever it sends`() async throws {
        try await withServer {
            $0.connections = (all: 10, perAddress: 1)
            $0.proxies = try! Proxies(["203.0.113.0/24"])
        } _: { server in
            let room = try await Room(server)
            try await room.enter("203.0.113.7") {
                try await expectRefusal { try await room.enter("203.0.113.8") }
            }
        }
    }
}

private struct Room {
    let server: TestServer
    let session: String
    let join: String

    init(_ server: TestServer) async throws {
        let story = try await Story(server)
        self.server = server
        session = try await story.scheduledSession()
        join = LiveClient.join(story.viewer)
    }

    /// Enters through a proxy that sends this `X-Forwarded-For`, and stays for as long as `body` runs.
    func enter(_ forwardedFor: String, _ body: () async throws -> Void = {}) async throws {
        try await LiveClient.open(server.wires, session, first: join, headers: ["X-Forwarded-For: \(forwardedFor)"]) { client in
            _ = try await client.next("hello")
            try await body()
        }
    }
}

private func expectRefusal(_ body: () async throws -> Void) async throws {
    do {
        try await body()
        Issue.record("nobody was refused")
    } catch let refused as LiveClient.Refused {
        #expect(refused.answer.status == 503)
    }
}
