import HTTPTypes
import JSON
import Testing

@testable import API

/// Holds every answer of the test run against the contract.
final class ContractCheck: Sendable {
    static let shared = ContractCheck()

    private let contract: Contract

    private init() {
        contract = try! Contract()
    }

    /// - Throws: never; what does not fit is an issue of the test that runs.
    func check(_ answer: Answer, to method: String, _ path: String) throws {
        guard ![405, 501, 505].contains(answer.status), let operation = operation(method, path) else {
            #expect(answer.headers["content-type"] == "application/problem+json" || answer.body.isEmpty)
            return
        }
        guard let response = operation.responses["\(answer.status)"] else {
            Issue.record("\(method) \(path) → \(answer.status), which openapi.yaml doesn't name: \(answer.text.prefix(500))")
            return
        }
        guard let schema = response else { return }
        guard !answer.body.isEmpty, answer.headers["content-type"]?.contains("json") == true else { return }
        let faults = schema.faults(in: try answer.json())
        #expect(faults.isEmpty, "\(method) \(path) → \(answer.status): \(answer.text)")
    }

    private func operation(_ method: String, _ path: String) -> Contract.Operation? {
        let steps = path.prefix { $0 != "?" }.split(separator: "/")
        let name = contract.operations.keys.first { name in
            name.method.rawValue == method && PathPattern(pattern: PathPattern.steps(name.path), methods: []).matches(steps)
        }
        return name.flatMap { contract.operations[$0] }
    }
}
