package import EventSourcing
package import FoundationEssentials
package import Postgres

/// Takes away what need not be kept for ever: observations, by whole partitions, and the keys of appends. Facts stay.
package struct Pruning: Sendable {
    /// What was recorded up to here is old enough.
    package let through: LogPosition
    /// How many partitions of observations were dropped.
    package let partitions: Int
    package let keys: Int

    /// Keys forgotten in one transaction.
    private static let batch: Int32 = 10_000

    /// The last position that was recorded before `moment`.
    package static func position(before moment: Date, in pool: PostgresPool) async throws -> LogPosition {
        try await pool.connection { db in
            LogPosition(try db.query("SELECT log_position_before($1)", [.timestamptz(moment)])[0].decode(0, as: Int64.self))
        }
    }

    /// Forgets keys and drops observations, which only the owner of the tables may.
    /// - Parameters:
    ///   - through: the last position whose keys are forgotten.
    ///   - kept: the position from which on observations are kept, if they are to be kept from an earlier one on.
    package static func run(
        through position: LogPosition,
        keepingObservationsFrom kept: LogPosition? = nil,
        in pool: PostgresPool
    ) async throws -> Pruning {
        let through = position.rawValue
        let observations = min(through, kept.map { $0.rawValue - 1 } ?? through)
        let partitions = try await pool.connection { db in
            try db.query("SELECT log_drop_audience($1)", [.int8(observations)])[0].decode(0, as: Int32.self)
        }
        var keys = 0
        var forgotten: Int32
        repeat {
            forgotten = try await pool.connection { db in
                try db.query("SELECT log_forget_keys($1, $2)", [.int8(through), .int4(batch)])[0].decode(0, as: Int32.self)
            }
            keys += Int(forgotten)
        } while forgotten == batch
        return Pruning(through: LogPosition(through), partitions: Int(partitions), keys: keys)
    }
}
