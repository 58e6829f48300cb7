import Foundation
import Postgres
import TestSupport
import Testing

/// What the command line says to readers of Chinese.
@Suite(.timeLimit(.minutes(10))) struct LanguageTests {
    private static let reader = ["LC_ALL": "", "LANG": "zh_CN.UTF-8"]

    private static func run(_ arguments: [String], on settings: ConnectionSettings) async throws -> Run {
        try await Run(arguments, on: settings, environment: reader)
    }

    @Test(arguments: [
        (["LC_ALL": "", "LANG": "zh_CN.UTF-8"], [], true), (["LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "en_US.UTF-8"], [], true),
        (["LC_ALL": "C", "LANG": "zh_CN.UTF-8"], [], false), (["LC_ALL": "C"], ["--language", "zh"], true),
        (["LC_ALL": "zh_CN.UTF-8"], ["--language=en"], false), (["LC_ALL": "", "LC_MESSAGES": "", "LANG": "de_DE.UTF-8"], [], false),
    ])
    func `the language is what the flag or the environment names`(environment: [String: String], flag: [String], isChinese: Bool)
        async throws
    {
        let run = try await Run(["migrate"] + flag, environment: environment)
        #expect(
            run.code == 1 && run.output.hasPrefix(isChinese ? "错误：连不上 PostgreSQL：" : "Error: cannot reach PostgreSQL: "),
            "\(run.output)"
        )
    }

    @Test func `an unknown language is refused`() async throws {
        let run = try await Run(["migrate", "--language", "tlh"])
        #expect(run.code == 64 && run.output.contains("tlh"), "\(run.output)")
    }

    @Test func `help is in Chinese`() async throws {
        let run = try await Run(["--help"], environment: Self.reader)
        for words in ["直播带岗", "提供页面、HTTP 接口和直播间", "把数据库升级到本版本的结构", "邀请工作人员", "为程序签发带授权的令牌"] {
            #expect(run.output.contains(words), "\(words)")
        }
        let invite = try await Run(["account", "invite", "--help"], environment: Self.reader).output
        for words in ["三天内有效", "页面的地址，用于链接", "默认用自带的 PostgreSQL"] { #expect(invite.contains(words), "\(words)") }
    }

    @Test(arguments: [
        (["prune", "--days", "0"], "错误：--days 应为 1 到 36500。"), (["tail", "--after=-1"], "错误：--after 应为 0"),
        (["token", "--grant", "viewer", "--subject", "a", "--hours", "0"], "错误：--hours 应为 1 到 8760。"),
        (["rebuild", "nothing"], "错误：nothing 不是投影，请从这些中选："), (["check", "--seal", "x"], "错误：x 不是封印"),
        (["seed", "/nowhere"], "错误：/nowhere 里没有 .jsonl 文件"), (["serve", "--port", "x"], "错误：JOBCAST_PORT 为 x，应为 0 到 65535 的数。"),
        (["account", "revoke-token", "zhou", "x"], "错误：令牌编号应为 UUID。"), (["account", "list", " x"], "错误：账号应为 1 到 128 字节"),
        (["status", "--database-url", "postgresql://u:1@2@3/d"], "错误：DATABASE_URL "),
        (["status", "--log-level", "loud"], "错误：日志级别 loud 不在"),
        (["status", "--config", "/nowhere"], "错误：--config 指定的文件读不出"),
    ])
    func `what is wrong with the arguments is said in Chinese`(arguments: [String], words: String) async throws {
        let run = try await Run(arguments, environment: Self.reader)
        #expect(run.code != 0 && run.output.contains(words), "\(run.output)")
    }

    @Test func `commands tell their results in Chinese`() async throws {
        let seeds = URL(filePath: #filePath).appending(path: "../../../seeds").standardized.path
        try await withDatabase { _, settings in
            for (arguments, words) in [
                (["migrate"], ["数据库已是最新。"]), (["seed", seeds], ["执行了 ", "条命令中的 "]), (["status"], ["日志：", "个事件，最后一个在 "]),
                (["check"], ["正常  配置：", "正常  数据库：PostgreSQL ", "正常  日志：位置到末尾没有空缺", "每个事件都能读出"]), (["prune"], ["到 0 为止：清除了 0 个观众动态分区"]),
                (["rebuild", "companies"], ["companies：已重建，在 ", "与原来的逐行相同"]), (["rebuild", "--parked", "jobs"], []),
                (["rebuild", "--drop", "companies"], ["companies：没有未完成的重建"]),
                (["account", "invite", "zhou", "--grant", "analyst"], ["/invitation#invitation="]),
                (["account", "list", "zhou"], ["zhou  已邀请", "授权  analyst"]), (["account", "suspend", "zhou", "--reason", "离职"], []),
                (["account", "list", "zhou"], ["zhou  已停用"]), (["account", "invite", "zhou"], ["错误：这个账号已停用"]),
                (["account", "suspend", "zhou", "--reason", " "], ["错误：原因：不能为空。"]), (["account", "reinstate", "zhou"], []),
                (["account", "reinstate", "zhou"], ["错误：这个账号没有被停用。"]), (["token", "--grant", "analyst", "--subject", "zhou"], ["ey"]),
                (["account", "list", "zhou"], ["令牌  ", "  有效至 "]),
                (["token", "--grant", "analyst", "--subject", "zhou", "--name", ""], ["错误：--name：不能为空。"]),
            ] {
                let run = try await Self.run(arguments, on: settings)
                for word in words { #expect(run.output.contains(word), "\(arguments): \(run.output)") }
            }
            let check = try await Self.run(["check"], on: settings).output
            #expect(!check.contains("ok  ") && !check.contains(" the ") && !check.contains(" is "), "\(check)")
        }
    }

    @Test func `a line of seeds that the rules refuse is told with its reason`() async throws {
        try await withDatabase { _, settings in
            try await withFolder { folder in
                let line = #"{"command":"nothing"}"#
                try Data(line.utf8).write(to: URL(filePath: "\(folder)/1.jsonl"))
                let run = try await Self.run(["seed", folder], on: settings)
                #expect(run.code == 1 && run.output.contains("错误：\(folder)/1.jsonl:1："), "\(run.output)")
            }
        }
    }

    @Test func `a server begins in Chinese`() async throws {
        try await withDatabase { _, settings in
            let run = try await Run(["serve", "--port", "0"], on: settings, environment: Self.reader, patience: .seconds(20))
            #expect(run.output.contains("Jobcast 已开始服务 url=http://127.0.0.1:"), "\(run.output)")
        }
    }
}
