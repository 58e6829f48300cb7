import EventSourcing
import EventStore
import FoundationEssentials
import Logging
import Postgres
import ReadModels
import Recruiting
import ServiceLifecycle

/// Keeps the shelves as the jobs are: renews what was revised or has other openings than before, and takes off what may no
/// longer be shown, being filled, withdrawn, expired or to be vetted again, or of a company whose verification has lapsed. The rules
/// refuse to feature such a job in any case; this keeps it from being offered.
///
/// The read models say where to look, the rules what is to be done. It may run in any number of processes: done a second time it is
/// nothing.
struct ShelfKeeping: Service {
    let ledger: Ledger
    let pool: PostgresPool
    /// How far the read models of companies, jobs and sessions have come.
    let progress: [Watermark]
    let now: @Sendable () -> Timestamp
    let logger: Logger

    /// How often the calendar is looked at: days end, verifications lapse.
    private static let pause = Duration.seconds(60)
    private static let triggers: Set<String> = [
        JobRevised.type, JobRejected.type, JobFilled.type, JobWithdrawn.type, JobExpired.type,
        JobOpeningsChanged.type, CompanySuspended.type, CompanyRejected.type, SessionResumed.type,
    ]

    func run() async throws {
        let start = try await ledger.log.refreshHead()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        await sweep()
                        try? await Task.sleep(for: Self.pause)
                    }
                }
                group.addTask {
                    for await batch in LogTail(ledger.log, after: start, logger: logger)
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
            for (session, job) in try await LiveSessions.outdated(on: now().chinaDate, limit: 5_000, in: pool) {
                // One that can't be kept now holds up none of the others.
                do { try await keep(job, in: session) } catch { complain(error) }
            }
        } catch {
            complain(error)
        }
    }

    private func complain(_ error: any Error) {
        if !Task.isCancelled { logger.warning("shelves could not be kept", metadata: ["error": "\(error)"]) }
    }

    /// A conflict is left to the next sweep: somebody is changing that session or job right now. So is a session that is
    /// interrupted, until it is resumed; one that has ended keeps its shelf as it is.
    private func keep(_ job: JobID, in id: SessionID) async throws {
        let stream = Session.stream(id)
        let isDone = try await ledger.keep(stream, as: "shelf-keeping") { reading in
            let state = try await reading.session(id)
            let offer = try await reading.offer(job)
            let at = now()
            guard state.shelf[job] != nil else { return Decision() }
            let mayStay = (try? offer.card(on: at.chinaDate)) != nil
            let command = mayStay ? Session.Command.shelve([offer], at: at) : .unshelve(job, at: at)
            return Decision(stream, (try? Session.decide(command, state)) ?? [], session: id, mediaTime: state.mediaTime(at: at))
        }
        if isDone { logger.info("a shelf was brought up to date", metadata: ["session": "\(id)", "job": "\(job)"]) }
    }
}
