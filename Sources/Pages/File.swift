import Foundation

/// A file as a browser gets it.
package struct File: Sendable {
    package let content: [UInt8]
    /// The content compressed by gzip; nil where that makes it no smaller.
    package let compressed: [UInt8]?
    /// The value of `Content-Type`.
    package let mediaType: String
    /// Changes with the content and only with it; stands in the file's lasting address and in its entity tag.
    package let version: String

    /// Makes a file ready; nil for a name whose ending no browser asks for.
    init?(_ name: String, _ content: [UInt8]) {
        guard let mediaType = name.split(separator: ".").last.flatMap({ Self.mediaTypes[$0] }) else { return nil }
        self.content = content
        self.mediaType = mediaType
        compressed = gzipped(content, effort: 9)
        version = String(Self.digest(of: content), radix: 16)
    }

    private static let mediaTypes: [Substring: String] = [
        "css": "text/css; charset=utf-8",
        "html": "text/html; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
        "yaml": "application/yaml; charset=utf-8",
        "ts": "text/plain; charset=utf-8",
    ]

    /// FNV-1a, 64 bit (draft-eastlake-fnv): enough to tell a file from its next release.
    private static func digest(of content: [UInt8]) -> UInt64 {
        content.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
