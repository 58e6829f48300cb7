import Access
import ArgumentParser
import Commands
import EventStore
import FoundationEssentials
import Recruiting

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: said("Invite people of the staff, and keep their accounts."),
        discussion: said(
            """
            Example: jobcast account invite li.ming --grant operator --server https://jobs.example.com

            The first operator gets in so; operators keep the others on the page /accounts.
            """
        ),
        subcommands: [Invite.self, Password.self, Suspend.self, Reinstate.self, RevokeToken.self, AtProvider.self, List.self]
    )

    /// Whose accounts are changed at the command line, as the log names whoever did it.
    fileprivate static let caller = Caller.process("jobcast account")

    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: said("Make a link by which somebody chooses a password; it is good for three days.")
        )

        @OptionGroup var settings: Settings
        @OptionGroup var named: Named

        @Option(
            name: .customLong("grant"),
            help: ArgumentHelp(said("What to grant, as of jobcast token; may be repeated."), valueName: "grant")
        )
        var grants: [Grant] = []

        @Option(help: ArgumentHelp(said("How the person is called; it stands in no event."), valueName: "name"))
        var person: String?

        @Option(help: ArgumentHelp(said("The address of the pages, for the link."), valueName: "url"))
        var server = "http://127.0.0.1:8080"

        func run() async throws {
            let account = try named.subject
            try await withAccounts(settings) { accounts in
                try await accounts.change(account, grants.map { .give($0) })
                let end = Timestamp(.now).advanced(by: .seconds(3 * 86_400))
                try await accounts.change(account, [.invite(until: end)])
                let name = try person?.checkedLine("--person", atMost: 100)
                print("\(server)/invitation#invitation=\(try await accounts.credentials.invite(account, name: name, until: end))")
            }
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: said("Set an account's password to the line on standard input, where no link can be sent."),
            discussion: said("A second factor that the account had is taken away.")
        )

        @OptionGroup var settings: Settings
        @OptionGroup var named: Named

        func run() async throws {
            let account = try named.subject
            guard let password = readLine() else { throw SettingError("Give the password as one line on standard input.") }
            try explainingInvalid { () throws(Invalid) in try Passwords.check(password, of: account, said("The password")) }
            try await withAccounts(settings) { accounts in
                let digest = try await Passwords().digest(of: password)
                let now = Timestamp(.now)
                try await accounts.credentials.set(digest, of: account, keepingFactor: false, at: now)
                try await accounts.signIns.endAll(of: account)
                try await accounts.change(account, [.invite(until: now), .activate])
            }
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: said("Keep somebody out: tokens, sign-ins and rooms end at once."))

        @OptionGroup var settings: Settings
        @OptionGroup var named: Named

        @Option(help: ArgumentHelp(said("Why, for the audit list."), valueName: "text"))
        var reason: String

        func run() async throws {
            let account = try named.subject
            let suspended = try explainingInvalid { () throws(Invalid) in try AccountSuspended(reason: reason) }
            try await withAccounts(settings) { accounts in
                try await accounts.change(account, [.suspend(suspended)])
                try await accounts.signIns.endAll(of: account)
                try await accounts.credentials.withdrawInvitation(of: account)
            }
        }
    }

    struct Reinstate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: said("Lift a suspension."))

        @OptionGroup var settings: Settings
        @OptionGroup var named: Named

        func run() async throws {
            let account = try named.subject
            try await withAccounts(settings) { try await $0.change(account, [.reinstate]) }
        }
    }

    struct RevokeToken: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: said("Revoke a token of an account."))

        @OptionGroup var settings: Settings
        @OptionGroup var named: Named

        @Argument(help: ArgumentHelp(said("The token's number, as jobcast account list shows it."), valueName: "number"))
        var token: String

        func run() async throws {
            let account = try named.subject
            guard let id = TokenID(token) else { throw ValidationError(said("The number of a token is a UUID.")) }
            try await withAccounts(settings) { try await $0.change(account, [.revokeToken(id)]) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: said("Show an account: what it may do, and its tokens."))

        @OptionGroup var settings: Settings
        @OptionGroup var named: Named

        func run() async throws {
            let account = try named.subject
            try await withAccounts(settings) { accounts in
                let state = try await accounts.commands.account(account)
                print("\(account)  \(state.standing)")
                for grant in state.grants { say("grant  \(grant.argument)") }
                for token in state.tokens where token.until > Timestamp(.now) {
                    let grants = token.grants.map(\.argument).joined(separator: " ")
                    say("token  \(token.token)  until \(token.until)  \(token.name)  \(grants)")
                }
            }
        }
    }
}

/// The account that a command is about.
struct Named: ParsableArguments {
    @Argument(help: ArgumentHelp(said("The account: a name or number that stays the same for the person."), valueName: "account"))
    var account: String

    var subject: Subject {
        get throws {
            guard let subject = try? Subject(account), subject.description == account else {
                throw ValidationError(said("An account has 1 to 128 bytes, none of them unseen or white space around it."))
            }
            return subject
        }
    }
}

/// What commands about accounts work on.
struct AccountKeeping {
    let commands: CommandHandler
    let credentials: Credentials
    let signIns: SignIns
    let identities: ProviderIdentities

    /// Makes one change after the other.
    func change(_ account: Subject, _ changes: [ChangeAccount.Change]) async throws {
        for change in changes {
            do {
                _ = try await commands.handle(ChangeAccount(of: account, change), Write(by: AccountCommand.caller, key: .unique()))
            } catch {
                throw told(error)
            }
        }
    }
}

/// Runs `body` on the database of the settings, with a log that takes appends.
func withAccounts(_ settings: Settings, _ body: (AccountKeeping) async throws -> Void) async throws {
    let master = try Secrets.read(settings).masterKey
    try await withDatabase(settings) { database in
        try await database.migrate()
        let log = EventLog(database.settings, pool: database.pool, logger: database.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await log.run() }
            defer { group.cancelAll() }
            try await body(
                AccountKeeping(
                    commands: CommandHandler(log, now: { Timestamp(.now) }),
                    credentials: Credentials(pool: database.pool, master: master),
                    signIns: SignIns(pool: database.pool),
                    identities: ProviderIdentities(pool: database.pool)
                )
            )
        }
    }
}

private func explainingInvalid<Value>(_ body: () throws(Invalid) -> Value) throws -> Value {
    do throws(Invalid) {
        return try body()
    } catch {
        throw SettingError(error)
    }
}

extension Account.State {
    fileprivate var standing: Sentence {
        guard !isSuspended else { return "suspended" }
        return switch membership {
        case .named: "named"
        case .invited: "invited"
        case .active: "active"
        }
    }
}

extension Grant {
    /// The grant as `--grant` takes it.
    fileprivate var argument: String {
        role.rawValue + (organisation.map { "@\($0)" } ?? session.map { "@session:\($0)" } ?? "")
    }
}
