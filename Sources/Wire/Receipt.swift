package import EventSourcing

/// What every write answers: where its last event stands. A repeat of the write answers the same, byte for byte.
package struct Receipt: Codable, Hashable, Sendable {
    /// The resource that was written, as a UUID in lowercase.
    package let id: String
    /// The resource's version after the write; the `ETag`, and what `If-Match` takes.
    package let version: Int
    package let position: LogPosition

    package init(id: String, version: Int, position: LogPosition) {
        self.id = id
        self.version = version
        self.position = position
    }
}

/// An anonymous viewer's way in.
package struct Visitor: Codable, Hashable, Sendable {
    package let token: String
    package let subject: String

    package init(token: String, subject: String) {
        self.token = token
        self.subject = subject
    }
}
