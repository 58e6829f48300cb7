package import Recruiting
package import Tables

extension TableFault {
    /// What is wrong, and what to do about it.
    package var reason: Reason {
        switch self {
        case .empty: Reason("sheet-empty", "holds no row in which anything stands")
        case .oldWorkbook:
            Reason("sheet-old-workbook", "is a workbook of before 2007, or locked by a password: save it as .xlsx without a password")
        case .markup:
            Reason("sheet-markup", "is a page of the web under another name: open it in a spreadsheet program and save it as .xlsx")
        case .unknownFormat: Reason("sheet-unknown-format", "is neither a workbook (.xlsx) nor text (.csv)")
        case .undecodable:
            Reason("sheet-undecodable", "holds characters that are neither UTF-8, UTF-16 nor GB18030: save it as .xlsx, or as CSV UTF-8")
        case .unclosedQuote: Reason("quote-unterminated", "begins a quoted cell that never ends; close it with a double quote")
        case .quoteInsideCell:
            Reason("quote-inside-field", "has a double quote inside a cell; quote the whole cell and write it twice")
        case .textAfterQuote: Reason("text-after-quote", "has text behind a closing quote; write a double quote inside a quoted cell twice")
        case .longCell(_, let limit):
            Reason("cell-too-long", "has a cell of more than {limit} bytes; shorten it, or close its quote", ["limit": "\(limit)"])
        case .manyColumns(_, let limit):
            Reason("too-many-columns", "has more than {limit} cells; leave out what isn't needed", ["limit": "\(limit)"])
        case .manyRows(let limit): Reason("sheet-too-long", "has more than {limit} rows; split it", ["limit": "\(limit)"])
        case .muchText(let limit):
            Reason("sheet-too-large", "holds more than {limit} MiB of text; split it", ["limit": "\(limit >> 20)"])
        case .damaged(let part):
            Reason("sheet-damaged", "is a damaged workbook ({part}): open it and save it again as .xlsx", ["part": part])
        case .missingSheet(let name): Reason("sheet-missing", "has no sheet {name}", ["name": name])
        }
    }

    /// The line on which it is; nil for what is wrong with the file as a whole.
    package var line: Int? {
        switch self {
        case .undecodable(let line), .unclosedQuote(let line), .quoteInsideCell(let line), .textAfterQuote(let line),
            .longCell(let line, _),
            .manyColumns(let line, _):
            line
        case .empty, .oldWorkbook, .markup, .unknownFormat, .manyRows, .muchText, .damaged, .missingSheet: nil
        }
    }
}

extension Table.Limits {
    /// What a table of jobs may hold: 20,000 jobs, and the rows above, below and between them that are none.
    package static let jobs = Table.Limits(rows: 20_100, columns: 64, cell: 32_768, text: 32 << 20, unpacked: 128 << 20)
}
