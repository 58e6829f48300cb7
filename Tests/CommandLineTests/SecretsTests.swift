import Foundation
import Testing

/// Whatever is wrong with what names the database: no part of a password reaches a terminal or a journal.
@Suite(.timeLimit(.minutes(10))) struct `A password in DATABASE_URL` {
    /// `geheim` stands wherever a password, or a piece of one, may.
    static let urls = [
        "\"postgresql://app:geheim@127.0.0.1/x\"", "'postgresql://app:geheim@127.0.0.1/x'", "\"postgresql://app:geheim@127.0.0.1/x",
        "postgresql://app:geheim@127.0.0.1:1/x", "postgresql://app:ge@heim@127.0.0.1:1/x", "postgresql://app:ge/geheim@127.0.0.1:1/x",
        "postgresql://app:geheim/1@127.0.0.1:1/x", "postgresql://app:123/geheim@127.0.0.1:1/x", "postgresql://app:ge?geheim@127.0.0.1:1/x",
        "postgresql://app:ge#geheim@127.0.0.1:1/x", "postgresql://app:ge%geheim@127.0.0.1:1/x", "postgresql://app:geheim%00@127.0.0.1:1/x",
        "postgresql://app:[geheim@127.0.0.1:1/x", "postgresql://app:1@[geheim:1/x", "postgresql://app:1@geheim@127.0.0.1/x",
        "postgresql://app:geheim", "postgresql://app:geheim/x", "postgresql://app:geheim@127.0.0.1:geheim/x",
        "postgresql://app:geheim@127.0.0.1:0/x",
        "postgresql://app:geheim@127.0.0.1:99999/x", "postgresql://app:geheim@127.0.0.1:1/x?schema=geheim",
        "postgresql://app:geheim@127.0.0.1:1/x?geheim",
        "postgresql://app:geheim@127.0.0.1:1/x?a=b=geheim", "postgresql://app:geheim@127.0.0.1:1/x?pgbouncer=true",
        "postgresql://app;geheim@127.0.0.1:1/x",
        "postgresql://app:geheim@127.0.0.1:1/x?port=geheim", "postgresql://127.0.0.1:1/x?user=app&password=geheim&password2=geheim",
        "postgresql:/app:geheim@127.0.0.1/x", "postgresql:app:geheim@127.0.0.1/x", "postgresql//app:geheim@127.0.0.1/x",
        "postgers://app:geheim@127.0.0.1/x",
        "jdbc:postgresql://127.0.0.1/x?user=app&password=geheim", "mysql://app:geheim@127.0.0.1/x", "app:geheim@127.0.0.1/x", "geheim",
        " postgresql://app:geheim@127.0.0.1/x", "host=127.0.0.1 port=1 user=app password=geheim geheim",
        "host=127.0.0.1 port=1 password='geheim",
        "host=127.0.0.1 port=1 passwrod=geheim", "host=127.0.0.1 port=geheim", "host=127.0.0.1;port=1;password=geheim",
        "password=ge heim=geheim",
        "Server=127.0.0.1;User=app;Password=geheim", "host=127.0.0.1 port=1 dbname='postgresql://app:geheim@127.0.0.1/x'",
        "host=127.0.0.1 port=1 user='app:geheim'", "host=127.0.0.1 port=1 password=geheim\\", "host='a b geheim' port=1", "=geheim",
        "geheim=",
        "postgresql://app:geheim@127.0.0.1:1,127.0.0.1:geheim/x", "postgresql://app:geheim@127.0.0.1,127.0.0.1:1:geheim/x", "postgresql://",
        "postgresql://app:%67eheim@127.0.0.1:1/ge%40geheim", "postgresql://app:geheim\n@127.0.0.1:1/x",
        "DATABASE_URL=postgresql://app:geheim@127.0.0.1/x",
    ]

    @Test(arguments: urls) func `is never told`(url: String) async throws {
        let run = try await Run(["status"], environment: ["DATABASE_URL": url])
        #expect(run.code != 0 && run.signal == 0)
        #expect(!run.output.isEmpty && !run.output.contains("geheim") && !run.output.contains("heim@"), "\(run.output)")
    }

    @Test(arguments: ["serve", "migrate", "seed", "tail", "rebuild", "check", "status", "prune"]) func `is told by no command`(name: String)
        async throws
    {
        for url in [
            "postgresql://app:geheim@127.0.0.1:1/x", "\"postgresql://app:geheim@127.0.0.1/x\"", "postgresql://app:ge@geheim@127.0.0.1/x",
        ] {
            let seeds = name == "seed" ? [URL(filePath: #filePath).appending(path: "../../../seeds").standardized.path] : []
            for run in [
                try await Run([name] + seeds, environment: ["DATABASE_URL": url, "JOBCAST_LOG_LEVEL": "trace"]),
                try await Run([name] + seeds + ["--database-url", url]),
                try await Run([name] + seeds, environment: ["DATABASE_URL": "", "DATABASE_URL_FILE": url]),
                try await Run([name] + seeds + ["--config", url]), try await Run([name, "--databaseurl", url]),
                try await Run([name, url, url]),
            ] {
                #expect(run.code != 0 && run.signal == 0, "\(run.output)")
                #expect(!run.output.contains("geheim"), "\(run.output)")
            }
        }
    }
}
