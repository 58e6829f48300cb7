import ArgumentParser
import Commands
import EventStore
import Pages
import Postgres
import Recruiting

/// What other modules refuse or fail at, in the reader's language: what the server tells by code has the words that its pages have.
extension SettingError {
    init(_ rejection: any Rejection) {
        self.init(description: Self.chinese { Words.problem(rejection.code, rejection.values) } ?? rejection.explanation)
    }

    init(_ error: CommandError) {
        self.init(description: Self.chinese { Words.problem(error.code) } ?? error.explanation)
    }

    /// `name` is what the field is called at the command line; without one, as JSON names it.
    init(_ invalid: Invalid, named name: String? = nil) {
        let chinese = Self.chinese { Words.fault(invalid.reason.code, invalid.reason.values) }
        let label = name ?? (chinese == nil ? nil : Words.field(invalid.field)) ?? invalid.field
        self.init(description: chinese.map { "\(label)：\($0)。" } ?? "\(label) \(invalid.reason).")
    }

    private static func chinese(_ words: () -> String?) -> String? { Language.reader == .chinese ? words() : nil }
}

/// What ended a command, in the reader's language as far as there are words: what libpq, PostgreSQL and the system say stays theirs.
func told(_ error: any Error) -> any Error {
    switch error {
    case PostgresError.connection(let message): SettingError("cannot reach PostgreSQL: \(message)")
    case PostgresError.lost(let message):
        SettingError("the connection to PostgreSQL broke, the statement may or may not have taken effect: \(message)")
    case PostgresError.cluster(let message): SettingError("the PostgreSQL of our own can't be used: \(message)")
    case PostgresError.migration(let message): SettingError("the schema can't be brought to this release: \(message)")
    case let error as EventStoreError: SettingError(Sentence(of: error.description))
    case RebuildError.underWay(let projection): SettingError("Another process is rebuilding \(projection) right now.")
    case let rejection as any Rejection: SettingError(rejection)
    case let error as CommandError: SettingError(error)
    case let invalid as Invalid: SettingError(invalid)
    default: error
    }
}
