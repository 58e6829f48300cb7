import FoundationEssentials
import Recruiting
import Synchronization

/// A clock that goes as the real one does, from where a test sets it.
final class Clock: Sendable {
    private let ahead = Mutex(Duration.zero)

    var now: @Sendable () -> Timestamp {
        { [self] in Timestamp(Date()).advanced(by: ahead.withLock { $0 }) }
    }

    func set(to moment: Timestamp) {
        ahead.withLock { $0 = .milliseconds(moment.milliseconds(since: Timestamp(Date()))) }
    }

    /// Noon of a day in China.
    func set(to day: CalendarDate) { set(to: Timestamp(china: day, minutes: 12 * 60)) }
}
