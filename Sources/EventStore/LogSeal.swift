package import EventSourcing
package import Postgres

/// The digest of all sealed events of a lane up to a position, chained through every range. Kept where nobody who can write to the
/// database can, it shows that not even the seals were made anew.
package struct LogSeal: Sendable, Hashable, CustomStringConvertible {
    package let lane: Lane
    package let position: LogPosition
    /// 64 hexadecimal digits.
    package let digest: String

    private init(lane: Lane, position: LogPosition, digest: String) {
        self.lane = lane
        self.position = position
        self.digest = digest
    }

    /// The seal that ``description`` writes as `text`; nil when it isn't one.
    package init?(_ text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 3, let lane = Lane.allCases.first(where: { "\($0)" == parts[0] }),
            let position = Int64(parts[1]), position > 0,
            parts[2].count == 64, parts[2].allSatisfy(\.isHexDigit)
        else { return nil }
        self.init(lane: lane, position: LogPosition(position), digest: parts[2].lowercased())
    }

    package var description: String { "\(lane):\(position):\(digest)" }

    /// The newest seal of each lane; a lane without one is absent.
    package static func newest(in pool: PostgresPool) async throws -> [LogSeal] {
        try await pool.connection { db in
            try db.query("SELECT DISTINCT ON (lane) lane, last, encode(digest, 'hex') FROM log_seals ORDER BY lane, last DESC").map {
                row in
                LogSeal(
                    lane: Lane(rawValue: try row.decode(0, as: Int16.self)) ?? .facts,
                    position: LogPosition(try row.decode(1, as: Int64.self)),
                    digest: try row.decode(2, as: String.self)
                )
            }
        }
    }

    /// The one that the database has of the same lane and position: equal to this one when it stands. That the events are what it
    /// says, ``LogCheck`` tells.
    package func current(in pool: PostgresPool) async throws -> LogSeal? {
        let place: [Parameter] = [.int2(lane.rawValue), .int8(position.rawValue)]
        return try await pool.connection { db in
            try db.query("SELECT encode(digest, 'hex') FROM log_seals WHERE lane = $1 AND last = $2", place).first.map { row in
                LogSeal(lane: lane, position: position, digest: try row.decode(0, as: String.self))
            }
        }
    }
}
