import Foundation
import Postgres
import TestSupport
import Testing

/// The settings of a provider of identities: what can't be is said before anything starts.
@Suite(.timeLimit(.minutes(10))) struct ProviderSettingsTests {
    private static let right = [
        "JOBCAST_ADDRESS": "https://jobs.example.org/", "JOBCAST_OIDC_ISSUER": "http://127.0.0.1:1", "JOBCAST_OIDC_CLIENT_ID": "jobcast",
        "JOBCAST_OIDC_GRANTS": "groups:hosts=host@00000000-0000-4000-8000-0000000000c0,analyst; realm_access.roles:a=b=operator;\n",
    ]

    private func check(_ changes: [String: String]) async throws -> Run {
        let secret = String(repeating: "s", count: 32)
        let others = ["JOBCAST_TOKEN_SECRET": secret, "JOBCAST_MASTER_KEY": secret, "DATABASE_URL": "postgresql://127.0.0.1:1/none"]
        return try await Run(["check"], environment: others.merging(Self.right) { $1 }.merging(changes) { $1 })
    }

    @Test func `settings that can be are taken, and a provider that doesn't answer is told`() async throws {
        let run = try await check([:])
        #expect(run.code == 1 && run.output.contains("ok    configuration"), "\(run.output)")
        #expect(run.output.contains("WRONG provider of identities: http://127.0.0.1:1 can't be used: the server with its configuration"))
        let without = try await check(["JOBCAST_OIDC_ISSUER": "", "JOBCAST_OIDC_CLIENT_ID": "", "JOBCAST_OIDC_GRANTS": ""])
        #expect(without.output.contains("ok    configuration") && !without.output.contains("provider of identities"))
    }

    @Test func `an operator says whose account it is at the provider, and that it is nobody's`() async throws {
        try await withDatabase { pool, settings in
            let environment = ["JOBCAST_OIDC_ISSUER": "https://login.example.org"]
            func run(_ arguments: [String]) async throws -> Run {
                try await Run(["account", "provider"] + arguments, on: settings, environment: environment)
            }
            func owners() async throws -> [String] {
                try await pool.connection { db in
                    try db.query("SELECT account || ' ' || issuer || ' ' || subject FROM provider_identities").map { try $0.decode(0) }
                }
            }
            for (account, subject) in [("li.ming", "1"), ("li.ming", "2"), ("wang.fang", "2")] {
                let run = try await run([account, "--subject", subject])
                #expect(run.code == 0, "\(run.output)")
                #expect(try await owners() == ["\(account) https://login.example.org \(subject)"])
            }
            let freed = try await run(["wang.fang"])
            #expect(freed.code == 0, "\(freed.output)")
            #expect(try await owners().isEmpty)
            let without = try await Run(["account", "provider", "li.ming", "--subject", "1"], on: settings)
            #expect(without.code == 1 && without.output.contains("JOBCAST_OIDC_ISSUER"), "\(without.output)")
        }
    }

    @Test(arguments: [
        ("JOBCAST_OIDC_CLIENT_ID", "", "JOBCAST_OIDC_CLIENT_ID is missing"), ("JOBCAST_ADDRESS", "", "JOBCAST_ADDRESS is missing"),
        ("JOBCAST_OIDC_ISSUER", "", "and no JOBCAST_OIDC_ISSUER"),
        ("JOBCAST_OIDC_ISSUER", "http://login.example.org", "must be written like https://"),
        ("JOBCAST_OIDC_ISSUER", "login.example.org", "must be written like https://"),
        ("JOBCAST_OIDC_ISSUER", "https://a/?b=c", "must be written like"),
        ("JOBCAST_OIDC_ISSUER", "https://u:p@login.example.org", "must be written like"),
        ("JOBCAST_ADDRESS", "jobs.example.org", "address of the pages"),
        ("JOBCAST_ADDRESS", "https://jobs.example.org/jobs", "address of the pages"),
        ("JOBCAST_ADDRESS", "ftp://jobs.example.org", "address of the pages"),
        ("JOBCAST_OIDC_SCOPES", "profile email", "lacks openid"),
        ("JOBCAST_OIDC_NAME", String(repeating: "名", count: 101), "JOBCAST_OIDC_NAME"),
        ("JOBCAST_OIDC_GRANTS", "groups:hosts=hosts", "has hosts, which is no grant"),
        ("JOBCAST_OIDC_GRANTS", "groups:hosts=viewer", "no viewer"),
        ("JOBCAST_OIDC_GRANTS", "groups:hosts=recruiter", "has recruiter, which is no grant"),
        ("JOBCAST_OIDC_GRANTS", "groups:hosts=host@91450", "which is no grant"),
        ("JOBCAST_OIDC_GRANTS", "groups:hosts=host,", "which is no grant"),
        ("JOBCAST_OIDC_GRANTS", "hosts=host", "not written like"), ("JOBCAST_OIDC_GRANTS", "groups:hosts", "not written like"),
        ("JOBCAST_OIDC_GRANTS", ":hosts=host", "names no claim"), ("JOBCAST_OIDC_GRANTS", "groups:=host", "names no claim or no value"),
    ])
    func `settings that can't be are refused with what to do`(name: String, value: String, reason: String) async throws {
        let run = try await check([name: value])
        #expect(run.code == 1 && run.output.contains("WRONG") && run.output.contains(reason), "\(run.output)")
    }
}
