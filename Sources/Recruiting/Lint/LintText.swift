/// A text as the lint reads it: without what tells nothing apart, so that `押 金` and `押・金` are `押金`, and `ＱＱ` is `qq`. Marks upon
/// characters, selectors of their variants and joiners between them tell nothing apart either.
struct LintText {
    let scalars: [Unicode.Scalar]

    init(_ text: String) {
        var scalars: [Unicode.Scalar] = []
        var gap = false
        for scalar in text.asSeen.asHalfWidth.lowercased().unicodeScalars {
            if scalar.isMark { continue }
            if scalar.isFiller {
                gap = true
                continue
            }
            // Between words of letters a gap parts; between Chinese characters it hides.
            if gap, scalar.isLatin, scalars.last?.isLatin == true { scalars.append(" ") }
            gap = false
            scalars.append(scalar)
        }
        self.scalars = scalars
    }

    func text(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }

    /// Whether `word` begins within `reach` characters behind `place`, in the same clause.
    func holds(_ word: [Unicode.Scalar], after place: Int, within reach: Int) -> Bool {
        var start = place
        while start <= place + reach, start + word.count <= scalars.count {
            if scalars[start..<start + word.count].elementsEqual(word) { return true }
            if scalars[start].endsClause { return false }
            start += 1
        }
        return false
    }

    /// Whether `word` ends at most `reach` characters ahead of `place`, in the same clause.
    func holds(_ word: [Unicode.Scalar], before place: Int, within reach: Int) -> Bool {
        var end = place
        while end >= place - reach, end >= word.count {
            if scalars[end - word.count..<end].elementsEqual(word) { return true }
            if scalars[end - 1].endsClause { return false }
            end -= 1
        }
        return false
    }
}

extension Unicode.Scalar {
    /// What stands upon a character or joins it to the next.
    fileprivate var isMark: Bool {
        guard value > 0x2FF else { return false }
        return switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: true
        default: false
        }
    }

    /// What stands between characters without being one of the text: blanks, dots, stars and the like.
    fileprivate var isFiller: Bool {
        switch self {
        case "·", "・", ".", "*", "_", "-", "~", "|", "•", "●", "/", "\\": true
        case "\n", "\u{3400}"..."\u{9FFF}": false
        default: properties.isWhitespace
        }
    }

    var isLatin: Bool { (0x61...0x7A).contains(value) || isLatinDigit }

    var isLatinDigit: Bool { (0x30...0x39).contains(value) }

    fileprivate var endsClause: Bool {
        switch self {
        case ",", "，", "。", ";", "；", "!", "！", "?", "？", ":", "：", "、", "(", ")", "（", "）", "\n": true
        default: false
        }
    }
}
