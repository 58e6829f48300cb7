import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct SettingsTests {
    static let token = ["token", "--grant", "viewer", "--subject", "li.ming"]

    /// Runs `jobcast token` with a file of settings, and no secret from elsewhere.
    static func run(_ lines: [UInt8], _ environment: [String: String] = [:]) async throws -> Run {
        let file = FileManager.default.temporaryDirectory.appending(path: "jobcast-settings-\(UUID().uuidString)")
        try Data(lines).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await Run(token + ["--config", file.path], environment: ["JOBCAST_TOKEN_SECRET": ""].merging(environment) { $1 })
    }

    @Test(arguments: [
        "JOBCAST_TOKEN_SECRET=short\n", "# first\r\nJOBCAST_TOKEN_SECRET=short\r\nJOBCAST_DRAIN=1\r\n",
        "JOBCAST_DRAIN=1\rJOBCAST_TOKEN_SECRET=short\r",
        "export JOBCAST_TOKEN_SECRET=short", "  export  JOBCAST_TOKEN_SECRET = short  ", "JOBCAST_TOKEN_SECRET = \"short\"",
        "JOBCAST_TOKEN_SECRET='short'\n", "\u{feff}JOBCAST_TOKEN_SECRET=short", "\r\n\r\n\tJOBCAST_TOKEN_SECRET=short",
    ])
    func `a file of settings is read however its lines are written`(text: String) async throws {
        let run = try await Self.run(Array(text.utf8))
        #expect(run.code == 1 && run.output.contains("JOBCAST_TOKEN_SECRET has 5 bytes"), "\(run.output)")
    }

    @Test(arguments: [
        ("JOBCAST_PROT=1", "line 1: JOBCAST_PROT is no setting; is JOBCAST_PORT meant?"),
        ("\r\n\r\njobcast_port=1", "line 3: jobcast_port is no setting; is JOBCAST_PORT meant?"),
        ("DATABSE_URL=postgresql://u:geheim@127.0.0.1/x", "is DATABASE_URL meant?"),
        ("PGPASSWORD=geheim", "line 1: there is no such setting"),
        ("geheim==", "line 1: there is no such setting"), ("JOBCAST_CONFIG=x", "there is no such setting"),
        ("JOBCAST_PORT 8080", "write NAME=value"),
        ("geheim", "write NAME=value"), ("JOBCAST_PORT=1\nJOBCAST_PORT=2", "line 2: JOBCAST_PORT stands here twice"),
        ("JOBCAST_PORT=\"geheim", "begins with a quote that doesn't end"), ("", "it holds no setting"),
        ("# JOBCAST_PORT=1\r\n\r\n", "it holds no setting"),
        ("JOBCAST_TOKEN_SECRET=\(String(repeating: "s", count: 32))\nJOBCAST_TOKEN_SECRET_FILE=/geheim", "are both given"),
        ("JOBCAST_TOKEN_SECRET_FILE=/geheim/geheim", "JOBCAST_TOKEN_SECRET_FILE names can't be read"),
    ])
    func `what a file of settings says in vain is refused, and no value is told`(text: String, reason: String) async throws {
        let run = try await Self.run(Array(text.utf8))
        #expect(run.code != 0 && run.signal == 0 && run.output.contains(reason), "\(run.output)")
        #expect(!run.output.contains("geheim"), "\(run.output)")
    }

    @Test(arguments: ["/nowhere/at/all", "/tmp", ""]) func `a file of settings that can't be read is an error`(path: String) async throws {
        let run = try await Run(Self.token + ["--config", path])
        #expect(run.code == 1 && run.output.contains("--config names can't be read"), "\(run.output)")
        #expect(try await Self.run([0xff, 0xfe, 0x4a, 0]).output.contains("--config names can't be read"))
    }

    @Test(arguments: [
        ("JOBCAST_MAX_VIEWERS", "-1", "must be a number"), ("JOBCAST_PORT", "80a", "must be a number"),
        ("JOBCAST_ORIGINS", "https://*.example.com", "JOBCAST_ORIGINS has"), ("JOBCAST_LOG_LEVEL", "loud", "is none of"),
        ("JOBCAST_CONNECTIONS", "1", "must be a number"),
    ])
    func `a check names a setting that no server takes`(name: String, value: String, reason: String) async throws {
        let run = try await Run(["check"], environment: [name: value])
        #expect(run.code == 1 && run.output.contains("WRONG") && run.output.contains(reason), "\(run.output)")
        #expect(!run.output.contains("ok    configuration"), "\(run.output)")
    }

    @Test func `a misspelt variable is warned of and a quoted value refused`() async throws {
        let warned = try await Run(Self.token, environment: ["JOBCAST_MASTER_KEYS": "geheim"])
        #expect(
            warned.code == 0
                && warned.output.contains(
                    "JOBCAST_MASTER_KEYS in the environment is no setting and does nothing; is JOBCAST_MASTER_KEY meant?"
                )
        )
        for name in ["jobcast_port", "JOBCAST_CONFIG_FILE", "DATABASE_URI"] {
            #expect(try await Run(Self.token, environment: [name: "geheim"]).output.contains("\(name) in the environment is no setting"))
        }
        let ended = try await Run(["token", "--grant", "viewer", "--subject", "x"], environment: ["JOBCAST_TOKEN_SECRET": "short\r"])
        #expect(ended.output.contains("JOBCAST_TOKEN_SECRET has 5 bytes"))
        let folder = try await Run(Self.token, environment: ["JOBCAST_TOKEN_SECRET": "", "JOBCAST_DATA": "/dev/null/x"])
        #expect(folder.code == 1 && folder.output.contains("The folder /dev/null/x can't be made"), "\(folder.output)")
        let quoted = try await Run(Self.token, environment: ["JOBCAST_TOKEN_SECRET": "\"geheim and long enough for a secret of ours\""])
        #expect(quoted.code == 1 && quoted.output.contains("JOBCAST_TOKEN_SECRET has quotes around its value"))
        let empty = try await Run(["status", "--database-url", ""])
        #expect(empty.code == 1 && empty.output.contains("The flag of DATABASE_URL is empty"))
        for run in [warned, quoted] { #expect(!run.output.contains("geheim")) }
    }

    @Test(arguments: ["", "short", "short\r\n"]) func `a secret's file that is too short says what to do and stays`(secret: String)
        async throws
    {
        try await withFolder { folder in
            try Data(secret.utf8).write(to: URL(filePath: "\(folder)/token.secret"))
            let run = try await Run(Self.token + ["--data", folder], environment: ["JOBCAST_TOKEN_SECRET": ""])
            #expect(
                run.code == 1 && run.output.contains("token.secret has \(secret.isEmpty ? 0 : 5) bytes and needs 32 or more"),
                "\(run.output)"
            )
            #expect(try Data(contentsOf: URL(filePath: "\(folder)/token.secret")) == Data(secret.utf8))
            let named = ["JOBCAST_TOKEN_SECRET": "", "JOBCAST_TOKEN_SECRET_FILE": "\(folder)/token.secret"]
            let reason = secret.isEmpty ? "JOBCAST_TOKEN_SECRET_FILE names is empty" : "JOBCAST_TOKEN_SECRET has 5 bytes"
            #expect(try await Run(Self.token, environment: named).output.contains(reason))
        }
    }

    @Test func `processes that begin in one new folder at once share its secrets`() async throws {
        try await withFolder { folder in
            let codes = try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        let none = ["JOBCAST_TOKEN_SECRET": "", "JOBCAST_MASTER_KEY": ""]
                        return try await Run(Self.token + ["--data", folder], environment: none).code
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes == [0, 0, 0, 0, 0, 0])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["master.key", "token.secret"])
            #expect(try Data(contentsOf: URL(filePath: "\(folder)/token.secret")).count == 64)
        }
    }

    @Test(arguments: ["a\"b", "a$b", "a`b"]) func `a folder in which PostgreSQL can't be started is named with the reason`(name: String)
        async throws
    {
        try await withFolder { folder in
            let run = try await Run(["status", "--data", "\(folder)/\(name)"], environment: ["DATABASE_URL": ""])
            #expect(run.code == 1 && run.output.contains("choose a folder without"), "\(run.output)")
        }
    }

    @Test func `an origin with a wildcard is refused by name, as is one with a path`() async throws {
        for (origin, word) in [("https://*.example.com", "wildcards"), ("https://jobs.example.com/page", "like https://")] {
            let run = try await Run(["serve", "--port", "0"], environment: ["JOBCAST_ORIGINS": "https://a.example,\(origin)"])
            #expect(run.code != 0 && run.signal == 0)
            #expect(run.output.contains(origin) && run.output.contains(word), "\(run.output)")
        }
    }
}
