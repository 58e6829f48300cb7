/// From which pages a browser may enter rooms: those of the host that is asked, and those listed.
///
/// A browser sends its cookies and follows its user's network wherever a page asks it to connect, and no preflight goes before a
/// WebSocket; `Origin` is what tells (RFC 6455 §10.2). Programs send none and have to bring a token all the same.
package struct Origins: Sendable {
    private let listed: Set<String>

    /// Each as a browser says it: `https://jobs.example.com`, with the port where it isn't the scheme's.
    package init(_ listed: some Sequence<String> = []) {
        self.listed = Set(listed.map { Self.plain($0) })
    }

    func allow(_ origin: String?, to host: String?) -> Bool {
        guard let origin = origin.map(Self.plain) else { return true }
        if listed.contains(origin) { return true }
        guard let scheme = origin.firstRange(of: "://"), let host else { return false }
        // A proxy that ends TLS leaves the scheme in the origin another than ours.
        return origin[scheme.upperBound...] == Self.plain(origin[..<scheme.upperBound] + host)[scheme.upperBound...]
    }

    /// Without upper case, a slash at the end, and a port that the scheme means anyway.
    private static func plain(_ origin: some StringProtocol) -> String {
        var text = origin.lowercased()
        if text.hasSuffix("/") { text.removeLast() }
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")] where text.hasPrefix(scheme) && text.hasSuffix(port) {
            text.removeLast(port.count)
        }
        return text
    }
}
