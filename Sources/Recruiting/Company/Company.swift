package import EventSourcing

/// An employer, an agency or a public body, whether it has been verified lately ("企业可靠"), and what that rests on.
package enum Company: Decider {
    package struct State: Hashable, Sendable {
        /// Nil until it is registered.
        package internal(set) var details: CompanyRegistered?
        package internal(set) var standing = Standing.unverified
        /// Those on file.
        package internal(set) var documents: [DocumentID: DocumentFiled] = [:]
        package internal(set) var suspension: CompanySuspended?
        /// Also of one that was never registered.
        package internal(set) var blacklisting: CompanyBlacklisted?
    }

    /// What the last judgement says, which a suspension leaves as it is.
    package enum Standing: Hashable, Sendable {
        case unverified
        case verified(CompanyVerified)
        case rejected(CompanyRejected)
    }

    package enum Command: Hashable, Sendable {
        case register(CompanyRegistered)
        /// What was verified is so no more.
        case revise(CompanyRevised)
        case file(DocumentFiled, at: Timestamp)
        case withdraw(DocumentWithdrawn, at: Timestamp)
        /// Renews an earlier verification, lifts a rejection.
        case verify(CompanyVerified, at: Timestamp)
        case reject(CompanyRejected)
        case suspend(CompanySuspended)
        case reinstate(CompanyReinstated)
        case blacklist(CompanyBlacklisted)
        case clear(CompanyCleared)
    }

    package enum Event: DomainEvent {
        case registered(CompanyRegistered)
        case revised(CompanyRevised)
        case filed(DocumentFiled)
        case withdrawn(DocumentWithdrawn)
        case verified(CompanyVerified)
        case rejected(CompanyRejected)
        case suspended(CompanySuspended)
        case reinstated(CompanyReinstated)
        case blacklisted(CompanyBlacklisted)
        case cleared(CompanyCleared)
    }

    package enum Rejection: Recruiting.Rejection, Hashable {
        case notRegistered
        case alreadyRegistered
        case blacklisted
        case reverificationPast
        case reverificationTooFar(latest: CalendarDate)
        case documentsMissing([DocumentKind])
        case checksMissing([CompanyCheck])
        case documentExpired
        case documentNeeded
        case documentNotOnFile
        case tooManyDocuments
    }

    package static let initial = State()

    package static func stream(_ id: CompanyID) -> StreamName {
        StreamName(category: "company", id: id)
    }

    /// Months until a verification must be repeated, at most. Source: 《关于规范网络平台招聘类信息发布的通知》
    /// (人社厅发〔2025〕60号, of five ministries).
    package static let verificationMonths = 6
    /// Documents on file at once, at most; a company has some ten.
    package static let documentLimit = 50

    package static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch command {
        case .register(let details): return try register(details, state)
        case .blacklist(let blacklisting): return state.blacklisting == nil ? [.blacklisted(blacklisting)] : []
        case .clear(let clearing): return state.blacklisting == nil ? [] : [.cleared(clearing)]
        case .revise, .file, .withdraw, .verify, .reject, .suspend, .reinstate: break
        }
        guard let details = state.details else { throw .notRegistered }
        switch command {
        case .revise(let revision):
            guard state.blacklisting == nil else { throw .blacklisted }
            return details.revised(revision) == details ? [] : [.revised(revision)]
        case .file(let document, let at): return try file(document, at.chinaDate, state)
        case .withdraw(let withdrawal, let at): return try withdraw(withdrawal, at.chinaDate, state)
        case .verify(let verification, let at): return try verify(verification, at.chinaDate, details, state)
        case .reject(let rejection): return state.standing == .rejected(rejection) ? [] : [.rejected(rejection)]
        case .suspend(let suspension): return state.suspension == nil ? [.suspended(suspension)] : []
        case .reinstate(let reinstatement): return state.suspension == nil ? [] : [.reinstated(reinstatement)]
        case .register, .blacklist, .clear: preconditionFailure("these are decided above")
        }
    }

    package static func apply(_ event: Event, to state: inout State) {
        switch event {
        case .registered(let details): state.details = details
        case .revised(let revision):
            state.details = state.details?.revised(revision)
            state.standing = .unverified
        case .filed(let document): state.documents[document.document] = document
        case .withdrawn(let withdrawal): state.documents[withdrawal.document] = nil
        case .verified(let verification): state.standing = .verified(verification)
        case .rejected(let rejection): state.standing = .rejected(rejection)
        case .suspended(let suspension): state.suspension = suspension
        case .reinstated: state.suspension = nil
        case .blacklisted(let blacklisting): state.blacklisting = blacklisting
        case .cleared: state.blacklisting = nil
        }
    }
}

