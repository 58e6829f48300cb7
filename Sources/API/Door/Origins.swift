import HTTPTypes

/// The origins of pages that may enter rooms and call the interface: those of the host that is asked, and those listed.
///
/// A browser sends its cookies and follows its user's network wherever a page asks it to connect, and no preflight goes before a
/// WebSocket; `Origin` is what tells (RFC 6455 §10.2). Programs send none and have to bring a token all the same.
package struct Origins: Sendable {
    /// A text that is no origin, and what is wrong with it.
    package struct Unreadable: Error {
        package let text: String
        package let reason: String
    }

    private let listed: Set<String>

    package init() { listed = [] }

    /// Each as a browser says it: `https://jobs.example.com`, with the port where it isn't the scheme's; `capacitor://localhost` and the
    /// like are origins of apps.
    package init(_ texts: some Sequence<String>) throws(Unreadable) {
        var listed: Set<String> = []
        for text in texts {
            if let reason = Self.fault(in: text) { throw Unreadable(text: text, reason: reason) }
            listed.insert(Self.plain(text))
        }
        self.listed = listed
    }

    func allow(_ origin: String?, to host: String?) -> Bool {
        guard let origin = origin.map(Self.plain) else { return true }
        if listed.contains(origin) { return true }
        guard let scheme = origin.firstRange(of: "://"), let host else { return false }
        // A proxy that ends TLS leaves the scheme in the origin another than ours.
        return origin[scheme.upperBound...] == Self.plain(origin[..<scheme.upperBound] + host)[scheme.upperBound...]
    }

    func list(_ origin: String) -> Bool { listed.contains(Self.plain(origin)) }

    var isEmpty: Bool { listed.isEmpty }

    /// What lets the page of an allowed origin read an answer; caches must not give it to another's.
    static func fields(for origin: String?) -> HTTPFields {
        guard let origin else { return [:] }
        return [.accessControlAllowOrigin: origin, .vary: "Origin"]
    }

    private static func fault(in text: String) -> String? {
        if text.contains("*") { return "stands for many: there are no wildcards, list each page's origin" }
        let shape = "must be written like https://jobs.example.com or https://jobs.example.com:8443"
        guard let mark = text.firstRange(of: "://"), let first = text.first, first.isASCII, first.isLetter else { return shape }
        let scheme = text[..<mark.lowerBound]
        var host = text[mark.upperBound...]
        if host.last == "/" { host.removeLast() }
        guard scheme.utf8.allSatisfy({ $0.isLetterOrDigit || "+-.".utf8.contains($0) }), !host.isEmpty else { return shape }
        guard host.utf8.allSatisfy({ $0.isLetterOrDigit || "-._:[]".utf8.contains($0) }) else {
            return host.utf8.allSatisfy({ $0 < 0x80 }) ? shape : "must be written as browsers send it, in ASCII (xn--…)"
        }
        let port = host.hasSuffix("]") ? nil : host.lastIndex(of: ":").map { host[host.index(after: $0)...] }
        return port.map { UInt16($0) == nil } == true ? shape : nil
    }

    /// The origin without upper case, a slash at the end, and a port that the scheme means anyway.
    private static func plain(_ origin: some StringProtocol) -> String {
        var text = origin.lowercased()
        if text.hasSuffix("/") { text.removeLast() }
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")] where text.hasPrefix(scheme) && text.hasSuffix(port) {
            text.removeLast(port.count)
        }
        return text
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
