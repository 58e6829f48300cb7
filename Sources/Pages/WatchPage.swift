/// The page `/watch`, which comes with the room's first state, so that what is on air is painted without another request.
package enum WatchPage {
    /// The page around the title and the state.
    private static let parts: (head: [UInt8], middle: [UInt8], tail: [UInt8]) = {
        let page = String(decoding: file.content, as: UTF8.self)
        guard let title = page.firstMatch(of: /<title>(.*?)<\/title>/),
            let state = page.firstRange(of: "<script id=\"state\" type=\"application/json\">")
        else { preconditionFailure("watch.html has no title or no place for the state") }
        let (before, after) = (title.1.startIndex, title.1.endIndex)
        return (Array(page[..<before].utf8), Array(page[after..<state.upperBound].utf8), Array(page[state.upperBound...].utf8))
    }()

    /// The page without a state; its script then asks for one.
    package static var file: File { Pages.files["watch.html"]! }

    /// The page with the title of a session and the greeting of its room, which is JSON.
    package static func with(title: String, state: [UInt8]) -> [UInt8] {
        let name = title.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        // In JSON `<` stands only in texts; none of them can end the script's element so.
        let data = state.split(separator: UInt8(ascii: "<"), omittingEmptySubsequences: false).joined(separator: Array("\\u003c".utf8))
        return parts.head + Array("\(name) · Jobcast".utf8) + parts.middle + data + parts.tail
    }
}
