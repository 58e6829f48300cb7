import Foundation
import Synchronization

/// Asks servers of others by HTTP/1.1 and TLS, on one thread of its own, so that no slow one keeps a thread of ours.
///
/// libcurl does the work. Certificates are always verified, by those that the system trusts; redirects are not followed; cookies, names and
/// passwords in addresses, `.netrc` and what the environment says of proxies are not used. Names are looked up on threads of libcurl's.
package final class HTTPClient: Sendable {
    private let inbox = Inbox()

    package init() {
        let thread = Thread { [inbox] in Transfers(inbox).run() }
        thread.name = "http"
        thread.start()
    }

    /// Nobody waits any more: whoever does holds the client.
    deinit { inbox.close() }

    /// What the server answers, whatever its status.
    /// - Throws: ``HTTPFailure``; `CancellationError` at once when the task is cancelled, and the request is broken off.
    package func send(_ query: HTTPQuery, _ limits: HTTPLimits = HTTPLimits()) async throws -> HTTPAnswer {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let call = Call(query: query, limits: limits, cancellation: cancellation, continuation: continuation)
                if !inbox.add(call) { continuation.resume(throwing: HTTPFailure.busy) }
            }
        } onCancel: {
            cancellation.isWanted.store(true, ordering: .releasing)
            inbox.wake()
        }
    }
}

/// A request that somebody waits for.
struct Call: Sendable {
    let query: HTTPQuery
    let limits: HTTPLimits
    let cancellation: Cancellation
    let continuation: CheckedContinuation<HTTPAnswer, any Error>
}

/// Whether whoever waits has gone.
final class Cancellation: Sendable {
    let isWanted = Atomic(false)
}
