/// The occupations of the national classification (职业分类大典, 2022) that the program knows: occupations.csv says which, and from where.
package struct Occupations: Sendable {
    package struct Occupation: Codable, Hashable, Sendable {
        package let code: OccupationCode
        package let name: String
    }

    /// In the order of the codes.
    package let all: [Occupation]
    private let names: [OccupationCode: String]

    /// Those that come with the program; a test reads them.
    package static let known = try! Occupations(csv: String(decoding: PackageResources.occupations_csv, as: UTF8.self))

    /// - Throws: `Invalid` for a line that is not a code, a comma and a name.
    init(csv: String) throws(Invalid) {
        var all: [Occupation] = []
        for line in csv.split(whereSeparator: \.isNewline).dropFirst() {
            let cells = line.split(separator: ",", maxSplits: 1)
            guard cells.count == 2 else { throw Invalid(field: "occupations", reason: .missing) }
            all.append(Occupation(code: try OccupationCode(String(cells[0])), name: try String(cells[1]).checkedLine("name", atMost: 100)))
        }
        self.all = all.sorted { $0.code.description < $1.code.description }
        names = Dictionary(all.map { ($0.code, $0.name) }) { first, _ in first }
    }

    package func name(of code: OccupationCode) -> String? { names[code] }

    /// Those whose name holds all the words of `text`, or whose code begins with it.
    package func matching(_ text: String) -> [Occupation] {
        let words = text.split(whereSeparator: \.isWhitespace)
        return all.filter { occupation in
            occupation.code.description.hasPrefix(text) || words.allSatisfy { occupation.name.contains($0) }
        }
    }
}

extension OccupationCode {
    /// - Throws: `Invalid` for a code that is not in the list.
    func checkListed() throws(Invalid) {
        guard Occupations.known.name(of: self) != nil else {
            throw Invalid(field: "occupationCode", reason: Reason("occupation-unknown", "is not in the list of occupations"))
        }
    }
}
