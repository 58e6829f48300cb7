/// A position as it may be shown or applied for: its folded state and that of its company, each with the version read.
///
/// The shell loads both streams, and puts a condition on both where the rule must hold atomically.
package struct Offer: Hashable, Sendable {
    package let position: PositionID
    /// The version of the position's stream, by which a card is known.
    package let version: Int
    package let state: Position.State
    package let company: Company.State

    package init(_ position: PositionID, version: Int, _ state: Position.State, company: Company.State) {
        self.position = position
        self.version = version
        self.state = state
        self.company = company
    }

    /// The card that viewers see.
    /// - Throws: the first rule of vetting that the offer fails on `today`.
    package func card(on today: CalendarDate) throws(OfferFault) -> Card {
        guard let posting = state.posting else { throw .positionNotPosted }
        if let fault = company.fault(on: today) ?? state.fault(on: today) { throw fault }
        guard let details = company.details else { throw .companyNotVerified }
        return Card(position: position, version: version, posting: posting, companyName: details.name)
    }
}

/// Why a position may be neither shelved, featured nor applied for.
package enum OfferFault: String, Error, Hashable, Sendable, CaseIterable {
    case companyNotVerified = "company-not-verified"
    case companyVerificationLapsed = "company-verification-lapsed"
    case companySuspended = "company-suspended"
    case positionNotPosted = "position-not-posted"
    case positionNotVetted = "position-not-vetted"
    case positionExpired = "position-expired"
    case positionWithdrawn = "position-withdrawn"
    case noOpeningsLeft = "no-openings-left"

    package var explanation: String {
        switch self {
        case .companyNotVerified: "The position's company is not verified; a reviewer must verify it first."
        case .companyVerificationLapsed: "The verification of the position's company has lapsed; a reviewer must verify it again."
        case .companySuspended: "The position's company is suspended; a reviewer must verify it again."
        case .positionNotPosted: "There is no such position; post it first."
        case .positionNotVetted: "The position is not vetted in its present form; a reviewer must vet it first."
        case .positionExpired: "The position's last day is past; it can no longer be shown or applied for."
        case .positionWithdrawn: "The position has been withdrawn; it can no longer be shown or applied for."
        case .noOpeningsLeft: "The position has no openings left; it can no longer be shown or applied for."
        }
    }
}

/// A position as shown in a room, in one version.
package struct Card: Codable, Hashable, Sendable {
    package let position: PositionID
    package let version: Int
    package let company: CompanyID
    package let companyName: String
    package let title: String
    package let occupation: String
    package let pay: Pay
    package let place: String
    package let openings: Int
    package let conditions: String

    package init(position: PositionID, version: Int, posting: PositionPosted, companyName: String) {
        self.position = position
        self.version = version
        self.companyName = companyName
        (company, title, occupation) = (posting.company, posting.title, posting.occupation)
        (pay, place, openings, conditions) = (posting.pay, posting.place, posting.openings, posting.conditions)
    }
}
