import Access
import Commands
import Hummingbird
import Imports
import Live
import Postgres
import Recruiting

extension LogSide {
    func routes(_ configuration: ServerConfiguration, _ feed: LiveFeed, _ readiness: Readiness, _ quotas: WriteQuotas) -> [Route] {
        [
            VisitorRoutes(signer: signer).routes,
            TicketRoutes(tickets: tickets).routes,
            CompanyRoutes(commands: commands, queries: queries, now: now).routes,
            DocumentRoutes(commands: commands, queries: queries, documents: documents).routes,
            JobRoutes(commands: commands, queries: queries, now: now).routes,
            VettingRoutes(commands: commands, queries: queries).routes,
            ImportRoutes(commands: commands, queries: queries, store: ImportStore(pool: pool), now: now).routes,
            PolicyRoutes(commands: commands, queries: queries).routes,
            SeriesRoutes(commands: commands, queries: queries).routes,
            SessionRoutes(commands: commands, queries: queries, now: now).routes,
            StaffRoutes(commands: commands, queries: queries).routes,
            StageRoutes(commands: commands, queries: queries, now: now).routes,
            QuestionRoutes(commands: commands, queries: queries, pseudonyms: pseudonyms).routes,
            SubmissionRoutes(
                commands: commands,
                queries: queries,
                candidates: candidates,
                personalData: personalData,
                openings: DataOpenings(commands),
                now: now
            ).routes,
            AnswerRoutes(commands: commands, pool: pool, personalData: personalData).routes,
            CandidateRoutes(commands: commands, queries: queries, candidates: candidates).routes,
            FollowUpRoutes(commands: commands, candidates: candidates, personalData: personalData).routes,
            ReplayRoutes(commands: commands, queries: queries).routes,
            LiveRoutes(feed: feed).routes,
            OperationRoutes(contract: contract, readiness: readiness, metrics: metrics).routes,
            StatusRoutes(readiness: readiness).routes,
            PageRoutes(feed: feed).routes,
        ].flatMap(\.self) + staffRoutes(quotas)
    }

    /// How people of the staff are known and let in.
    private func staffRoutes(_ quotas: WriteQuotas) -> [Route] {
        [
            IdentityRoutes(queries: queries, credentials: credentials).routes,
            SignInRoutes(
                signingIn: signingIn,
                callers: callers,
                queries: queries,
                credentials: credentials,
                quotas: quotas,
                now: now
            ).routes,
            ProviderRoutes(provider: provider, signingIn: signingIn, callers: callers, logger: logger).routes,
            OwnAccountRoutes(commands: commands, signingIn: signingIn, callers: callers, credentials: credentials, quotas: quotas).routes,
            AccountRoutes(
                commands: commands,
                queries: queries,
                credentials: credentials,
                signingIn: signingIn,
                signer: signer,
                now: now
            ).routes,
        ].flatMap(\.self)
    }

    func router(_ configuration: ServerConfiguration, _ quotas: WriteQuotas, routes: [Route]) -> Router<Call> {
        ContractRouter(
            contract: contract,
            callers: callers,
            metrics: metrics,
            quotas: quotas,
            origins: configuration.origins,
            proxies: configuration.proxies,
            routes: routes
        ).router()
    }
}
