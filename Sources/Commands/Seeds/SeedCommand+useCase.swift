package import Access
package import Recruiting

extension SeedCommand {
    /// What the line asks for.
    /// - Parameter file: gives what lies beside the seeds under a name.
    package func useCase(_ documents: CompanyDocuments, file: (String) throws -> [UInt8]) throws -> any UseCase {
        switch action {
        case .openSeries(let id, let opened): return OpenSeries(id, opened)
        case .publishPolicy(let id, let policy): return PublishPolicy(id, policy)
        case .registerCompany(let details): return RegisterCompany(details)
        case .fileDocument(let company, let kind, let name, let validUntil, let by):
            let bytes = try file(name)
            let id = CompanyDocuments.id(key, of: bytes)
            return FileDocument(try DocumentFiled(id, kind, file: bytes, validUntil: validUntil, by: by), bytes, of: company, in: documents)
        case .verifyCompany(let id, let verified): return JudgeCompany(id, .verify(verified))
        case .postJob(let id, let posting): return PostJob(id, posting)
        case .vetJob(let id, let reviewer): return VetJobs([id], .approve(by: reviewer, checks: nil))
        case .scheduleSession(let id, let plan): return ScheduleSession(id, plan)
        case .shelve(let id, let jobs): return ChangeSession(id, .shelve(jobs, skipping: false))
        }
    }
}
