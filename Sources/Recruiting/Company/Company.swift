package import EventSourcing

/// An employer, and whether it has been verified lately: "企业可靠".
package enum Company: Decider {
    package enum State: Hashable, Sendable {
        case unregistered
        case registered(CompanyRegistered, Standing)
    }

    package enum Standing: Hashable, Sendable {
        case unverified
        case verified(CompanyVerified)
        case rejected(CompanyRejected)
        case suspended(CompanySuspended)
    }

    package enum Command: Hashable, Sendable {
        case register(CompanyRegistered)
        /// Renews an earlier verification, lifts a rejection or a suspension.
        case verify(CompanyVerified, at: Timestamp)
        case reject(CompanyRejected)
        case suspend(CompanySuspended)
    }

    package enum Event: DomainEvent {
        case registered(CompanyRegistered)
        case verified(CompanyVerified)
        case rejected(CompanyRejected)
        case suspended(CompanySuspended)
    }

    package enum Rejection: Recruiting.Rejection, Hashable {
        case notRegistered
        case alreadyRegistered
        case reverificationPast
        case reverificationTooFar(latest: CalendarDate)
    }

    package static let initial = State.unregistered

    package static func stream(_ id: CompanyID) -> StreamName {
        StreamName(category: "company", id: id)
    }

    package static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch (command, state) {
        case (.register(let details), .unregistered):
            return [.registered(details)]
        case (.register(let details), .registered(let known, _)):
            guard details == known else { throw .alreadyRegistered }
            return []
        case (_, .unregistered):
            throw .notRegistered
        case (.verify(let verification, let at), .registered(_, let standing)):
            try check(verification, at.chinaDate)
            return standing == .verified(verification) ? [] : [.verified(verification)]
        case (.reject(let rejection), .registered(_, let standing)):
            return standing == .rejected(rejection) ? [] : [.rejected(rejection)]
        case (.suspend(let suspension), .registered(_, let standing)):
            if case .suspended = standing { return [] }
            return [.suspended(suspension)]
        }
    }

    package static func apply(_ event: Event, to state: inout State) {
        switch (event, state) {
        case (.registered(let details), _): state = .registered(details, .unverified)
        case (_, .unregistered): break
        case (.verified(let verification), .registered(let details, _)): state = .registered(details, .verified(verification))
        case (.rejected(let rejection), .registered(let details, _)): state = .registered(details, .rejected(rejection))
        case (.suspended(let suspension), .registered(let details, _)): state = .registered(details, .suspended(suspension))
        }
    }

    /// Months until a verification must be repeated, at most. Source: 《关于规范网络平台招聘类信息发布的通知》 (2025-12-25).
    package static let verificationMonths = 6

    private static func check(_ verification: CompanyVerified, _ today: CalendarDate) throws(Rejection) {
        let latest = today.advanced(months: verificationMonths)
        guard verification.reverifyBy >= today else { throw .reverificationPast }
        guard verification.reverifyBy <= latest else { throw .reverificationTooFar(latest: latest) }
    }
}

extension Company.State {
    package var details: CompanyRegistered? {
        guard case .registered(let details, _) = self else { return nil }
        return details
    }

    /// Why the company may not show jobs on `today`; nil when it may.
    package func fault(on today: CalendarDate) -> ListingFault? {
        switch self {
        case .registered(_, .verified(let verification)): verification.reverifyBy >= today ? nil : .companyVerificationLapsed
        case .registered(_, .suspended): .companySuspended
        case .unregistered, .registered: .companyNotVerified
        }
    }
}

package struct CompanyRegistered: EventData {
    package static let type = "CompanyRegistered"
    package let name: String
    package let uscc: UnifiedSocialCreditCode
    package let region: Region

    package init(name: String, uscc: UnifiedSocialCreditCode, region: Region) throws(Invalid) {
        self.name = try name.checkedLine("name", atMost: 100)
        self.uscc = uscc
        self.region = region
    }
}

package struct CompanyVerified: EventData {
    package static let type = "CompanyVerified"
    package let by: Subject
    package let checks: [String]
    /// The last day on which this verification counts.
    package let reverifyBy: CalendarDate

    package init(by: Subject, checks: [String], reverifyBy: CalendarDate) throws(Invalid) {
        self.by = by
        self.checks = try checks.checked("checks", atMost: 200)
        self.reverifyBy = reverifyBy
    }
}

package struct CompanyRejected: EventData {
    package static let type = "CompanyRejected"
    package let by: Subject
    package let findings: [String]

    package init(by: Subject, findings: [String]) throws(Invalid) {
        self.by = by
        self.findings = try findings.checked("findings", atMost: 500)
    }
}

package struct CompanySuspended: EventData {
    package static let type = "CompanySuspended"
    package let by: Subject
    package let reason: String

    package init(by: Subject, reason: String) throws(Invalid) {
        self.by = by
        self.reason = try reason.checked("reason", atMost: 500)
    }
}

extension Company.Event {
    package var data: any EventData {
        switch self {
        case .registered(let data): data
        case .verified(let data): data
        case .rejected(let data): data
        case .suspended(let data): data
        }
    }

    package init(type: String, data: [UInt8]) throws(UnreadableEvent) {
        switch type {
        case CompanyRegistered.type: self = .registered(try CompanyRegistered(json: data))
        case CompanyVerified.type: self = .verified(try CompanyVerified(json: data))
        case CompanyRejected.type: self = .rejected(try CompanyRejected(json: data))
        case CompanySuspended.type: self = .suspended(try CompanySuspended(json: data))
        default: throw .unknownType(type)
        }
    }
}

extension Company.Rejection {
    package var values: [String: String] {
        if case .reverificationTooFar(let latest) = self { ["latest": "\(latest)"] } else { [:] }
    }

    package var code: String {
        switch self {
        case .notRegistered: "company-not-registered"
        case .alreadyRegistered: "company-already-registered"
        case .reverificationPast: "reverification-past"
        case .reverificationTooFar: "reverification-too-far"
        }
    }

    package var explanation: String {
        switch self {
        case .notRegistered: "There is no such company; register it first."
        case .alreadyRegistered: "This company is registered already with other details; use the one that exists."
        case .reverificationPast: "The date to verify the company again is past; give a date from today on."
        case .reverificationTooFar(let latest): "A verification counts for at most six months; give a date up to \(latest)."
        }
    }
}
