/// What is wrong with a value, for people of any language and for programs: a code, what belongs into its sentence, and the sentence in
/// English.
package struct Reason: Error, Hashable, CustomStringConvertible {
    /// Kebab case, stable: pages know its words in their languages.
    package let code: String
    /// What stands in the sentence, by the name in braces.
    package let values: [String: String]
    /// In English, as people read it.
    package let description: String

    /// `sentence` is a clause that goes on after the field's name, as in `must have {count} characters`, or a sentence of its own.
    package init(_ code: String, _ sentence: String, _ values: [String: String] = [:]) {
        self.code = code
        self.values = values
        description = values.reduce(sentence) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    /// What a rule refuses, as what is wrong with one of many things.
    package init(_ rejection: some Rejection) {
        code = rejection.code
        values = rejection.values
        description = rejection.explanation
    }
}

extension Reason {
    package static let missing = Self("missing", "is missing")
    package static let empty = Self("empty", "must not be empty")
    package static let control = Self("control-characters", "must not contain control characters")
    package static let notUUID = Self("not-a-uuid", "must be a UUID")
    package static let notRegistered = Self("not-registered", "is not registered; register it first")
    package static let noField = Self("no-field", "must have at least one field")
    package static let noSession = Self("no-session", "is not a session")
    package static let notWebAddress = Self("not-a-web-address", "must be an address that begins with https:// or http://")
    package static let givenAndRemoved = Self("given-and-removed", "must not name what the revision gives")
    package static let belowMinimum = Self("below-minimum", "must not be below the minimum")

    package static func tooLong(_ limit: Int) -> Self {
        Self("too-long", "must have at most {limit} characters", ["limit": "\(limit)"])
    }

    package static func tooShort(_ least: Int) -> Self {
        Self("too-short", "must have at least {least} characters", ["least": "\(least)"])
    }

    package static func wrongLength(_ count: Int) -> Self {
        Self("wrong-length", "must have {count} characters", ["count": "\(count)"])
    }

    package static func tooManyBytes(_ limit: Int) -> Self {
        Self("too-many-bytes", "must have at most {limit} bytes in UTF-8", ["limit": "\(limit)"])
    }

    package static func tooManyItems(_ limit: Int) -> Self {
        Self("too-many-items", "must have at most {limit} items", ["limit": "\(limit)"])
    }

    package static func tooFewItems(_ least: Int) -> Self {
        Self("too-few-items", "must have at least {least} items", ["least": "\(least)"])
    }

    package static func tooSmall(_ least: Int) -> Self {
        Self("too-small", "must be at least {least}", ["least": "\(least)"])
    }

    package static func tooLarge(_ most: Int) -> Self {
        Self("too-large", "must be at most {most}", ["most": "\(most)"])
    }

    package static func outOfRange(_ range: ClosedRange<Int>) -> Self {
        let values = ["least": "\(range.lowerBound)", "most": "\(range.upperBound)"]
        return Self("out-of-range", "must be a whole number from {least} to {most}", values)
    }

    package static func notOneOf(_ names: some Sequence<String>) -> Self {
        Self("not-one-of", "must be one of {names}", ["names": names.joined(separator: ", ")])
    }

    /// What the decoder says of a value that can't be what is wanted.
    package static func misfit(_ detail: String) -> Self {
        Self("misfit", "{detail}", ["detail": detail])
    }
}
