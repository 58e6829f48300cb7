/// What `body` gives once it gives something; asks again and again, for at most a minute.
@discardableResult
package func eventually<Value: Sendable>(_ body: () async throws -> Value?) async throws -> Value {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if let value = try await body() { return value }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw TookTooLong()
}

struct TookTooLong: Error {}
