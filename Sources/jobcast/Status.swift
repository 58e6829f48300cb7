import ArgumentParser
import Postgres

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How far the log reaches, how far each projection is behind it, and why.",
        discussion: "Behind is 0 when all is folded; a rebuild under way shows as rebuild_NAME."
    )

    @OptionGroup var settings: Settings

    func run() async throws {
        try await withDatabase(settings) { database in
            try await database.requireMigrated()
            let lines = try await database.pool.session { session in
                let head = try session.query("SELECT position, recorded_at::text FROM log_head")[0]
                let log = "log: \(try head.decode(0, as: Int64.self)) events, the last at \(try head.decode(1, as: String.self))"
                let rows = try session.query(
                    "SELECT projection, position, behind, behind_seconds, parked, error FROM projection_status ORDER BY projection"
                )
                return [log] + (try rows.map(Self.line))
            }
            print(lines.joined(separator: "\n"))
        }
    }

    private static func line(_ row: Row) throws -> String {
        let name = try row.decode(0, as: String.self)
        let behind = try row.decode(2, as: Int64.self)
        let seconds = (try row.decode(3, as: Double.self) * 10).rounded() / 10
        let parked = try row.decode(4, as: Int64.self)
        let error = try row.decodeIfPresent(5, as: String.self).map { ", error: \($0)" } ?? ""
        return "\(name): at \(try row.decode(1, as: Int64.self)), \(behind) behind"
            + (behind > 0 ? " for \(seconds) s" : "") + (parked > 0 ? ", \(parked) parked" : "") + error
    }
}
