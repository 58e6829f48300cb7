package import EventSourcing

/// A person who applies: keys, consents, erasure; never the personal data itself in clear.
package enum Candidate: Decider {
    package enum State: Hashable, Sendable {
        case unregistered
        case registered(Person)
        /// Processing stops here; keys live on until the legal period ends.
        case erasing(keys: Set<KeyID>)
    }

    package struct Person: Hashable, Sendable {
        package var profile: Sealed?
        /// Everything this person's data was sealed with.
        package var keys: Set<KeyID> = []
        /// The version of the notice agreed to, by receiving company.
        package var consents: [CompanyID: String] = [:]

        package init() {}
    }

    package enum Command: Hashable, Sendable {
        case register
        case sealProfile(ProfileSealed)
        case giveConsent(ConsentGiven)
        case withdrawConsent(ConsentWithdrawn)
        case requestErasure
        /// Notes that the key was destroyed. Whoever commands it knows that the legal period is over.
        case destroyKey(SubjectKeyDestroyed)
    }

    package enum Event: DomainEvent {
        case registered(CandidateRegistered)
        case profileSealed(ProfileSealed)
        case consentGiven(ConsentGiven)
        case consentWithdrawn(ConsentWithdrawn)
        case erasureRequested(ErasureRequested)
        case keyDestroyed(SubjectKeyDestroyed)
    }

    package enum Rejection: String, Recruiting.Rejection {
        case notRegistered = "candidate-not-registered"
        case erasureRequested = "erasure-requested"
        case erasureNotRequested = "erasure-not-requested"
    }

    package static let initial = State.unregistered

    package static func stream(_ id: CandidateID) -> StreamName {
        StreamName(category: "candidate", id: id)
    }

    package static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch (command, state) {
        case (.register, .unregistered): return [.registered(CandidateRegistered())]
        case (.register, .registered): return []
        case (_, .unregistered): throw .notRegistered
        case (.sealProfile(let profile), .registered(let person)):
            return person.profile == profile.sealed ? [] : [.profileSealed(profile)]
        case (.giveConsent(let consent), .registered(let person)):
            return person.consents[consent.recipient] == consent.noticeVersion ? [] : [.consentGiven(consent)]
        case (.withdrawConsent(let withdrawal), .registered(let person)):
            return person.consents[withdrawal.recipient] == nil ? [] : [.consentWithdrawn(withdrawal)]
        case (.requestErasure, .registered): return [.erasureRequested(ErasureRequested())]
        case (.destroyKey, .registered): throw .erasureNotRequested
        case (.requestErasure, .erasing), (.withdrawConsent, .erasing): return []
        case (.destroyKey(let destruction), .erasing(let keys)):
            return keys.contains(destruction.key) ? [.keyDestroyed(destruction)] : []
        case (_, .erasing): throw .erasureRequested
        }
    }

    package static func apply(_ event: Event, to state: inout State) {
        switch (event, state) {
        case (.registered, _): state = .registered(Person())
        case (.profileSealed(let profile), .registered(var person)):
            person.profile = profile.sealed
            person.keys.insert(profile.sealed.key)
            state = .registered(person)
        case (.consentGiven(let consent), .registered(var person)):
            person.consents[consent.recipient] = consent.noticeVersion
            state = .registered(person)
        case (.consentWithdrawn(let withdrawal), .registered(var person)):
            person.consents[withdrawal.recipient] = nil
            state = .registered(person)
        case (.erasureRequested, .registered(let person)): state = .erasing(keys: person.keys)
        case (.keyDestroyed(let destruction), .erasing(let keys)): state = .erasing(keys: keys.subtracting([destruction.key]))
        default: break
        }
    }
}

extension Candidate.State {
    /// Whether the person has asked for erasure, so that nothing more may be processed.
    package var isErased: Bool {
        if case .erasing = self { true } else { false }
    }
}

package struct CandidateRegistered: EventData {
    package static let type = "CandidateRegistered"

    package init() {}
}

package struct ProfileSealed: EventData {
    package static let type = "ProfileSealed"
    package let sealed: Sealed

    package init(sealed: Sealed) {
        self.sealed = sealed
    }
}

package struct ConsentGiven: EventData {
    package static let type = "ConsentGiven"
    package let recipient: CompanyID
    package let noticeVersion: String

    package init(recipient: CompanyID, noticeVersion: String) throws(Invalid) {
        self.recipient = recipient
        self.noticeVersion = try noticeVersion.checkedVersion("noticeVersion")
    }
}

package struct ConsentWithdrawn: EventData {
    package static let type = "ConsentWithdrawn"
    package let recipient: CompanyID

    package init(recipient: CompanyID) {
        self.recipient = recipient
    }
}

package struct ErasureRequested: EventData {
    package static let type = "ErasureRequested"

    package init() {}
}

package struct SubjectKeyDestroyed: EventData {
    package static let type = "SubjectKeyDestroyed"
    package let key: KeyID

    package init(key: KeyID) {
        self.key = key
    }
}

extension Candidate.Event {
    package var data: any EventData {
        switch self {
        case .registered(let data): data
        case .profileSealed(let data): data
        case .consentGiven(let data): data
        case .consentWithdrawn(let data): data
        case .erasureRequested(let data): data
        case .keyDestroyed(let data): data
        }
    }

    package init(type: String, data: [UInt8]) throws(UnreadableEvent) {
        switch type {
        case CandidateRegistered.type: self = .registered(try CandidateRegistered(json: data))
        case ProfileSealed.type: self = .profileSealed(try ProfileSealed(json: data))
        case ConsentGiven.type: self = .consentGiven(try ConsentGiven(json: data))
        case ConsentWithdrawn.type: self = .consentWithdrawn(try ConsentWithdrawn(json: data))
        case ErasureRequested.type: self = .erasureRequested(try ErasureRequested(json: data))
        case SubjectKeyDestroyed.type: self = .keyDestroyed(try SubjectKeyDestroyed(json: data))
        default: throw .unknownType(type)
        }
    }
}

extension Candidate.Rejection {
    package var code: String { rawValue }

    package var explanation: String {
        switch self {
        case .notRegistered: "There is no such candidate; register first."
        case .erasureRequested: "The candidate has asked for erasure; nothing more may be processed for this person."
        case .erasureNotRequested: "The candidate has not asked for erasure; a key is destroyed only after that."
        }
    }
}
