package import Access
package import Recruiting
import Synchronization

/// How people of the staff sign in and out, and change by what they do.
///
/// Nothing of it tells which accounts there are: who is refused gets the same answer after the same work, and what becomes of it is written
/// down behind their back.
package struct SigningIn: Sendable {
    let commands: CommandHandler
    let credentials: Credentials
    let identities: ProviderIdentities
    private let passwords: Passwords
    private let callers: Callers
    let failures: FailedSignIns
    let now: @Sendable () -> Timestamp

    package init(
        commands: CommandHandler,
        credentials: Credentials,
        identities: ProviderIdentities,
        passwords: Passwords,
        callers: Callers,
        failures: FailedSignIns,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.commands = commands
        self.credentials = credentials
        self.identities = identities
        self.passwords = passwords
        self.callers = callers
        self.failures = failures
        self.now = now
    }

    private var signIns: SignIns { callers.signIns }

    /// Signs somebody in by account, password and, where the account has a second factor, a code.
    /// - Parameter device: what the browser calls itself.
    /// - Returns: the value of the cookie.
    /// - Throws: `AccessError`, ``Passwords/Busy``.
    package func signIn(_ name: String, _ password: String, code: String?, device: String) async throws -> String {
        let account = try? Subject(name)
        let held = if let account { try await credentials.held(by: account) } else { Credentials.Held?.none }
        let isRight = try await passwords.isRight(password, for: held?.password)
        guard let account, let held, isRight else {
            if let account, held?.password != nil { failures.note(account) }
            throw AccessError.signInRefused
        }
        let state = try await commands.account(account)
        guard !state.isSuspended else { throw AccessError.accountSuspended }
        if let factor = held.secondFactor {
            guard let code else { throw AccessError.codeMissing }
            guard try await credentials.use(code, of: factor, account, at: now()) else {
                failures.note(account)
                throw AccessError.signInRefused
            }
        }
        // The process may have ended between password and event.
        if state.membership == .invited { try await commands.note(.activated(AccountActivated()), of: account) }
        return try await begin(account, by: held.secondFactor == nil ? .password : .code, shown: held.password, device)
    }

    /// Whom an invitation is for.
    /// - Throws: `AccessError.invitationInvalid`.
    package func invited(by invitation: String) async throws -> Subject {
        guard let account = try await credentials.invited(by: invitation, at: now()) else { throw AccessError.invitationInvalid }
        return account
    }

    /// Makes the password that of the account that was invited, ends whatever signed in before, and signs its holder in.
    /// - Returns: the value of the cookie.
    package func accept(_ invitation: String, _ password: String, device: String) async throws -> String {
        let account = try await invited(by: invitation)
        try Passwords.check(password, of: account, "password")
        guard try await !commands.account(account).isSuspended else { throw AccessError.invitationInvalid }
        let digest = try await passwords.digest(of: password)
        guard try await credentials.accept(invitation, digest, at: now()) else { throw AccessError.invitationInvalid }
        try await signIns.endAll(of: account)
        try await commands.note(.activated(AccountActivated()), of: account)
        return try await begin(account, by: .invitation, shown: digest, device)
    }

    /// Signs in whoever has shown who they are.
    /// - Parameter password: the digest of the one that was shown.
    /// - Throws: `AccessError.signInRefused` when the password has been replaced meanwhile.
    func begin(_ account: Subject, by means: SignInMeans, shown password: String? = nil, _ device: String) async throws -> String {
        guard let cookie = try await signIns.begin(account, by: means, password: password, device: device, at: now()) else {
            throw AccessError.signInRefused
        }
        try await commands.note(.signedIn(SignedIn(by: means)), of: account)
        return cookie
    }
}

/// What somebody who has signed in does with the own account.
extension SigningIn {
    /// Ends one sign-in; false when there is no such one.
    package func signOut(_ id: SignInID, of account: Subject, _ cause: SignedOut.Cause) async throws -> Bool {
        guard try await signIns.end(id, of: account) else { return false }
        try await commands.note(.signedOut(SignedOut(cause: cause)), of: account)
        return true
    }

    /// Forgets how an account that was suspended signs in just now.
    package func forget(_ account: Subject) async throws {
        try await signIns.endAll(of: account)
        try await credentials.withdrawInvitation(of: account)
    }

    /// Ends all sign-ins of an account.
    package func signOutEverywhere(_ account: Subject, by caller: Caller? = nil) async throws {
        guard try await signIns.endAll(of: account) else { return }
        try await commands.note(.signedOut(SignedOut(cause: caller == nil ? .everywhere : .ended)), of: account, by: caller)
    }

    /// Takes another password, and ends all sign-ins but the one that asks.
    package func changePassword(of account: Subject, from old: String, to new: String, keeping id: SignInID) async throws {
        try await check(old, of: account)
        try Passwords.check(new, of: account, "new")
        try await credentials.set(try await passwords.digest(of: new), of: account, keepingFactor: true, at: now())
        try await signIns.endAll(of: account, but: id)
        try await commands.note(.passwordChanged(PasswordChanged()), of: account)
    }

    /// A second factor, which counts once a code of it has been shown.
    package func offerFactor(to account: Subject, _ password: String) async throws -> SecondFactor {
        try await check(password, of: account)
        return try await credentials.offerFactor(to: account)
    }

    package func confirmFactor(of account: Subject, _ code: String, in id: SignInID) async throws {
        guard try await credentials.confirmFactor(of: account, code, at: now()) else { throw Invalid(field: "code", reason: .wrongCode) }
        try await signIns.strengthen(id)
        try await commands.note(.secondFactorSet(SecondFactorSet()), of: account)
    }

    package func removeFactor(of account: Subject, _ password: String) async throws {
        try await check(password, of: account)
        guard try await credentials.held(by: account)?.secondFactor != nil else { return }
        try await credentials.removeFactor(of: account)
        try await signIns.weaken(account)
        try await commands.note(.secondFactorRemoved(SecondFactorRemoved()), of: account)
    }

    /// Asks somebody who is signed in for the password again: the browser may have been left open.
    private func check(_ password: String, of account: Subject) async throws {
        let held = try await credentials.held(by: account)
        guard try await passwords.isRight(password, for: held?.password) else {
            failures.note(account)
            throw Invalid(field: "password", reason: .wrongPassword)
        }
    }
}

extension Reason {
    fileprivate static let wrongPassword = Reason("wrong-password", "is not the password of your account")
    fileprivate static let wrongCode = Reason("wrong-code", "is not a code of this secret now: each is good for half a minute")
}
