import Crypto
import FoundationEssentials
package import Recruiting

/// Who candidates are in the log, and what their submissions are called there: made with a secret, so that nobody who reads an
/// identifier can tell whose it is, or work out the next one.
package struct Candidates: Sendable {
    private let secret: SymmetricKey

    /// `master` is the master key of ``PersonalData``. With another one nobody would find their submissions again.
    package init(master: [UInt8]) {
        secret = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: master),
            info: Data("jobcast candidates".utf8),
            outputByteCount: 32
        )
    }

    /// The candidate that the caller is.
    package func candidate(_ caller: Identity) -> CandidateID {
        CandidateID(identifier("candidate|\(caller.subject)"))
    }

    /// The one submission of a candidate to a job: the name of its stream makes a second one impossible.
    package func submission(of candidate: CandidateID, to job: JobID) -> SubmissionID {
        SubmissionID(identifier("submission|\(candidate)|\(job)"))
    }

    private func identifier(_ text: String) -> UUID {
        UUID(digest: HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: secret))
    }
}
