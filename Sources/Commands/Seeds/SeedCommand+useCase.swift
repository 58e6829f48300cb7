package import Recruiting

extension SeedCommand {
    /// What the line asks for.
    package var useCase: any UseCase {
        switch action {
        case .openSeries(let id, let opened): OpenSeries(id, opened)
        case .publishPolicy(let id, let policy): PublishPolicy(id, policy)
        case .registerCompany(let details): RegisterCompany(details)
        case .verifyCompany(let id, let verified): JudgeCompany(id, .verify(verified))
        case .postJob(let id, let posting): PostJob(id, posting)
        case .vetJob(let id, let vetted): VetJobs([id], .approve(vetted))
        case .scheduleSession(let id, let plan): ScheduleSession(id, plan)
        case .shelve(let id, let jobs): ChangeSession(id, .shelve(jobs))
        }
    }
}
