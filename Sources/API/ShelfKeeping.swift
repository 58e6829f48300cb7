import EventSourcing
import EventStore
import FoundationEssentials
import Logging
import Postgres
import ReadModels
import Recruiting
import ServiceLifecycle

/// Takes off the shelves what may no longer be shown: a position revised, filled, withdrawn or expired, or of a company whose
/// verification has lapsed. The rules refuse to feature such a position in any case; this keeps it from being offered.
///
/// It decides by what the read models say and may run in any number of processes: the session's own rules make a second
/// taking-down nothing.
struct ShelfKeeping: Service {
    let log: EventLog
    let pool: PostgresPool
    /// How far the read models of companies, positions and sessions have come.
    let progress: [Watermark]
    let now: @Sendable () -> Timestamp
    let logger: Logger

    /// How often the calendar is looked at: days end, verifications lapse.
    private static let pause = Duration.seconds(60)
    private static let triggers: Set<String> = [
        PositionRevised.type, PositionRejected.type, PositionFilled.type, PositionWithdrawn.type, PositionExpired.type,
        PositionOpeningsChanged.type, CompanySuspended.type, CompanyRejected.type,
    ]

    func run() async throws {
        let start = try await log.refreshHead()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        await sweep()
                        try? await Task.sleep(for: Self.pause)
                    }
                }
                group.addTask {
                    for await batch in LogTail(log, after: start, logger: logger)
                    where batch.contains(where: { Self.triggers.contains($0.type) }) {
                        let last = batch[batch.count - 1].position
                        for mark in progress { await mark.wait(past: last.advanced(by: -1)) }
                        await sweep()
                    }
                }
            }
        }
    }

    private func sweep() async {
        do {
            for (session, position) in try await LiveSessions.unshowable(on: now().chinaDate, limit: 5_000, in: pool) {
                try await takeDown(position, from: session)
            }
        } catch {
            if !Task.isCancelled { logger.warning("shelves could not be kept", metadata: ["error": "\(error)"]) }
        }
    }

    /// A conflict is left to the next sweep: somebody is changing that session right now.
    private func takeDown(_ position: PositionID, from id: SessionID) async throws {
        let reading = Reading(log: log)
        let state = try await reading.session(id)
        let at = now()
        // Refused only when the session has ended since the read models were asked: then its shelf stays as it is.
        guard let events = try? Session.decide(.unshelve(position, at: at), state), !events.isEmpty else { return }
        let stream = Session.stream(id)
        let mediaTime = state.mediaTime(at: at)
        let append = Append(
            events.map { NewEvent(stream: stream, type: $0.type, data: $0.encoded(), mediaTime: mediaTime) },
            expected: reading.versions,
            origin: Origin(actorKind: "system", actorID: "shelf-keeping", correlation: id.uuid)
        )
        if case .appended = try await log.append(append) {
            logger.info(
                "a position that may not be shown was taken off the shelf",
                metadata: ["session": "\(id)", "position": "\(position)"]
            )
        }
    }
}
