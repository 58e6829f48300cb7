import NIOCore
import Synchronization

/// What happened in a simulation so far.
package struct Counts: Sendable, Equatable {
    package var connected = 0
    package var entries = 0
    package var cards = 0
    package var opened = 0
    package var questions = 0
    package var submissions = 0
    package var resumed = 0
    /// Ordered frames that did not come, or came twice: always a fault of the server.
    package var missedFrames = 0
    package var repeatedFrames = 0
    /// Requests answered with 4xx or 5xx, and connections that failed.
    package var errors = 0
    package var latestError: String?
    /// The time from the host's request to the card in a viewer's hands.
    package var push = Histogram()
    /// The time from a request to its whole answer.
    package var requests = Histogram()

    /// One line for people: how it goes.
    package var line: String {
        """
        online \(connected) · entries \(entries) · cards \(cards) · opened \(opened) · questions \(questions) · résumés \(submissions) · \
        card on screen p50 \(push.quantile(0.5).rounded) p99 \(push.quantile(0.99).rounded) ms · \
        resumed \(resumed), frames lost \(missedFrames), twice \(repeatedFrames) · errors \(errors)
        """
    }
}

extension Duration {
    /// Milliseconds with one decimal.
    package var rounded: String {
        let tenths = (microseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }
}

/// Counts shared by all hosts and viewers of a simulation.
package final class Tally: Sendable {
    private let counts = Mutex(Counts())

    package init() {}

    package var now: Counts { counts.withLock { $0 } }

    func note(_ change: (inout Counts) -> Void) {
        counts.withLock { change(&$0) }
    }

    func fault(_ error: any Error) {
        counts.withLock {
            $0.errors += 1
            $0.latestError = "\(error)"
        }
    }

    /// Runs a request and records how long it took.
    func timed<Answer>(_ request: () async throws -> Answer) async throws -> Answer {
        let start = NIODeadline.now()
        let answer = try await request()
        let took = Duration.nanoseconds((NIODeadline.now() - start).nanoseconds)
        note { $0.requests.record(took) }
        return answer
    }
}
