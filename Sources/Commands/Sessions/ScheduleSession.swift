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
        if let series = plan.series.map(Series.stream) {
            guard case .open = try await reads.look(at: [series], Series.self)[series] else {
                throw Invalid(field: "series", reason: "is not an open series")
            }
        }
        return Decision(resource, try Session.decide(.schedule(plan), try await reads.begun(Session.self, resource)), session: id)
    }
}
