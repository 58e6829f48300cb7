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

/// What an import answers.
package struct ImportReceipt: Codable, Hashable, Sendable {
    /// The batch that each of its jobs names.
    package let id: String
    package let imported: Int
    package let position: LogPosition

    package init(id: String, imported: Int, position: LogPosition) {
        self.id = id
        self.imported = imported
        self.position = position
    }
}

/// What a vetting of many jobs answers.
package struct VettingReceipt: Codable, Hashable, Sendable {
    /// How many jobs changed by it.
    package let vetted: Int
    package let position: LogPosition

    package init(vetted: Int, position: LogPosition) {
        self.vetted = vetted
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

/// Lets its holder into one room, once.
package struct Ticket: Codable, Hashable, Sendable {
    package let ticket: String
    /// How long it is good for, in seconds.
    package let seconds: Int

    package init(ticket: String, seconds: Int) {
        self.ticket = ticket
        self.seconds = seconds
    }
}
