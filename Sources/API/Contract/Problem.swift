import Hummingbird
import JSON
import Recruiting
import Wire

/// What went wrong, as RFC 9457 has it: sent as `application/problem+json`, with the status and, where it helps, the places.
struct Problem: Error, Sendable {
    /// Kebab-case and stable: programs tell problems apart by it.
    let code: String
    let status: HTTPResponse.Status
    let detail: String
    /// What stands in the sentence in any language, by its name.
    var values: [String: String] = [:]
    var faults: [Fault] = []
    var headers: HTTPFields = [:]

    /// One place in the request and what is wrong there.
    struct Fault: Equatable, Encodable, Sendable {
        private(set) var pointer: String?
        private(set) var parameter: String?
        let line: Int?
        let column: Column?
        /// Kebab-case and stable, as ``Problem/code``, and what stands in its sentence.
        let code: String
        let values: [String: String]?
        let detail: String

        private init(_ reason: Reason, pointer: String? = nil, parameter: String? = nil, line: Int? = nil, column: Column? = nil) {
            self.pointer = pointer?.clipped(to: 200)
            self.parameter = parameter?.clipped(to: 100)
            self.line = line
            self.column = if case .name(let name) = column { .name(name.clipped(to: 100)) } else { column }
            code = reason.code
            values = reason.values.isEmpty ? nil : reason.values.mapValues { $0.clipped(to: 200) }
            detail = reason.description.clipped(to: 500)
        }

        static func at(_ pointer: String, _ reason: Reason) -> Fault { Fault(reason, pointer: pointer) }

        static func parameter(_ name: String, _ reason: Reason) -> Fault { Fault(reason, parameter: name) }

        static func at(line: Int, column: Column?, _ reason: Reason) -> Fault { Fault(reason, line: line, column: column) }

        /// The same, found in the value of a query's parameter.
        func of(parameter name: String) -> Fault {
            var fault = self
            (fault.pointer, fault.parameter) = (nil, name)
            return fault
        }

        /// A place in a line of text, or the name of a table's column.
        enum Column: Equatable, Encodable, Sendable {
            case number(Int)
            case name(String)

            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                switch self {
                case .number(let number): try container.encode(number)
                case .name(let name): try container.encode(name)
                }
            }
        }

        /// The number of steps that the pointer takes into the body.
        var depth: Int { pointer?.count { $0 == "/" } ?? 0 }
    }
}

extension Problem {
    static func malformed(_ error: JSON.Malformed) -> Problem {
        Problem(
            code: "malformed-json",
            status: .badRequest,
            detail: "The body is not JSON.",
            faults: [.at(line: error.line, column: .number(error.column), .misfit(error.detail))]
        )
    }

    static func invalid(_ faults: [Fault]) -> Problem {
        Problem(code: "invalid-request", status: .unprocessableContent, detail: "The request has values that do not fit.", faults: faults)
    }

    static func badRequest(_ detail: String) -> Problem {
        Problem(code: "bad-request", status: .badRequest, detail: detail)
    }

    static func unauthorized(_ code: String, _ detail: String) -> Problem {
        let error = code == "token-missing" ? "" : ", error=\"invalid_token\""
        return Problem(code: code, status: .unauthorized, detail: detail, headers: [.wwwAuthenticate: "Bearer realm=\"jobcast\"\(error)"])
    }

    static func forbidden(_ detail: String) -> Problem {
        Problem(code: "forbidden", status: .forbidden, detail: detail)
    }

    static func notFound(_ what: String) -> Problem {
        Problem(code: "not-found", status: .notFound, detail: what)
    }

    static let tokenInURL = Problem(
        code: "token-in-url",
        status: .badRequest,
        detail: "A token in an address ends up in logs and histories: send Authorization: Bearer …, or, where no header can be sent, "
            + "a ticket from POST /v1/tickets."
    )

    static func unavailable(_ code: String, _ detail: String) -> Problem {
        Problem(code: code, status: .serviceUnavailable, detail: detail, headers: [.retryAfter: "1"])
    }
}

extension Problem: HTTPResponseError {
    private struct Document: Encodable {
        let type: String
        let title: String
        let status: Int
        let detail: String
        let values: [String: String]?
        let instance: String?
        let errors: [Fault]?
    }

    func response(from request: Request, context: some Hummingbird.RequestContext) -> Response {
        response(instance: request.uri.path)
    }

    func response(instance: String?) -> Response {
        let body = bytes(instance: instance)
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.contentLength] = String(body.count)
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    func bytes(instance: String?) -> [UInt8] {
        let told = told
        let hidden = faults.count - told.count
        return encoded(
            Document(
                type: "/problems/\(code)",
                title: status.reasonPhrase,
                status: status.code,
                detail: (hidden > 0 ? "\(detail) \(hidden) more faults are not listed." : detail).clipped(to: 1_000),
                values: values.isEmpty ? nil : values,
                instance: instance.flatMap { $0.utf8.count > 1_000 ? nil : $0 },
                errors: told.isEmpty ? nil : told
            )
        )
    }

    /// The first hundred faults or 12 KiB of them, so that an answer stays below 16 KiB however much is wrong in a request, and
    /// however long the names are that it gave to things.
    private var told: [Fault] {
        var left = 12_288
        return faults.prefix(100).prefix { fault in
            left -= encoded(fault).count
            return left >= 0
        }
    }
}

extension String {
    /// The first `limit` scalars, and … for more.
    fileprivate func clipped(to limit: Int) -> String {
        guard utf8.count > limit, unicodeScalars.count > limit else { return self }
        return String(unicodeScalars.prefix(limit)) + "…"
    }
}
