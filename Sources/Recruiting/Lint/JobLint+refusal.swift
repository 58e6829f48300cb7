extension JobPosted {
    /// What the lint refuses.
    package var forbidden: [JobLint.Finding] { JobLint.standard.findings(in: JobDraft(self)).filter { $0.severity == .block } }
}

extension Reason {
    /// What the lint found in a field, with the rule's name and its sentences in both languages.
    package init(_ finding: JobLint.Finding) {
        let words = finding.words.joined(separator: "、")
        let values = ["rule": finding.rule, "words": words, "zh": finding.zh, "en": finding.en]
        self = words.isEmpty ? Reason("unlawful-content", "{en}", values) : Reason("unlawful-wording", "{en}: {words}", values)
    }
}
