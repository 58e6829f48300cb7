extension Company.Rejection {
    package var values: [String: String] {
        switch self {
        case .reverificationTooFar(let latest): ["latest": "\(latest)"]
        case .documentsMissing(let kinds): ["documents": kinds.map(\.rawValue).joined(separator: ", ")]
        case .checksMissing(let checks): ["checks": checks.map(\.rawValue).joined(separator: ", ")]
        case .tooManyDocuments: ["limit": "\(Company.documentLimit)"]
        default: [:]
        }
    }

    package var code: String {
        switch self {
        case .notRegistered: "company-not-registered"
        case .alreadyRegistered: "company-already-registered"
        case .blacklisted: ListingFault.companyBlacklisted.rawValue
        case .reverificationPast: "reverification-past"
        case .reverificationTooFar: "reverification-too-far"
        case .documentsMissing: "documents-missing"
        case .checksMissing: "checks-missing"
        case .documentExpired: "document-expired"
        case .documentNeeded: "document-needed"
        case .documentNotOnFile: "document-not-on-file"
        case .tooManyDocuments: "too-many-documents"
        }
    }

    package var explanation: String {
        switch self {
        case .notRegistered: "There is no such company; register it first."
        case .alreadyRegistered: "This company is registered already with other details; use the one that exists, or revise it."
        case .blacklisted: ListingFault.companyBlacklisted.explanation
        case .reverificationPast: "The date to verify the company again is past; give a date from today on."
        case .reverificationTooFar(let latest):
            "A verification counts for at most six months, and no longer than the documents that it rests on; give a date up to \(latest)."
        case .documentsMissing(let kinds): "What must be on file and valid isn't: \(kinds.map(\.rawValue).joined(separator: ", "))."
        case .checksMissing(let checks): "What must be checked wasn't: \(checks.map(\.rawValue).joined(separator: ", "))."
        case .documentExpired: "The document's last day is past; file one that is valid."
        case .documentNeeded: "The company's verification rests on this document; file what takes its place first."
        case .documentNotOnFile: "This document is not on file; look at those that are."
        case .tooManyDocuments: "A company has at most \(Company.documentLimit) documents on file; withdraw one first."
        }
    }
}
