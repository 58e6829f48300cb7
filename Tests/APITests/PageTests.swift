import Access
import EventSourcing
import JSON
import Pages
import Recruiting
import TestSupport
import Testing

@testable import API

/// What browsers are served: the pages, their scripts, and answers in few bytes.
@Suite struct PageTests {
    private static let pages = [
        "/", "/watch", "/office", "/companies", "/jobs", "/desk", "/care", "/vetting", "/sessions", "/series", "/policies",
        "/studio", "/insight", "/operations", "/accounts", "/me", "/signin", "/invitation",
    ]

    /// The addresses of files that a page names.
    private static func addresses(in page: String) -> [String] {
        page.matches(of: /"(\/assets\/[^"]+)"/).map { String($0.1) }
    }

    @Test func `every file that a page names has an address for good, and its script comes in one piece`() async throws {
        try await withServer { server in
            for path in Self.pages {
                let page = try await server.get(path)
                #expect(page.headers["cache-control"] == "no-cache", "\(path)")
                let addresses = Set(Self.addresses(in: page.text))
                let kinds = Set(addresses.compactMap { $0.split(separator: ".").last })
                #expect(kinds == ["css", "js", "svg"], "\(path): \(addresses)")
                for address in addresses {
                    let file = try await server.get(address)
                    #expect(file.headers["cache-control"] == "public, max-age=31536000, immutable", "\(address)")
                    guard address.hasSuffix(".js") else { continue }
                    #expect(file.text.firstMatch(of: #/^(import|export) /#.anchorsMatchLineEndings()) == nil, "\(address)")
                    #expect(file.text.matches(of: #/const \$shared_text = /#).count == 1, "\(address)")
                }
            }
        }
    }

    @Test func `a script holds each module that its modules import once, after what it imports itself`() throws {
        let modules = [
            "page/a.js": "import { b } from \"../shared/b.js\";\nimport { c as d } from \"./c.js\";\nb(d);\n",
            "page/c.js": "import { F } from \"../shared/c.js\";\nexport const c = F;\n",
            "shared/b.js": "import { c } from \"./c.js\";\nexport function b(x) {}\nexport async function* e() {}\n",
            "shared/c.js": "export const c = 1;\nexport class F {}\n",
        ]
        let script = try Script.whole("page/a.js") { modules[$0]! }
        let expected = """
            const $shared_c = (() => {
            const c = 1;
            class F {}
            return { c, F };
            })();
            const $shared_b = (() => {
            const { c } = $shared_c;
            function b(x) {}
            async function* e() {}
            return { b, e };
            })();
            const $page_c = (() => {
            const { F } = $shared_c;
            const c = F;
            return { c };
            })();
            const $page_a = (() => {
            const { b } = $shared_b;
            const { c: d } = $page_c;
            b(d);
            return {  };
            })();
            """
        #expect(script == expected)
        #expect(throws: Script.Unreadable.self) { try Script.whole("a/x.js") { _ in "export default 1;\n" } }
        #expect(throws: Script.Unreadable.self) { try Script.whole("a/x.js") { _ in "import { x } from \"./x.js\";\n" } }
        #expect(throws: Script.Unreadable.self) { try Script.whole("a/x.js") { _ in "import * as all from \"./b.js\";\n" } }
    }

    @Test func `a file's address of another release gives it as it is here, not to be kept`() async throws {
        try await withServer { server in
            let file = try await server.get("/assets/0123456789abcdef/watch.js")
            #expect(file.status == 200)
            #expect(file.headers["cache-control"] == "no-cache")
            #expect(try await server.get("/assets/0123456789abcdef/nothing.js").status == 404)
        }
    }

    @Test(arguments: [
        ("gzip", true), ("br, gzip;q=0.5", true), ("*", true), ("GZIP", true), ("", false), ("br", false), ("gzip;q=0", false),
        ("gzip; q=0.0, *", false), ("identity", false),
    ])
    func `a file comes compressed only to those who take gzip, under a tag of its own`(accepted: String, isCompressed: Bool) async throws {
        try await withServer { server in
            let file = try await server.get("/static/style.css", headers: ["Accept-Encoding": accepted])
            let style = try #require(Pages.files["style.css"])
            #expect(file.headers["vary"] == "Accept-Encoding")
            #expect(file.headers["content-encoding"] == (isCompressed ? "gzip" : nil))
            #expect(file.body == (isCompressed ? style.compressed : style.content))
            let tag = try #require(file.headers["etag"])
            #expect(tag == (isCompressed ? "\"\(style.version)-gzip\"" : "\"\(style.version)\""))
            let again = try await server.get("/static/style.css", headers: ["Accept-Encoding": accepted, "If-None-Match": tag])
            #expect(again.status == 304)
        }
    }

    @Test func `a long list comes compressed, its length with it; what has a version does not`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            for _ in 1...8 { _ = try await story.scheduledSession() }
            let id = try await story.scheduledSession()
            func get(_ path: String, by method: String = "GET") async throws -> Answer {
                let head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Encoding: gzip\r\n\r\n"
                return try await server.wires.exchange(Array(head.utf8))
            }
            let plain = try await server.get("/v1/sessions")
            let list = try await get("/v1/sessions")
            #expect(list.headers["content-encoding"] == "gzip")
            #expect(list.headers["vary"] == "Accept-Encoding")
            #expect(list.body.starts(with: [0x1F, 0x8B]))
            #expect(list.body.count * 3 < plain.body.count)
            #expect(list.headers["content-length"] == String(list.body.count))
            let head = try await get("/v1/sessions", by: "HEAD")
            #expect(head.headers["content-encoding"] == "gzip")
            #expect(head.headers["content-length"] == String(list.body.count))
            #expect(try await get("/v1/sessions?limit=1").headers["content-encoding"] == nil)
            let one = try await get("/v1/sessions/\(id)")
            #expect(one.headers["content-encoding"] == nil)
            #expect(one.headers["etag"] == "\"1\"")
        }
    }

    @Test func `the viewers' page brings the state of its room, and no title can break out of it`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let title = "</script><script>alert(1)</script>&"
            let body = "{\"title\":\"\(title)\",\"format\":\"county\",\(Story.times)}"
            let scheduled = try await server.post("/v1/sessions", as: story.host, body)
            let id = try #require(try scheduled.json()["id"]?.text, "\(scheduled.text)")
            let page = try await server.get("/watch?session=\(id)")
            let written = try #require(page.text.firstMatch(of: /<script id="state" type="application\/json">(.*?)<\/script>/))
            let state = try JSON(parsing: Array(written.1.utf8))
            #expect(state == (try await server.get("/v1/sessions/\(id)/state").json()))
            #expect(state["state"]?["title"]?.text == title)
            #expect(state["state"]?["startsAt"]?.text != nil)
            #expect(page.text.contains("<title>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp; · Jobcast</title>"))
            let tag = try #require(page.headers["etag"])
            #expect(tag.hasPrefix("W/"))
            #expect(try await server.get("/watch?session=\(id)", headers: ["If-None-Match": tag]).status == 304)
            #expect(try await server.post("/v1/sessions/\(id)/start", as: story.host).status == 200)
            _ = try await eventually {
                let later = try await server.get("/watch?session=\(id)", headers: ["If-None-Match": tag])
                return later.text.contains("\"status\":\"live\"") ? later : nil
            }
        }
    }

    @Test func `the viewers' page comes without a state where there is no such session`() async throws {
        try await withServer { server in
            for query in ["", "?session=../x", "?session=7f9f3c52-0000-4000-8000-000000000000"] {
                let page = try await server.get("/watch\(query)")
                #expect(page.status == 200)
                #expect(page.text.contains("<script id=\"state\" type=\"application/json\"></script>"), "\(query)")
            }
        }
    }

    @Test func `a mistyped address shows a page to people in both languages, and a problem to programs`() async throws {
        try await withServer { server in
            let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
            func get(_ path: String, accept: String) async throws -> Answer {
                let head = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: \(accept)\r\n\r\n"
                return try await server.wires.exchange(Array(head.utf8))
            }
            for path in ["/wacth", "/watch/7", "/v2"] {
                let page = try await get(path, accept: browser)
                #expect(page.status == 404)
                #expect(page.headers["content-type"] == "text/html; charset=utf-8")
                #expect(page.headers["content-security-policy"] == Pages.contentSecurityPolicy)
                #expect(page.headers["vary"] == "Accept")
                for words in ["没有这个页面", "There is no such page", "href=\"/\""] { #expect(page.text.contains(words)) }
                for accept in ["*/*", "application/json"] {
                    #expect(try await get(path, accept: accept).problem == "not-found", "\(path) \(accept)")
                }
            }
            #expect(try await get("/v1/sessions/7f9f3c52-0000-4000-8000-000000000000", accept: browser).problem == "not-found")
        }
    }
}
