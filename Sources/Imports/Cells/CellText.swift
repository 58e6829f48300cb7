import Recruiting

/// Why a cell can't be taken as what its column is, with the text that stands in it.
extension Reason {
    static func unreadable(_ text: String) -> Self {
        Self("cell-unreadable", "“{text}” can't be read as what the column says", ["text": text.quoted])
    }

    static func unreadable(_ code: String, _ sentence: String, _ text: String) -> Self {
        Self(code, sentence, ["text": text.quoted])
    }
}

extension String {
    /// The beginning of what somebody wrote, for a sentence.
    var quoted: String { unicodeScalars.count <= 40 ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(40))) + "…" }

    /// The text in half-width characters and lower case, without blanks, with one sign for each kind of dash.
    var asPhrase: String {
        var phrase = ""
        for character in asSeen.asHalfWidth.lowercased() where !character.isWhitespace {
            switch character {
            case "~", "–", "—", "―", "至", "到", "−", "〜": phrase.append("-")
            case "，", "、": phrase.append(",")
            case "。": phrase.append(".")
            case "￥", "¥": phrase.append("¥")
            default: phrase.append(character)
            }
        }
        return phrase
    }

    /// The text without this beginning; nil when it begins otherwise.
    func after(_ beginning: String) -> String? { hasPrefix(beginning) ? String(dropFirst(beginning.count)) : nil }

    /// The text without this end; nil when it ends otherwise.
    func before(_ end: String) -> String? { hasSuffix(end) ? String(dropLast(end.count)) : nil }

    /// The text without the first of these ends that it has.
    func without(_ ends: [String]) -> String {
        for end in ends { if let text = before(end) { return text } }
        return self
    }

    /// Whether a spreadsheet could not compute what should stand here: an error's sign, or a formula that nobody computed.
    var isUncomputed: Bool {
        hasPrefix("=") || ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"].contains(self)
    }
}
