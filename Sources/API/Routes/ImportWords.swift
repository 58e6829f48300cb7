import Imports
import Pages

/// How a file of corrections says what is wrong, in the words of the pages.
struct ImportWords {
    let isChinese: Bool
    let labels: [[String]]

    /// The name of the column; an import passes it over.
    var problem: String { isChinese ? "问题" : "Problem" }

    func sentence(_ row: ImportStore.Correction) -> String {
        if let line = row.repeats { return isChinese ? "与第 \(line) 行重复，不再导入" : "repeats line \(line) and is not posted again" }
        if row.status == "known" { return isChinese ? "已经导入过" : "is posted already" }
        return row.faults.map { fault in
            let label =
                fault.place.flatMap { labels.indices.contains($0) ? labels[$0].last : nil } ?? fault.column.name(isChinese: isChinese)
            return isChinese ? "\(label)：\(Words.fault(fault.code, fault.values ?? [:]) ?? "填写有误")" : "\(label): \(fault.detail)"
        }.joined(separator: isChinese ? "；" : "; ")
    }
}
