import ArgumentParser
import FoundationEssentials
import Glibc

/// The languages that the command line speaks.
enum Language: String, CaseIterable, ExpressibleByArgument {
    case english = "en"
    case chinese = "zh"

    /// The reader's: what `--language` names, else what POSIX says of messages (`LC_ALL`, before `LC_MESSAGES`, before `LANG`). It is looked
    /// for before the arguments are parsed, since what is wrong with them is said in it, too.
    static let reader = Language(arguments: CommandLine.arguments, environment: ProcessInfo.processInfo.environment)

    init(arguments: [String], environment: [String: String]) {
        let flag = "--language"
        let named =
            arguments.lazy.compactMap { $0.hasPrefix("\(flag)=") ? String($0.dropFirst(flag.count + 1)) : nil }.first
            ?? zip(arguments, arguments.dropFirst()).first { $0.0 == flag }?.1
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        self = named.flatMap(Language.init) ?? (locale?.hasPrefix("zh") == true ? .chinese : .english)
    }
}

/// Something that the command line says to whoever runs it, in the reader's language. It is written in English where it is said;
/// chinese.json has the Chinese words by the English ones, in which {1}, {2} stand for what differs.
struct Sentence: ExpressibleByStringInterpolation, CustomStringConvertible {
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var english = ""
        fileprivate var values: [String] = []

        init(literalCapacity _: Int, interpolationCount _: Int) {}

        mutating func appendLiteral(_ literal: String) { english += literal }

        mutating func appendInterpolation<Value>(_ value: Value) {
            values.append("\(value)")
            english += "{\(values.count)}"
        }

        mutating func appendInterpolation(_ error: any Error) { appendInterpolation("\(told(error))") }
    }

    private let english: String
    private let values: [String]

    init(stringLiteral value: String) { (english, values) = (value, []) }

    init(stringInterpolation: StringInterpolation) { (english, values) = (stringInterpolation.english, stringInterpolation.values) }

    /// What another module says in English, without anything that differs.
    init(of english: String) { self.init(stringLiteral: english) }

    var description: String { said(in: .reader) }

    /// In English where there are no words for it.
    func said(in language: Language) -> String {
        let words = language == .chinese ? Self.chinese[english] ?? english : english
        return words.replacing(/\{(\d+)\}/) { match in
            Int(match.1).flatMap { values.indices.contains($0 - 1) ? values[$0 - 1] : nil } ?? String(match.0)
        }
    }

    /// The file is part of the program: a test has read it.
    private static let chinese = try! JSONDecoder().decode([String: String].self, from: Data(PackageResources.chinese_json))
}

/// The sentence as text, for what takes no other.
func said(_ sentence: Sentence) -> String { sentence.description }

/// Prints the sentence as a line.
func say(_ sentence: Sentence) { print(sentence) }
