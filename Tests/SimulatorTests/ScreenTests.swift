import NIOCore
import Testing

@testable import Simulator

@Suite struct `A viewer's screen` {
    private func show(_ frames: String...) throws -> (Screen, [Screen.Finding?]) {
        var screen = Screen()
        let findings = try frames.map { screen.show(try Frame(ByteBuffer(string: $0))) }
        return (screen, findings)
    }

    private let hello = #"{"t":"hello","epoch":"e","p":10,"mode":"snapshot","state":{"status":"live","featured":null}}"#
    private let card = #"{"t":"card","op":"featured","p":12,"pp":9,"card":{"position":"a","version":1,"title":"数控技工"}}"#

    @Test func `the first frame after a snapshot may follow one the snapshot holds`() throws {
        let (screen, findings) = try show(hello, card)
        #expect(findings == [nil, nil])
        #expect(screen.card?.title == "数控技工")
        #expect(screen.position == 12)
    }

    @Test func `a frame whose predecessor never came is missed`() throws {
        let (_, findings) = try show(hello, #"{"t":"segment","kind":"policy","p":14,"pp":13}"#)
        #expect(findings == [nil, .missed])
    }

    @Test func `a frame that comes again is repeated`() throws {
        let (_, findings) = try show(hello, card, card)
        #expect(findings == [nil, nil, .repeated])
    }

    @Test func `after a resume the order goes on where it was`() throws {
        let (screen, findings) = try show(
            hello,
            card,
            #"{"t":"hello","epoch":"e","p":20,"mode":"resume"}"#,
            #"{"t":"status","status":"ended","p":18,"pp":12}"#
        )
        #expect(findings == [nil, nil, nil, nil])
        #expect(screen.status == "ended")
    }

    @Test func `counters have no place in the order`() throws {
        let (screen, findings) = try show(hello, #"{"t":"counters","p":500,"online":7}"#, card)
        #expect(findings == [nil, nil, nil])
        #expect(screen.online == 7)
    }

    @Test func `a frame that is no JSON says what came`() {
        #expect(throws: SimulatorError.self) { try Frame(ByteBuffer(string: "<html>")) }
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080", "127.0.0.1:8080"), ("http://localhost/", "localhost:80"), ("http://[::1]:9", "[::1]:9"),
    ])
    func `an address is read from a URL`(url: String, expected: String) {
        #expect(Address(url: url)?.description == expected)
    }

    @Test(arguments: ["https://example.com", "127.0.0.1:8080", "http://host/v1", ""])
    func `what is no plain server URL is no address`(url: String) {
        #expect(Address(url: url) == nil)
    }
}
