/// An XLSX file (ECMA-376): its sheets by name, and what they share.
struct Workbook {
    private let archive: Archive
    private let limits: Table.Limits
    private let sheets: [Sheet]
    private let isFrom1904: Bool
    private let sharedStrings: String?
    private let styles: String?

    fileprivate struct Sheet {
        let name: String
        let part: String
        let isSeen: Bool
    }

    init(_ bytes: [UInt8], _ limits: Table.Limits) throws {
        archive = try Archive(bytes, unpacking: limits.unpacked)
        self.limits = limits
        let root = try Relationships(of: "", in: archive)
        guard let main = root.part(ofType: "officeDocument") else { throw TableFault.damaged(part: "_rels/.rels") }
        let relationships = try Relationships(of: main, in: archive)
        let contents = WorkbookContents()
        try archive.read(main, to: contents)
        sheets = contents.sheets.compactMap { sheet in
            relationships.parts[sheet.relationship].map { Sheet(name: sheet.name, part: $0.part, isSeen: sheet.isSeen) }
        }
        isFrom1904 = contents.isFrom1904
        sharedStrings = relationships.part(ofType: "sharedStrings")
        styles = relationships.part(ofType: "styles")
    }

    /// The sheet of this name; without one the first that is seen and holds anything.
    func table(_ name: String?, _ advanced: (Int) throws -> Void) throws -> Table {
        let strings = SharedStrings(limits)
        if let sharedStrings { try archive.read(sharedStrings, to: strings) }
        let formats = NumberFormats()
        if let styles { try archive.read(styles, to: formats) }
        let seen = sheets.filter(\.isSeen)
        if let name {
            guard let sheet = sheets.first(where: { $0.name == name }) else { throw TableFault.missingSheet(name) }
            return try read(sheet, strings, formats, advanced)
        }
        for sheet in seen {
            let table = try read(sheet, strings, formats, advanced)
            if !table.rows.isEmpty { return table }
        }
        throw TableFault.empty
    }

    private func read(
        _ sheet: Sheet,
        _ strings: SharedStrings,
        _ formats: NumberFormats,
        _ advanced: (Int) throws -> Void
    ) throws -> Table {
        try withoutActuallyEscaping(advanced) { advanced in
            let cells = SheetCells(strings: strings.texts, formats: formats, isFrom1904: isFrom1904, limits, advanced)
            do {
                try archive.read(sheet.part, to: cells)
            } catch {
                throw cells.stopped ?? error
            }
            var table = Table(origin: .workbook(sheet: sheet.name, sheets: sheets.filter(\.isSeen).map(\.name)))
            table.rows = cells.rows
            try table.spread(cells.merges, limits)
            return table
        }
    }
}

/// Where the parts lie that another part names (ECMA-376-2, Relationships).
private final class Relationships: XMLListener {
    private(set) var parts: [String: (type: String, part: String)] = [:]
    private let folder: [Substring]

    /// - Parameter part: the one that names them; empty for the file as a whole.
    init(of part: String, in archive: Archive) throws {
        let steps = part.split(separator: "/")
        folder = steps.dropLast()
        let path = (folder + ["_rels", "\(steps.last ?? "").rels"]).joined(separator: "/")
        if archive.has(path) { try archive.read(path, to: self) }
    }

    func part(ofType type: String) -> String? {
        parts.values.filter { $0.type == type }.map(\.part).min()
    }

    func begin(_ element: String, _ attributes: XMLAttributes) {
        guard element == "Relationship", let id = attributes["Id"], let type = attributes["Type"], let target = attributes["Target"],
            attributes["TargetMode"] != "External", parts.count < 10_000
        else { return }
        var steps = target.hasPrefix("/") ? [] : folder
        for step in target.split(separator: "/") where step != "." {
            if step == ".." { _ = steps.popLast() } else { steps.append(step) }
        }
        parts[id] = (String(type.split(separator: "/").last ?? ""), steps.joined(separator: "/"))
    }

    func text(_: UnsafeBufferPointer<UInt8>) {}
    func end(_: String) {}
}

private final class WorkbookContents: XMLListener {
    private(set) var sheets: [(name: String, relationship: String, isSeen: Bool)] = []
    private(set) var isFrom1904 = false

    func begin(_ element: String, _ attributes: XMLAttributes) throws(TableFault) {
        switch element {
        case "workbookPr": isFrom1904 = ["1", "true"].contains(attributes["date1904"])
        case "sheet":
            guard sheets.count < 1_000 else { throw .damaged(part: "workbook") }
            sheets.append((attributes["name"] ?? "", attributes["id"] ?? "", (attributes["state"] ?? "visible") == "visible"))
        default: break
        }
    }

    func text(_: UnsafeBufferPointer<UInt8>) {}
    func end(_: String) {}
}

/// Texts that cells name by their number, without the pronunciation that may stand beside them.
final class SharedStrings: XMLListener {
    private(set) var texts: [String] = []
    private var text: [UInt8] = []
    private var isText = false
    private var isSpoken = false
    private let limits: Table.Limits
    private var left: Int

    init(_ limits: Table.Limits) {
        self.limits = limits
        left = limits.text
    }

    func begin(_ element: String, _: XMLAttributes) throws(TableFault) {
        switch element {
        case "si":
            guard texts.count < limits.rows * limits.columns else { throw .muchText(limit: limits.text) }
            text = []
        case "t": isText = !isSpoken
        case "rPh": isSpoken = true
        default: break
        }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) throws(TableFault) {
        guard isText else { return }
        left -= bytes.count
        guard left >= 0 else { throw .muchText(limit: limits.text) }
        text += bytes
    }

    func end(_ element: String) {
        switch element {
        case "si": texts.append(String(decoding: text, as: UTF8.self).unescaped)
        case "t": isText = false
        case "rPh": isSpoken = false
        default: break
        }
    }
}

extension String {
    /// The text with `_x000D_` and the like as the characters that they stand for (ECMA-376-1, 22.9.2.19, ST_Xstring); other
    /// controls than line breaks and tabs are left out.
    ///
    /// By bytes: matches of a regular expression took three hundred times the text's own memory where it is made of nothing else.
    var unescaped: String {
        guard utf8.count >= 7, contains("_x") else { return self }
        let source = Array(utf8)
        var (text, index) = ([UInt8](), 0)
        text.reserveCapacity(source.count)
        while index < source.count {
            if let code = source.escapedCharacter(at: index) {
                text += Unicode.Scalar(code).flatMap(\.kept)?.utf8.map(\.self) ?? []
                index += 7
            } else {
                text.append(source[index])
                index += 1
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Unicode.Scalar {
    /// As a text; nil for a control that no cell shows.
    fileprivate var kept: String? { value >= 0x20 || value == 0x09 || value == 0x0A || value == 0x0D ? String(self) : nil }
}

extension [UInt8] {
    /// The number in `_xHHHH_`, if that begins at the place.
    fileprivate func escapedCharacter(at place: Int) -> UInt16? {
        guard place + 7 <= count, self[place] == UInt8(ascii: "_"), self[place + 1] == UInt8(ascii: "x"), self[place + 6] == self[place]
        else { return nil }
        var code = UInt16(0)
        for byte in self[place + 2..<place + 6] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            code = code << 4 | UInt16(digit)
        }
        return code
    }
}
