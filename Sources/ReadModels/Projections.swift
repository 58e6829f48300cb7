package import EventStore

/// Every projection of this release.
package enum Projections {
    package static let all = [
        Companies.projection, PostedPositions.projection, Policies.projection, SeriesList.projection, LiveSessions.projection,
        ResumeSubmissions.projection, ErasedCandidates.projection, LiveCounters.projection, Accounts.projection, Audit.projection,
    ]
}
