extension Submission.Event {
    package var data: any EventData {
        switch self {
        case .submitted(let data): data
        case .delivered(let data): data
        case .viewed(let data): data
        case .contacted(let data): data
        case .interviewScheduled(let data): data
        case .offerMade(let data): data
        case .hired(let data): data
        case .rejected(let data): data
        case .noted(let data): data
        case .followedUp(let data): data
        case .withdrawn(let data): data
        case .responseOverdue(let data): data
        case .retentionChecked(let data): data
        case .rated(let data): data
        }
    }

    package init(type: String, data: [UInt8]) throws(UnreadableEvent) {
        switch type {
        case ResumeSubmitted.type: self = .submitted(try ResumeSubmitted(json: data))
        case SubmissionDelivered.type: self = .delivered(try SubmissionDelivered(json: data))
        case SubmissionViewed.type: self = .viewed(try SubmissionViewed(json: data))
        case CandidateContacted.type: self = .contacted(try CandidateContacted(json: data))
        case InterviewScheduled.type: self = .interviewScheduled(try InterviewScheduled(json: data))
        case OfferMade.type: self = .offerMade(try OfferMade(json: data))
        case CandidateHired.type: self = .hired(try CandidateHired(json: data))
        case SubmissionRejected.type: self = .rejected(try SubmissionRejected(json: data))
        case SubmissionNoted.type: self = .noted(try SubmissionNoted(json: data))
        case CandidateFollowedUp.type: self = .followedUp(try CandidateFollowedUp(json: data))
        case SubmissionWithdrawn.type: self = .withdrawn(try SubmissionWithdrawn(json: data))
        case ResponseOverdue.type: self = .responseOverdue(try ResponseOverdue(json: data))
        case RetentionChecked.type: self = .retentionChecked(try RetentionChecked(json: data))
        case ServiceRated.type: self = .rated(try ServiceRated(json: data))
        default: throw .unknownType(type)
        }
    }
}
