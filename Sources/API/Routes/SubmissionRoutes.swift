import Access
import Commands
import EventStore
import FoundationEssentials
import Hummingbird
import ReadModels
import Recruiting
import Wire

/// What is sealed of a submission.
struct Resume: Codable, Hashable, Sendable {
    let name: String?
    /// The telephone number as ``PhoneNumber`` writes it.
    let phone: String?
    let profile: Profile?

    /// What a list tells of it.
    var nameOnly: Resume { Resume(name: name, phone: nil, profile: nil) }

    private init(name: String?, phone: String?, profile: Profile?) {
        (self.name, self.phone, self.profile) = (name, phone, profile)
    }

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
    let commands: CommandHandler
    let queries: Queries
    let candidates: Candidates
    let personalData: PersonalData
    let openings: DataOpenings
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
        let submission = SubmitResume(try await application(body, request.caller), to: body.job, candidates)
        return .receipt(try await commands.handle(submission, request.write), at: "/v1/submissions/{id}", status: .created)
    }

    private func application(_ body: NewSubmission, _ caller: Identity) async throws -> SubmissionDraft {
        let isStaffs = body.channel == .walkIn || body.channel == .phone
        if isStaffs, !caller.isOperator {
            throw AccessError.forbidden("Only staff record who came in person or called; leave the channel out.")
        }
        let candidate = try await isStaffs ? candidates.candidate(of: body.phone) : candidate(of: caller, to: body.job)
        let resume = try Resume(body)
        return try SubmissionDraft(
            candidate: candidate,
            session: body.session,
            staffChannel: isStaffs ? body.channel : nil,
            cardVersion: body.cardVersion,
            recipient: body.consent.recipient,
            noticeVersion: body.consent.noticeVersion,
            sealed: try await personalData.encrypt(resume, of: candidate)
        )
    }

    /// Whom of those that the caller is a résumé to `job` is of: who has sent one already, so that a repeat answers with the first, else
    /// the last.
    private func candidate(of caller: Identity, to job: JobID) async throws -> CandidateID {
        let people = try await candidates.applying(caller)
        let streams = people.map { Submission.stream(candidates.submission(of: $0, to: job)) }
        // Nearly everybody is one, and asks nothing more.
        guard people.count > 1 else { return people[0] }
        let states = try await commands.read { try await $0.look(at: streams, Submission.self) }
        return people[streams.lastIndex { states[$0]?.isActive == true } ?? people.count - 1]
    }

    @Sendable private func withdraw(_ request: CheckedRequest) async throws -> Response {
        let body = request.body.isEmpty ? nil : try request.body(as: Withdrawal.self)
        let reason = try body?.reason?.checked("reason", atMost: 500)
        let caller = try request.caller
        let people = caller.isOperator ? nil : try await candidates.candidates(of: caller)
        let withdrawal = WithdrawSubmission(try request.id(), of: people, reason: reason, personalData)
        return .receipt(try await commands.handle(withdrawal, request.write), at: "/v1/submissions/{id}")
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let caller = try request.caller
        let list = ResumeSubmissions.list(
            request.listOrder() ?? .newest,
            try await scope(of: caller),
            status: request.query("status"),
            job: request.query("job").flatMap { JobID($0) },
            due: request.query("due").flatMap { ResumeSubmissions.Due(rawValue: $0) }.map { ($0, on: now().chinaDate) }
        )
        // Who only wants to know what waits opens nothing.
        let isSealed = request.query("personal") == "none"
        return try await queries.page(of: request, list) { rows, _ in
            isSealed ? rows.map(\.object) : try await opened(rows, for: caller, in: .list)
        }
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Submission.self)
        let caller = try request.caller
        let scope = try await scope(of: caller)
        return try await queries.one(or: "There is no such submission for you.") { pool in
            guard let row = try await ResumeSubmissions.find(id, in: pool), scope.includes(row) else { return nil }
            return try await opened([row], for: caller, in: .whole)[0]
        }
    }

    private func scope(of caller: Identity) async throws -> ResumeSubmissions.Scope {
        guard !caller.isViewer else { return .candidates(try await candidates.candidates(of: caller)) }
        guard let companies = caller.organisations(.readSubmissions), let offices = caller.organisations(.followUp) else { return .all }
        return .organisations(companies: companies, offices: offices)
    }
}

extension SubmissionRoutes {
    private enum View {
        /// Of many; of each a company sees the name only.
        case list
        case whole
    }

