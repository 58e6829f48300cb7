import Access
import Commands
import EventStore
import Hummingbird
import NIOHTTP1
import Postgres
import ReadModels
import Recruiting

/// The one place where an error becomes an answer.
extension Problem {
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as AccessError: self = .refused(error)
        case let error as CommandError: self = .failed(error)
        case is Passwords.Busy:
            self = .unavailable("too-many-sign-ins", "More want to sign in than can be looked at; try again in a moment.")
        case is FileRoom.Full:
            self = .unavailable("too-many-files", "More files are sent than there is room for; try again in a moment.")
        case is ImportDesk.Busy:
            self = .unavailable("too-many-imports", "More tables are sent than can be read; try again in a moment.")
        case let rejection as any Rejection: self = .rejected(rejection)
        case let fault as ListingFault: self = Problem(code: fault.rawValue, status: .conflict, detail: fault.explanation)
        case let invalid as Invalid: self = .invalid([.at(Self.pointer(invalid.field), invalid.reason)])
        case is CursorRefused:
            self = .invalid([.parameter("cursor", Reason("foreign-cursor", "is of another list or order; begin again without it"))])
        case let error as EventStoreError: self = .unavailable("log-unavailable", error.description)
        case let error as PostgresError: self = Self.database(error)
        case is HTTPParserError: self = .badRequest("The request broke off or is not HTTP/1.1.")
        case let error as HTTPError where error.status.code < 500: self = Self.from(error)
        default: self = .internalError
        }
    }

    static let internalError = Problem(
        code: "internal-error",
        status: .internalServerError,
        detail: "Something went wrong on our side; it has been logged with this request's identifier."
    )

    private static func refused(_ error: AccessError) -> Problem {
        switch error {
        case .forbidden(let sentence): return .forbidden(sentence)
        case .invitationInvalid: return Problem(code: error.code, status: .notFound, detail: error.explanation)
        case .signInEnded:
            var problem = Problem.unauthorized(error.code, error.explanation)
            SignInCookie.remove(in: &problem.headers)
            return problem
        default: return .unauthorized(error.code, error.explanation)
        }
    }

    private static func failed(_ error: CommandError) -> Problem {
        switch error {
        case .notFound: .notFound(error.explanation)
        case .stale: Problem(code: error.code, status: .preconditionFailed, detail: error.explanation)
        case .keyReused: Problem(code: error.code, status: .unprocessableContent, detail: error.explanation)
        case .tooManyWriters: .unavailable(error.code, error.explanation)
        case .unvettable(let faults):
            Problem(
                code: error.code,
                status: .conflict,
                detail: error.explanation,
                faults: faults.map { .at("/jobs/\($0.index)", $0.reason) }
            )
        case .unlawful(let findings):
            Problem(
                code: error.code,
                status: .unprocessableContent,
                detail: error.explanation,
                faults: findings.map { .at("/\($0.field)", Reason($0)) }
            )
        case .unpostable(let faults):
            Problem(
                code: error.code,
                status: .conflict,
                detail: error.explanation,
                faults: faults.map { .at("/rows/\($0.index)", $0.reason) }
            )
        }
    }

    private static func rejected(_ rejection: any Rejection) -> Problem {
        Problem(code: rejection.code, status: .conflict, detail: rejection.explanation, values: rejection.values)
    }

    private static func database(_ error: PostgresError) -> Problem {
        if error == .overloaded { return .unavailable("overloaded", "More is asked than the database answers; try again in a moment.") }
        guard error.isUnavailable || error.isRetriable else { return .internalError }
        return .unavailable("database-unavailable", "The database cannot be reached just now; try again.")
    }

    private static func from(_ error: HTTPError) -> Problem {
        Problem(
            code: error.status.reasonPhrase.lowercased().replacing(" ", with: "-"),
            status: error.status,
            detail: error.body ?? "\(error.status.reasonPhrase).",
            headers: error.headers
        )
    }

    /// The JSON Pointer to the place where the domain's name of a field stands in a body.
    private static func pointer(_ field: String) -> String {
        switch field {
        case "payMinimum": "/pay/minimum"
        case "payMaximum": "/pay/maximum"
        case "paySalaries": "/pay/salaries"
        case "noticeVersion": "/consent/noticeVersion"
        default: "/" + field
        }
    }
}
