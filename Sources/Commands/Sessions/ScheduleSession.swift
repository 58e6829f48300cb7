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
        if let series = plan.series { try await reads.requireOpen(series, right, of: caller) }
        return Decision(resource, try Session.decide(.schedule(plan), try await reads.begun(Session.self, resource)), session: id)
    }

    private func checkHost(_ caller: Caller) throws {
        guard case .person(let identity) = caller, !identity.isOperator, try identity.author != plan.host else { return }
        throw AccessError.forbidden("Only an operator plans a session for another host.")
    }
}
