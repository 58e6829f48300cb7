import EventStore
import FoundationEssentials
import Hummingbird
import ReadModels
import Recruiting
import Wire

/// What is sealed of a submission.
struct Resume: Codable, Hashable, Sendable {
    let name: String?
    /// As ``PhoneNumber`` writes it.
    let phone: String
    let profile: Profile?

    /// - Throws: `Invalid` for a text in which nothing is to be seen, or too much.
    init(_ submission: NewSubmission) throws(Invalid) {
        name = try submission.name?.checkedLine("name", atMost: 100)
        phone = submission.phone.description
        profile = try submission.profile.map { (profile) throws(Invalid) in
            Profile(
                education: try profile.education?.checked("profile/education", atMost: 500),
                experience: try profile.experience?.checked("profile/experience", atMost: 4_000),
                skills: try profile.skills.map { (skills) throws(Invalid) in
                    skills.isEmpty ? [] : try skills.checked("profile/skills", atMost: 100)
                },
                note: try profile.note?.checked("profile/note", atMost: 2_000)
            )
        }
    }
}

struct SubmissionRoutes {
    let ledger: Ledger
    let queries: Queries
    let keys: SubjectKeys
    let now: @Sendable () -> Timestamp

    var routes: [Route] {
        [
            Route(.post, "/v1/submissions", submit),
            Route(.get, "/v1/submissions", list),
            Route(.get, "/v1/submissions/{id}", read),
            Route(.post, "/v1/submissions/{id}/withdrawal", withdraw),
        ]
    }

    @Sendable private func submit(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: NewSubmission.self)
        let candidate = try request.caller.candidate
        let application = try await application(body, candidate)
        let recorded = try await ledger.record(request.order) { reading in
            if let session = body.session, body.channel == .live || body.channel == .replay {
                guard try await reading.session(session).plan != nil else { throw Problem.invalid([.at("/session", "is not a session")]) }
            }
            return try await decide(application, body.position, reading)
        }
        return .receipt(recorded, at: "/v1/submissions/{id}", status: .created)
    }

    private func application(_ body: NewSubmission, _ candidate: CandidateID) async throws -> Recruiting.Application {
        let resume = try Resume(body)
        return try Recruiting.Application(
            candidate: candidate,
            channel: body.channel,
            session: body.session,
            cardVersion: body.cardVersion,
            recipient: body.consent.recipient,
            noticeVersion: body.consent.noticeVersion,
            sealed: try await keys.seal(resume, of: candidate)
        )
    }

    /// The submission's events, and with the first of them what they say of the candidate.
    private func decide(_ application: Recruiting.Application, _ position: PositionID, _ reading: Reading) async throws -> Decision {
        let candidate = application.candidate
        let stream = Submission.stream(SubmissionID(candidate: candidate, position: position))
        let state = try await reading.state(Submission.self, stream)
        var person = try await reading.state(Candidate.self, Candidate.stream(candidate))
        let offer = try await reading.offer(position)
        let events = try Submission.decide(.submit(application, offer: offer, candidate: person, at: now()), state)
        var decision = Decision(stream, events, session: application.session)
        guard !events.isEmpty else { return decision }
        let consent = try ConsentGiven(recipient: application.recipient, noticeVersion: application.noticeVersion)
        var commands: [Candidate.Command] = [.register, .giveConsent(consent)]
        if !person.holds(application.sealed.key) { commands.insert(.sealProfile(ProfileSealed(sealed: application.sealed)), at: 1) }
        for command in commands {
            let events = try Candidate.decide(command, person)
            for event in events { Candidate.apply(event, to: &person) }
            decision.add(events, to: Candidate.stream(candidate))
        }
        return decision
    }

    @Sendable private func withdraw(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Submission.self)
        let reason = request.body.isEmpty ? nil : try request.body(as: Withdrawal.self).reason
        let withdrawal = try SubmissionWithdrawn(reason: reason)
        let recorded = try await ledger.record(request.order) { reading in
            let state = try await reading.state(Submission.self, Submission.stream(id))
            guard case .made(let tracking) = state, try request.caller.made(tracking.resume.candidate) else {
                throw Problem.notFound("There is no such submission of yours.")
            }
            return Decision(Submission.stream(id), try Submission.decide(.withdraw(withdrawal), state), session: tracking.resume.session)
        }
        return .receipt(recorded, at: "/v1/submissions/{id}")
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let caller = try request.caller
        let scope = try caller.scope
        return try await queries.objects(of: request, from: .max) { cursor, limit, pool in
            let (rows, next) = try await ResumeSubmissions.list(
                candidate: scope.candidate?.description,
                company: scope.company,
                before: cursor,
                limit: limit,
                in: pool
            )
            return (try await opened(rows, for: caller), next)
        }
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Submission.self)
        let caller = try request.caller
        let scope = try caller.scope
        return try await queries.one(or: "There is no such submission for you.") { pool in
            guard let row = try await ResumeSubmissions.find(id, in: pool), scope.includes(row) else { return nil }
            return try await opened([row], for: caller)[0]
        }
    }

    /// The recruiter of the receiving company sees what was sealed, and so does the candidate; nobody else.
    private func opened(_ rows: [SubmissionRow], for caller: Identity) async throws -> [[UInt8]] {
        guard caller.role == .recruiter || caller.role == .viewer else { return rows.map(\.object) }
        let resumes = try await keys.open(rows.map { ($0.sealed, $0.candidate) })
        return zip(rows, resumes).map { row, resume in
            // Both are JSON objects, neither is empty: one continues the other.
            resume.map { row.object.dropLast() + [UInt8(ascii: ",")] + encoded($0).dropFirst() } ?? row.object
        }
    }
}

/// Whose submissions a caller may see: all where neither is named.
private struct SubmissionScope {
    var candidate: CandidateID?
    var company: CompanyID?

    func includes(_ row: SubmissionRow) -> Bool {
        (candidate == nil || candidate?.description == row.candidate) && (company == nil || company == row.company)
    }
}

extension Identity {
    fileprivate var scope: SubmissionScope {
        get throws {
            switch role {
            case .viewer: return SubmissionScope(candidate: try candidate)
            case .recruiter:
                guard let company = company.flatMap({ CompanyID($0) }) else {
                    throw Problem.forbidden("The token names no company whose submissions this recruiter may see.")
                }
                return SubmissionScope(company: company)
            default: return SubmissionScope()
            }
        }
    }

    /// The candidate that a viewer is: the subject itself where it is a UUID.
    fileprivate var candidate: CandidateID {
        get throws { CandidateID(subject) ?? CandidateID(UUID(namespace: .dns, name: subject)) }
    }

    fileprivate func made(_ candidate: CandidateID) throws -> Bool {
        try role == .operator || self.candidate == candidate
    }
}

extension Candidate.State {
    fileprivate func holds(_ key: KeyID) -> Bool {
        guard case .registered(let person) = self else { return false }
        return person.keys.contains(key)
    }
}
