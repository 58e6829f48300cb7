extension Session {
    static func shelve(_ listings: [Listing], _ skipping: Bool, _ at: Timestamp, _ state: State) throws(Rejection) -> [Event] {
        if state.phase != .scheduled { _ = try state.stage }
        var shelved: [ShelfItem] = []
        var faults: [Unlistable] = []
        var seen: Set<JobID> = []
        let today = at.chinaDate
        for listing in listings where seen.insert(listing.job).inserted && state.shelf[listing.job]?.version != listing.version {
            do throws(ListingFault) {
                shelved.append(ShelfItem(try listing.card(on: today)))
            } catch {
                faults.append(Unlistable(job: listing.job, fault: error))
            }
        }
        guard faults.isEmpty || skipping else { throw .unlistable(faults) }
        let added = shelved.count { state.shelf[$0.job] == nil }
        guard state.shelf.count + added <= shelfLimit else { throw .shelfFull }
        return stride(from: 0, to: shelved.count, by: shelfBatch).map { start in
            .shelved(JobsShelved(jobs: Array(shelved[start..<min(start + shelfBatch, shelved.count)])))
        }
    }

    static func unshelve(_ job: JobID, _ at: Timestamp, _ state: State) throws(Rejection) -> [Event] {
        let stage = state.phase == .scheduled ? nil : try state.stage
        guard state.shelf[job] != nil else { return [] }
        let featured = stage?.featured.flatMap { $0.card.job == job ? $0 : nil }
        return takeDown(featured, .unshelved, at) + [.unshelved(JobUnshelved(job: job))]
    }

    static func feature(_ listing: Listing, _ override: Bool, _ at: Timestamp, _ state: State) throws(Rejection) -> [Event] {
        let stage = try state.stage
        guard state.shelf[listing.job] != nil else { throw .notOnShelf(listing.job) }
        let card = try card(listing, at)
        guard let current = stage.featured else { return [.featured(JobFeatured(card: card, at: at))] }
        guard current.card.job != card.job || current.card.version != card.version else { return [] }
        let isEarly = remainingDisplay(of: current, at) > 0 && current.card.job != card.job
        if isEarly, !override { throw .minimumDisplay(remainingMs: remainingDisplay(of: current, at)) }
        return takeDown(current, .replaced, at) + [.featured(JobFeatured(card: card, at: at, overridden: isEarly ? true : nil))]
    }

    static func unfeature(_ override: Bool, _ at: Timestamp, _ state: State) throws(Rejection) -> [Event] {
        guard let current = try state.stage.featured else { return [] }
        let remaining = remainingDisplay(of: current, at)
        guard remaining <= 0 || override else { throw .minimumDisplay(remainingMs: remaining) }
        return takeDown(current, .host, at)
    }

    static func takeDown(_ featured: JobFeatured?, _ cause: UnfeatureCause, _ at: Timestamp) -> [Event] {
        guard let featured else { return [] }
        let shown = max(0, at.milliseconds(since: featured.at))
        return [.unfeatured(JobUnfeatured(job: featured.card.job, cause: cause, shownMs: shown))]
    }

    private static func card(_ listing: Listing, _ at: Timestamp) throws(Rejection) -> Card {
        do throws(ListingFault) {
            return try listing.card(on: at.chinaDate)
        } catch {
            throw .unlistable([Unlistable(job: listing.job, fault: error)])
        }
    }

    private static func remainingDisplay(of featured: JobFeatured, _ at: Timestamp) -> Int {
        Int(minimumDisplay.milliseconds) - max(0, at.milliseconds(since: featured.at))
    }
}