    /// The rows with what the caller may read of what was sealed. That is decided by the log, and not by the read models, which may
    /// not have heard yet that a résumé was taken back or a company suspended.
    private func opened(_ rows: [SubmissionRow], for caller: Identity, in view: View) async throws -> [[UInt8]] {
        let (letters, changes) = try await commands.read { reads in
            (try await openable(rows, for: caller, reads), caller.isViewer ? try await differences(of: rows, reads) : [:])
        }
        if !caller.isViewer {
            let read = zip(rows, letters).filter { $1.resume != nil || $1.withdrawal != nil }.map { $0.0.id }
            try await openings.note(read, to: caller)
        }
        let resumes = try await personalData.open(letters.map(\.resume), as: Resume.self).enumerated().map { index, resume in
            caller.isViewer || view == .whole && letters[index].isViewed ? resume : resume?.nameOnly
        }
        let reasons = try await personalData.open(letters.map(\.withdrawal), as: WithdrawSubmission.Reason.self)
        return rows.indices.map { index in
            let told = Self.adding(reasons[index], to: Self.adding(resumes[index], to: rows[index].object))
            return Self.adding(changes[rows[index].id].map { ["changed": $0] }, to: told)
        }
    }

    /// For each résumé that was sent to a job which reads otherwise by now, what does: between the version that was applied for and the
    /// newest that a reviewer vouches for.
    private func differences(of rows: [SubmissionRow], _ reads: ReadSet) async throws -> [SubmissionID: JobChanges] {
        let states = try await reads.look(at: rows.map { Submission.stream($0.id) }, Submission.self)
        let histories = try await reads.histories(of: Array(Set(rows.map(\.job))))
        return rows.reduce(into: [:]) { changes, row in
            guard case .made(let tracking) = states[Submission.stream(row.id)], let history = histories[row.job],
                let now = history.vettedVersion, now > tracking.resume.cardVersion,
                let before = history.posting(at: tracking.resume.cardVersion), let after = history.posting(at: now)
            else { return }
            let differences = before.differences(to: after)
            if !differences.isEmpty { changes[row.id] = JobChanges(from: tracking.resume.cardVersion, to: now, changes: differences) }
        }
    }

    /// The sealed part of each row that the caller may open.
    private func openable(_ rows: [SubmissionRow], for caller: Identity, _ reads: ReadSet) async throws -> [Letters] {
        let states = try await reads.states(Submission.self, rows.map { Submission.stream($0.id) })
        let made: [Submission.Tracking?] = rows.map { row in
            guard case .made(let tracking) = states[Submission.stream(row.id)] else { return nil }
            return tracking
        }
        guard !caller.isViewer else { return made.map { Letters($0, for: .candidate) } }
        let companies = try await reads.states(Company.self, Array(Set(rows.map { Company.stream($0.company) })))
        let people = try await reads.states(
            Candidate.self,
            Array(Set(made.compactMap { $0.map { Candidate.stream($0.resume.candidate) } }))
        )
        let today = now().chinaDate
        return zip(rows, made).map { row, tracking in
            guard let tracking else { return Letters(nil, for: .candidate) }
            let person = people[Candidate.stream(tracking.resume.candidate)] ?? Candidate.initial
            if caller.isRecruiter(of: tracking.resume.company) {
                let company = companies[Company.stream(tracking.resume.company)] ?? Company.initial
                return Letters(tracking, for: .receiver(company, candidate: person, on: today))
            }
            let owner = Owner(organisation: row.organisation, company: row.company, session: row.session)
            let isCaseWorker = caller.grants.contains { $0.role == .caseWorker } && caller.may(.followUp, owner)
            return Letters(isCaseWorker ? tracking : nil, for: .caseWorker(candidate: person))
        }
    }

    /// `object` with the members of `more`, if it has any: two JSON objects, of which one text continues the other.
    private static func adding(_ more: (some Encodable)?, to object: [UInt8]) -> [UInt8] {
        guard let members = more.map({ encoded($0).dropFirst() }), members.count > 1 else { return object }
        return object.dropLast() + [UInt8(ascii: ",")] + members
    }
}

/// What a reader may open of one submission, and under whose key it is.
private struct Letters {
    typealias Letter = (sealed: Sealed, candidate: CandidateID)

    let resume: Letter?
    let withdrawal: Letter?
    /// Whether somebody of the company has opened it, or a case worker sees to it.
    let isViewed: Bool

    init(_ tracking: Submission.Tracking?, for reader: Submission.Reader) {
        resume = tracking.flatMap { tracking in tracking.resume(for: reader).map { ($0, tracking.resume.candidate) } }
        withdrawal = tracking.flatMap { tracking in tracking.withdrawal(for: reader).map { ($0, tracking.resume.candidate) } }
        isViewed = if case .receiver = reader { tracking?.stage != .submitted } else { true }
    }
}

/// `POST /v1/submissions/{id}/withdrawal`
private struct Withdrawal: Decodable {
    let reason: String?
}
