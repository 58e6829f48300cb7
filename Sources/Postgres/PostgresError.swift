import CLibpq

/// What can go wrong between this program and PostgreSQL.
package enum PostgresError: Error, Sendable, Equatable {
    /// No connection could be made; no statement was sent.
    case connection(String)
    /// The connection broke after a statement was sent: whether it took effect is unknown.
    case lost(String)
    /// The server refused a statement.
    case server(ServerError)
    /// A value has another type than the one asked for, or is NULL.
    case decoding(String)
    /// The connection was used in a way it doesn't allow; nothing of it was kept.
    case misuse(String)
    /// The database, or what stands before it, isn't one that this program can work with, however often it is tried.
    case unfit(String)
    /// A PostgreSQL of our own couldn't be started or stopped.
    case cluster(String)
    /// The applied migrations and those of this program don't agree.
    case migration(String)
    /// The task that waited for the work on a connection was cancelled.
    case cancelled
    /// The pool was closed before the work began.
    case closed
    /// The call was refused, as others enough wait for a connection; nothing was done.
    case overloaded
}

/// A refusal in the server's own words.
package struct ServerError: Error, Sendable, Equatable {
    /// Five characters: PostgreSQL manual, Appendix A.
    package var sqlState: String
    package var message: String
    package var detail: String?
    package var hint: String?
    package var table: String?
    package var column: String?
    package var constraint: String?
    /// The place of the error in the statement, in characters from 1.
    package var position: Int?
}

extension PostgresError {
    /// The server's five-character code, when the server refused.
    package var sqlState: String? {
        if case .server(let error) = self { error.sqlState } else { nil }
    }

    /// The violated constraint's name, when the server refused for that reason.
    package var constraint: String? {
        if case .server(let error) = self { error.constraint } else { nil }
    }

    /// True when the same call may succeed later without any change: the database is away, starting, stopping or full.
    package var isUnavailable: Bool {
        switch self {
        case .connection, .lost, .closed, .overloaded: true
        case .server(let error): error.sqlState.hasPrefix("08") || error.sqlState.hasPrefix("53") || error.sqlState.hasPrefix("57P")
        case .decoding, .misuse, .unfit, .cluster, .migration, .cancelled: false
        }
    }

    /// True for a deadlock or a serialization failure: the whole transaction may be tried again at once.
    package var isRetriable: Bool {
        sqlState == "40001" || sqlState == "40P01"
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .connection(let message): "cannot reach PostgreSQL: \(message)"
        case .lost(let message): "the connection to PostgreSQL broke, the statement may or may not have taken effect: \(message)"
        case .server(let error): error.description
        case .decoding(let message): "unexpected value from PostgreSQL: \(message)"
        case .misuse(let message), .unfit(let message), .cluster(let message), .migration(let message): message
        case .cancelled: "cancelled"
        case .closed: "the connection pool is closed"
        case .overloaded: "more calls wait for a connection than may"
        }
    }
}

extension ServerError: CustomStringConvertible {
    package var description: String {
        var text = "\(message) (SQLSTATE \(sqlState)"
        if let constraint { text += ", constraint \(constraint)" }
        if let position { text += ", at character \(position)" }
        text += ")"
        if let detail { text += ": \(detail)" }
        if let hint { text += " Hint: \(hint)" }
        return text
    }

    init(_ result: OpaquePointer) {
        func field(_ code: Unicode.Scalar) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
        // Field codes: PostgreSQL manual, 55.8 "Error and Notice Message Fields".
        sqlState = field("C") ?? "XX000"
        message = field("M") ?? trimmed(String(cString: PQresultErrorMessage(result)))
        detail = field("D")
        hint = field("H")
        table = field("t")
        column = field("c")
        constraint = field("n")
        position = field("P").flatMap { Int($0) }
    }
}

/// `text` without the line breaks that libpq and programs put at the end of their messages.
package func trimmed(_ text: String) -> String {
    var rest = text[...]
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
}
