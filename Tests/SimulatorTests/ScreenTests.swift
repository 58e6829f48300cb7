import EventSourcing
import NIOCore
import Recruiting
import Testing
import Wire

@testable import Simulator

@Suite struct `A viewer's screen` {
    private func show(_ frames: String...) throws -> (Screen, [Screen.Finding?]) {
        var screen = Screen()
        let findings = try frames.map { screen.show(try Frame(ByteBuffer(string: $0))) }
        return (screen, findings)
    }

    private func hello(mode: String, p: Int, state: String = "null") -> String {
        """
        {"t":"hello","v":1,"session":"7f0c2f0e-1b5d-4a37-9d55-3c1f0d5c2a11","epoch":"e","p":\(p),"tick":1000,"ping":25000,"retry":[500,8000],\
        "mode":"\(mode)","state":\(state),"counters":{"online":3,"entries":3,"viewers":3,"cards":0,"openings":0,"submissions":0,\
        "questions":{"asked":0,"answered":0}}}
        """
    }

    private var snapshot: String {
        let state = #"{"status":"live","title":"专场","segment":null,"featured":null,"policy":null,"shelf":{"jobs":0,"openings":0}}"#
        return hello(mode: "snapshot", p: 10, state: state)
    }

    private let card = """
        {"t":"card","op":"featured","p":12,"pp":9,"card":{"job":"11111111-1111-4111-8111-111111111111","version":1,\
        "company":"22222222-2222-4222-8222-222222222222","companyName":"某公司","title":"数控技工","occupation":"数控","place":"东莞",\
        "pay":{"minimum":6000,"maximum":8000,"unit":"month"},"openings":5,"conditions":"无"}}
        """

    @Test func `the first frame after a snapshot may follow one the snapshot holds`() throws {
        let (screen, findings) = try show(snapshot, card)
        #expect(findings == [nil, nil])
        #expect(screen.card?.title == "数控技工")
        #expect(screen.place?.position == LogPosition(12))
    }

    @Test func `a frame whose predecessor never came is missed`() throws {
        let (_, findings) = try show(snapshot, #"{"t":"segment","kind":"policy","p":14,"pp":13}"#)
        #expect(findings == [nil, .missed])
    }

    @Test func `a frame that comes again is repeated`() throws {
        let (_, findings) = try show(snapshot, card, card)
        #expect(findings == [nil, nil, .repeated])
    }

    @Test func `after a resume the order goes on where it was`() throws {
        let ended = #"{"t":"status","status":"ended","p":18,"pp":12}"#
        let (screen, findings) = try show(snapshot, card, hello(mode: "resume", p: 20), ended)
        #expect(findings == [nil, nil, nil, nil])
        #expect(screen.status == .ended)
    }

    @Test func `a card taken down can still be opened`() throws {
        let (screen, _) = try show(
            snapshot,
            card,
            card.replacing("featured", with: "unfeatured").replacing(#""p":12,"pp":9"#, with: #""p":13,"pp":12"#)
        )
        #expect(screen.card?.title == "数控技工")
    }

    @Test func `counters have no place in the order`() throws {
        let counters = """
            {"t":"counters","p":500,"online":7,"entries":9,"viewers":8,"cards":1,"openings":5,"submissions":0,"questions":{"asked":0,"answered":0}}
            """
        let (screen, findings) = try show(snapshot, counters, card)
        #expect(findings == [nil, nil, nil])
        #expect(screen.online == 7)
    }

    @Test(arguments: [#"{"t":"surprise","p":1,"pp":0}"#, "<html>"])
    func `a frame that is none of the protocol's says what came`(text: String) {
        #expect(throws: SimulatorError.self) { try Frame(ByteBuffer(string: text)) }
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
