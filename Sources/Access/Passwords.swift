import Crypto
import CryptoExtras
import Foundation
import Postgres
package import Recruiting

/// Makes digests of passwords, and compares with them, on threads of its own: few at a time, so that the rooms have the processor.
///
/// A digest is scrypt's (RFC 7914) in the form `$scrypt$ln=17,r=8,p=1$salt$digest`, so that its cost may be raised later.
package actor Passwords {
    package struct Cost: Equatable, Sendable {
        /// The binary logarithm of N.
        let rounds: Int
        let blockSize: Int
        let parallelism: Int

        package init(rounds: Int, blockSize: Int = 8, parallelism: Int = 1) {
            self.rounds = rounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// The first choice of OWASP's Password Storage Cheat Sheet (2025): N = 2^17, r = 8, p = 1, which takes 128 MiB.
        package static let standard = Cost(rounds: 17)
    }

    /// More want to sign in than passwords can be compared.
    package struct Busy: Error {}

    private let cost: Cost
    /// As many as leave the rooms at least half of the processors, two at most, as each takes 128 MiB.
    private let threads = max(1, min(2, ProcessInfo.processInfo.activeProcessorCount / 2))
    private var running = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// How many go on only when the machine is idle, and were begun once more because it never was.
    private var starved = 0

    /// Some four seconds of work: who would have to wait longer is told so at once.
    private static let mostWaiting = 16
    /// Some eight times as long as it takes on a machine that has nothing else to do.
    private static let patience = Duration.seconds(2)
    private static let saltBytes = 16
    private static let digestBytes = 32

    package init(cost: Cost = .standard) {
        self.cost = cost
    }

    /// The digest of a password.
    /// - Throws: ``Busy``.
    package func digest(of password: String) async throws -> String {
        let salt = Data(SymmetricKey(size: .init(bitCount: Self.saltBytes * 8)).withUnsafeBytes { Array($0) })
        let key = try await derive(password, salt, cost)
        return
            "$scrypt$ln=\(cost.rounds),r=\(cost.blockSize),p=\(cost.parallelism)$\(salt.unpadded)$\(key.withUnsafeBytes { Data($0) }.unpadded)"
    }

    /// Whether `digest` is that of the password. Without a digest, as for an account that there is not, it takes as long and is not.
    /// - Throws: ``Busy``.
    package func isRight(_ password: String, for digest: String?) async throws -> Bool {
        let parts = digest.flatMap(Self.parts)
        let key = try await derive(password, parts?.salt ?? Data(repeating: 0, count: Self.saltBytes), parts?.cost ?? cost)
        return parts.map { $0.key == key } ?? false
    }

    private static func parts(of digest: String) -> (cost: Cost, salt: Data, key: SymmetricKey)? {
        guard let match = digest.wholeMatch(of: /\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+\/]+)\$([A-Za-z0-9+\/]+)/),
            let rounds = Int(match.1), let size = Int(match.2), let parallelism = Int(match.3),
            let salt = Data(unpadded: match.4), let key = Data(unpadded: match.5)
        else { return nil }
        return (Cost(rounds: rounds, blockSize: size, parallelism: parallelism), salt, SymmetricKey(data: key))
    }

    private func derive(_ password: String, _ salt: Data, _ cost: Cost) async throws -> SymmetricKey {
        try await takePlace()
        defer { leavePlace() }
        return try await whenIdle {
            try KDF.Scrypt.deriveKey(
                from: Data(password.precomposedStringWithCompatibilityMapping.utf8),
                salt: salt,
                outputByteCount: Self.digestBytes,
                rounds: 1 << cost.rounds,
                blockSize: cost.blockSize,
                parallelism: cost.parallelism
            )
        }
    }

    /// Does `work` while nobody in a room wants the processor. Where somebody always does, it is begun once more beside itself, so that
    /// people can sign in on the busiest machine; the first to end is taken.
    private func whenIdle(_ work: @escaping @Sendable () throws -> SymmetricKey) async throws -> SymmetricKey {
        guard starved == 0 else { return try await onOwnThread(named: "scrypt", urgency: .low, work) }
        let (results, first) = AsyncThrowingStream.makeStream(of: SymmetricKey.self)
        let attempt: @Sendable (Urgency) async -> Void = { urgency in
            do { first.yield(try await onOwnThread(named: "scrypt", urgency: urgency, work)) } catch { first.finish(throwing: error) }
        }
        let idle = Task { await attempt(.idle) }
        let second = Task {
            try await Task.sleep(for: Self.patience)
            starved += 1
            await attempt(.low)
            // The other goes on until it has ended, and holds its memory: until then nobody begins another like it.
            await idle.value
            starved -= 1
        }
        for try await key in results {
            second.cancel()
            return key
        }
        throw CancellationError()
    }

    private func takePlace() async throws {
        if running < threads {
            running += 1
            return
        }
        guard waiting.count < Self.mostWaiting else { throw Busy() }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Whoever has waited longest has the place.
    private func leavePlace() {
        if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
    }
}

extension Passwords {
    /// As long as NIST SP 800-63B-4 §3.1.1.2 and more asks for one that stands alone; and no rules of which characters it is made.
    package static let length = 12...128

    /// The least different characters: one of fewer is found by hand.
    private static let different = 5

    /// Whether the account's password may be this.
    /// - Throws: `Invalid` naming `field`.
    package static func check(_ password: String, of account: Subject, _ field: String) throws(Invalid) {
        let count = password.unicodeScalars.count
        guard count >= length.lowerBound else { throw Invalid(field: field, reason: .tooShort(length.lowerBound)) }
        guard count <= length.upperBound else { throw Invalid(field: field, reason: .tooLong(length.upperBound)) }
        let isSimple = Set(password.unicodeScalars).count < different || password.lowercased().contains(account.description.lowercased())
        guard !isSimple || account.description.count < 4 && Set(password.unicodeScalars).count >= different else {
            throw Invalid(
                field: field,
                reason: Reason("easily-guessed", "must not hold the account's name or be of few different characters")
            )
        }
    }
}

extension Data {
    /// In base64 without padding.
    fileprivate var unpadded: String { base64EncodedString().replacing("=", with: "") }

    fileprivate init?(unpadded text: Substring) {
        self.init(base64Encoded: text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4))
    }
}
