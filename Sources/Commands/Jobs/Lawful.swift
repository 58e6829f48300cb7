package import Recruiting

extension JobPosted {
    /// - Throws: `CommandError.unlawful` for what the lint refuses; with `fields`, only in these.
    func requireLawful(in fields: Set<String>? = nil) throws {
        let findings = forbidden.filter { finding in fields?.contains(String(finding.field.prefix { $0 != "/" })) ?? true }
        guard findings.isEmpty else { throw CommandError.unlawful(findings) }
    }

    /// What the lint refuses.
    var forbidden: [JobLint.Finding] { JobLint.standard.findings(in: JobDraft(self)).filter { $0.severity == .block } }
}

extension Reason {
    /// What the lint found in a field, with the rule's name and its sentences in both languages.
    package init(_ finding: JobLint.Finding) {
        let words = finding.words.joined(separator: "、")
        let values = ["rule": finding.rule, "words": words, "zh": finding.zh, "en": finding.en]
        self = words.isEmpty ? Reason("unlawful-content", "{en}", values) : Reason("unlawful-wording", "{en}: {words}", values)
    }
}