extension Company {
    private static func register(_ details: CompanyRegistered, _ state: State) throws(Rejection) -> [Event] {
        guard state.blacklisting == nil else { throw .blacklisted }
        guard let known = state.details else { return [.registered(details)] }
        guard details == known else { throw .alreadyRegistered }
        return []
    }

    private static func verify(
        _ verification: CompanyVerified,
        _ today: CalendarDate,
        _ details: CompanyRegistered,
        _ state: State
    ) throws(Rejection) -> [Event] {
        guard state.blacklisting == nil else { throw .blacklisted }
        let unchecked = details.kind.requiredChecks.filter { !verification.checks.contains($0) }
        guard unchecked.isEmpty else { throw .checksMissing(unchecked) }
        let required = details.kind.requiredDocuments
        let missing = required.filter { (state.coverage(of: $0) ?? .earliest) < today }
        guard missing.isEmpty else { throw .documentsMissing(missing) }
        guard verification.reverifyBy >= today else { throw .reverificationPast }
        let latest = required.compactMap { state.coverage(of: $0) }.reduce(today.advanced(months: verificationMonths), min)
        guard verification.reverifyBy <= latest else { throw .reverificationTooFar(latest: latest) }
        return state.standing == .verified(verification) ? [] : [.verified(verification)]
    }

    private static func file(_ document: DocumentFiled, _ today: CalendarDate, _ state: State) throws(Rejection) -> [Event] {
        guard !state.documents.values.contains(where: { $0.isSame(as: document) }) else { return [] }
        if let last = document.validUntil, last < today { throw .documentExpired }
        guard state.documents.count < documentLimit else { throw .tooManyDocuments }
        return [.filed(document)]
    }

    /// What a verification rests on stays as long as it counts, or until something that covers it is filed.
    private static func withdraw(_ withdrawal: DocumentWithdrawn, _ today: CalendarDate, _ state: State) throws(Rejection) -> [Event] {
        guard let document = state.documents[withdrawal.document] else { throw .documentNotOnFile }
        var rest = state
        rest.documents[withdrawal.document] = nil
        if case .verified(let verification) = state.standing, verification.reverifyBy >= today,
            state.details?.kind.requiredDocuments.contains(document.kind) ?? false,
            (rest.coverage(of: document.kind) ?? .earliest) < verification.reverifyBy
        {
            throw .documentNeeded
        }
        return [.withdrawn(withdrawal)]
    }
}

extension Company.State {
    package var isRegistered: Bool { details != nil }

    /// Why the company may not show jobs on `today`; nil when it may.
    package func fault(on today: CalendarDate) -> ListingFault? {
        if let barrier { return barrier }
        return switch standing {
        case .verified(let verification): verification.reverifyBy >= today ? nil : .companyVerificationLapsed
        case .unverified, .rejected: .companyNotVerified
        }
    }

    /// Why nobody may post jobs of the company, not even to be vetted; nil when they may.
    package var barrier: ListingFault? {
        blacklisting != nil ? .companyBlacklisted : suspension != nil ? .companySuspended : nil
    }

    /// The last day for which a document of the kind is on file: the last of all days where one holds without end, nil where there is none.
    func coverage(of kind: DocumentKind) -> CalendarDate? {
        documents.values.filter { $0.kind == kind }.map { $0.validUntil ?? .latest }.max()
    }
}
