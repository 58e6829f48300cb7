import CExpat

/// Hears what stands in a part of a workbook. Names come without their prefix.
protocol XMLListener: AnyObject {
    func begin(_ element: String, _ attributes: XMLAttributes) throws(TableFault)
    func text(_ bytes: UnsafeBufferPointer<UInt8>) throws(TableFault)
    func end(_ element: String) throws(TableFault)
}

/// The attributes of an element while it is being told.
struct XMLAttributes {
    /// Names and values by turns, as expat has them; nil at the end.
    fileprivate let list: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?

    subscript(_ name: String) -> String? {
        guard var next = list else { return nil }
        while let key = next[0], let value = next[1] {
            if localName(key) == name { return String(cString: value) }
            next += 2
        }
        return nil
    }
}

extension Archive {
    /// Lets `listener` hear the part, by expat.
    ///
    /// A document type, in which entities are declared, is refused: no workbook has one.
    func read(_ part: String, to listener: some XMLListener) throws {
        guard let parser = XML_ParserCreate(nil) else { throw TableFault.damaged(part: part) }
        defer { XML_ParserFree(parser) }
        let course = Course(listener)
        try withExtendedLifetime(course) {
            course.attach(to: parser)
            try read(part) { next in
                var isOver = false
                while !isOver {
                    guard let room = XML_GetBuffer(parser, Int32(Course.piece)) else { throw TableFault.damaged(part: part) }
                    let count = try next(UnsafeMutableRawBufferPointer(start: room, count: Course.piece))
                    isOver = count == 0
                    course.silence += count
                    let status = XML_ParseBuffer(parser, Int32(count), isOver ? 1 : 0)
                    if let fault = course.fault { throw fault }
                    guard status == XML_STATUS_OK, course.silence <= Course.silenceLimit else { throw TableFault.damaged(part: part) }
                }
            }
        }
    }
}

/// What the parser of a part is with; it gets at it by a pointer.
private final class Course {
    let listener: any XMLListener
    var fault: TableFault?
    /// Bytes since anything was told: expat keeps what isn't whole yet.
    var silence = 0
    private var depth = 0
    private var parser: XML_Parser?

    static let piece = 1 << 16
    static let silenceLimit = 1 << 20
    /// A cell's text lies seven elements deep.
    private static let depthLimit = 64

    init(_ listener: any XMLListener) {
        self.listener = listener
    }

    func attach(to parser: XML_Parser) {
        self.parser = parser
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { course, name, attributes in
                guard let course = Course.at(course), let name else { return }
                course.begin(localName(name), XMLAttributes(list: attributes))
            },
            { course, name in
                guard let course = Course.at(course), let name else { return }
                course.end(localName(name))
            }
        )
        XML_SetCharacterDataHandler(parser) { course, text, count in
            guard let course = Course.at(course), let text else { return }
            text.withMemoryRebound(to: UInt8.self, capacity: Int(count)) {
                course.hear(UnsafeBufferPointer(start: $0, count: Int(count)))
            }
        }
        XML_SetStartDoctypeDeclHandler(parser) { course, _, _, _, _ in Course.at(course)?.stop(.damaged(part: "DOCTYPE")) }
    }

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> Course? {
        pointer.map { Unmanaged<Course>.fromOpaque($0).takeUnretainedValue() }
    }

    private func begin(_ name: String, _ attributes: XMLAttributes) {
        depth += 1
        guard depth <= Self.depthLimit else { return stop(.damaged(part: name)) }
        tell { () throws(TableFault) in try listener.begin(name, attributes) }
    }

    private func hear(_ text: UnsafeBufferPointer<UInt8>) {
        tell { () throws(TableFault) in try listener.text(text) }
    }

    private func end(_ name: String) {
        depth -= 1
        tell { () throws(TableFault) in try listener.end(name) }
    }

    /// Expat may tell something more after it was stopped.
    private func tell(_ what: () throws(TableFault) -> Void) {
        silence = 0
        guard fault == nil else { return }
        do throws(TableFault) {
            try what()
        } catch {
            stop(error)
        }
    }

    private func stop(_ fault: TableFault) {
        self.fault = self.fault ?? fault
        XML_StopParser(parser, 0)
    }
}

/// The name without its prefix.
private func localName(_ name: UnsafePointer<XML_Char>) -> String {
    var (start, next) = (name, name)
    while next.pointee != 0 {
        if next.pointee == CChar(UInt8(ascii: ":")) { start = next + 1 }
        next += 1
    }
    return String(cString: start)
}
