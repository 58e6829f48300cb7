package import Access
package import EventSourcing
package import Recruiting

/// Plans a session, in an open series if in any.
package struct ScheduleSession: UseCase {
    package let id: SessionID
    package let plan: SessionScheduled

    package init(_ id: SessionID, _ plan: SessionScheduled) {
        self.id = id
        self.plan = plan
    }

    package var resource: StreamName { Session.stream(id) }
    package var right: Right { .planSession }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right, plan.owner(id))
        try checkHost(caller)
        try await reads.requireRegistered(plan.organisation)
        try await checkSeries(reads, caller)
        return Decision(resource, try Session.decide(.schedule(plan), try await reads.begun(Session.self, resource)), session: id)
    }

    private func checkHost(_ caller: Caller) throws {
        guard case .person(let identity) = caller, !identity.isOperator, try identity.author != plan.host else { return }
        throw AccessError.forbidden("Only an operator plans a session for another host.")
    }

    /// The series must be open, and one organisation's is not for others.
    private func checkSeries(_ reads: ReadSet, _ caller: Caller) async throws {
        guard let series = plan.series.map(Series.stream) else { return }
        guard case .open(let opened) = try await reads.look(at: [series], Series.self)[series] else {
            throw Invalid(field: "series", reason: Reason("series-not-open", "is not an open series"))
        }
        if let organisation = opened.organisation { try caller.require(right, Owner(organisation: organisation)) }
    }
}
