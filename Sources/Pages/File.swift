import Foundation

/// A file as a browser gets it.
package struct File: Sendable {
    package let content: [UInt8]
    /// The value of `Content-Type`.
    package let mediaType: String
    /// The value of `ETag`, quotes included: it changes with the content and only with it.
    package let entityTag: String

    init?(at location: URL) {
        guard let mediaType = Self.mediaTypes[location.pathExtension], let content = try? Data(contentsOf: location) else { return nil }
        self.content = [UInt8](content)
        self.mediaType = mediaType
        self.entityTag = "\"\(String(Self.digest(of: content), radix: 16))\""
    }

    private static let mediaTypes = [
        "css": "text/css; charset=utf-8",
        "html": "text/html; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
        "yaml": "application/yaml; charset=utf-8",
        "ts": "text/plain; charset=utf-8",
    ]

    /// FNV-1a, 64 bit (draft-eastlake-fnv): enough to tell a file from its next release.
    private static func digest(of content: Data) -> UInt64 {
        content.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
