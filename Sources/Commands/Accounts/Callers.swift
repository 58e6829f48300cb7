package import Access
package import Recruiting

/// Tells who asks, by the token, ticket or cookie that comes along, and what they may do now.
///
/// A viewer's token says all of it, and nothing is looked up. What the staff may do is what the log says of the account at this moment:
/// a suspension, a grant withdrawn, a token revoked and a sign-out act with the next request.
package struct Callers: Sendable {
    private let signer: TokenSigner
    private let tickets: Tickets
    package let signIns: SignIns
    private let commands: CommandHandler
    private let demanding: Set<Role>
    private let now: @Sendable () -> Timestamp

    /// `demanding` are the roles whose grants hold only for who has shown a code of a second factor, too.
    package init(
        signer: TokenSigner,
        tickets: Tickets,
        signIns: SignIns,
        commands: CommandHandler,
        demanding: Set<Role>,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.signer = signer
        self.tickets = tickets
        self.signIns = signIns
        self.commands = commands
        self.demanding = demanding
        self.now = now
    }

    /// Whose token it is, with what it gives them still.
    /// - Throws: `AccessError`.
    package func identity(token: String) async throws -> Identity { try await standing(of: signer.verify(token)) }

    /// Whose a token or ticket is, by what it says alone: ``standing(of:)`` tells whether that holds.
    package func claimed(token: String?, ticket: String?) async throws -> Identity? {
        if let token { return try await signer.verify(token) }
        return if let ticket { try await tickets.redeem(ticket) } else { nil }
    }

    /// Who has signed in with the browser that sends this cookie, and the value that it is to have from now on, if that is another.
    /// - Throws: `AccessError.signInEnded`.
    package func identity(cookie: String) async throws -> (Identity, replacement: String?) {
        switch try await signIns.use(cookie, at: now()) {
        case .good(let signIn, let replacement): return (try await identity(of: signIn), replacement)
        case .copied(let signIn):
            try await commands.note(.signedOut(SignedOut(cause: .copied)), of: signIn.account, by: .process("sign-in"))
            throw AccessError.signInEnded
        case .none: throw AccessError.signInEnded
        }
    }

    /// The same person with what they may do now.
    /// - Throws: `AccessError` if that is nothing any more.
    package func standing(of identity: Identity) async throws -> Identity {
        guard !identity.isViewer else { return identity }
        switch identity.proof {
        case .cookie(let id):
            guard let signIn = try await signIns.find(id, at: now()) else { throw AccessError.signInEnded }
            return try await self.identity(of: signIn)
        case .token(let id):
            let account = try await commands.account(identity.author)
            guard !account.isSuspended else { throw AccessError.accountSuspended }
            guard id.map({ !account.revoked.contains($0) }) ?? true else { throw AccessError.tokenRevoked }
            var standing = identity
            standing.grants.removeAll { account.withdrawn.contains($0) }
            return standing
        }
    }

    private func identity(of signIn: SignIn) async throws -> Identity {
        let account = try await commands.account(signIn.account)
        guard !account.isSuspended else { throw AccessError.accountSuspended }
        let withheld = signIn.by == .code || signIn.by == .provider ? [] : demanding
        return Identity(
            subject: signIn.account.description,
            grants: account.grants.filter { !withheld.contains($0.role) },
            expires: signIn.end.date,
            proof: .cookie(signIn.id)
        )
    }

    /// Whether grants of the account wait for a second factor.
    package func demandsFactor(_ account: Account.State) -> Bool { account.grants.contains { demanding.contains($0.role) } }
}
