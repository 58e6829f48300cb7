import Recruiting

extension JobPosted {
    /// - Throws: `CommandError.unlawful` for what the lint refuses; with `fields`, only in these.
    func requireLawful(in fields: Set<String>? = nil) throws {
        let findings = forbidden.filter { finding in fields?.contains(String(finding.field.prefix { $0 != "/" })) ?? true }
        guard findings.isEmpty else { throw CommandError.unlawful(findings) }
    }
}
