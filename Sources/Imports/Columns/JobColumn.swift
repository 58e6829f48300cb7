import Recruiting

/// What a column of a table of jobs can be.
package enum JobColumn: String, CaseIterable, Hashable, Sendable, Codable, CodingKeyRepresentable {
    /// The employer, by its credit code or its registered name.
    case company
    case uscc, title, occupation, occupationCode, skillsGrade, duties, conditions, place, region
    /// The whole pay in one cell, as in 6000-8000元/月.
    case pay
    case payMinimum, payMaximum, payUnit, openings, validThrough, source
    case shift, hoursADay, restDaysAMonth, meals, dormitory, insurance, contract, probationMonths, age, startsOn, contact
    /// Several of those in one cell, as in 包吃包住、五险一金.
    case terms
}

extension JobColumn {
    /// Whether several columns make up one text together.
    package var joins: Bool { [.duties, .conditions, .place, .terms].contains(self) }

    /// The column that `label` names; nil for one that nobody knows.
    package init?(label: some Sequence<String>) {
        let names = label.map(\.asLabel)
        let whole = names.joined()
        guard let column = Self.byName[whole] ?? names.last.flatMap({ Self.byName[$0] }) else { return nil }
        self = column
    }

    /// The column from which a posting's field comes, as JSON names it (`terms/age`).
    init(field: String) {
        self = field.split(separator: "/").last.flatMap { Self(rawValue: String($0)) } ?? .terms
    }

    /// Whether a column of this name holds nothing about a job: a running number, or what an earlier import found.
    package static func isBeside(_ label: [String]) -> Bool {
        label.last.map { beside.contains($0.asLabel) } ?? false
    }

    /// What the column is called in a template of ours, or in JSON.
    package func name(isChinese: Bool) -> String { isChinese ? Self.names[self]?.first ?? rawValue : rawValue }

    /// What offices call the columns. The first of each is what this server's own template has.
    static let names: [JobColumn: [String]] = [
        .company: [
            "用人单位", "单位", "单位名称", "企业", "企业名称", "公司", "公司名称", "用工单位", "用工企业", "招聘单位", "招聘企业", "用人单位名称", "company",
        ],
        .uscc: ["统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "单位代码", "uscc"],
        .title: ["岗位名称", "岗位", "职位", "职位名称", "招聘岗位", "招聘职位", "工作岗位", "岗位工种", "招聘岗位名称", "title"],
        .occupation: ["职业", "工种", "职业工种", "岗位类别", "职业类别", "工种名称", "occupation"],
        .occupationCode: ["职业代码", "职业编码", "职业分类代码", "occupationcode"],
        .skillsGrade: ["技能等级", "技能等级要求", "职业技能等级", "skillsgrade"],
        .duties: ["岗位职责", "工作内容", "岗位描述", "职位描述", "工作职责", "职责", "岗位说明", "主要工作", "工作描述", "duties"],
        .conditions: [
            "任职条件", "任职要求", "招聘条件", "岗位要求", "招聘要求", "要求", "条件", "学历要求", "学历", "文化程度", "其他要求", "其它要求", "性别要求", "性别",
            "经验要求", "工作经验", "专业要求", "专业", "技能要求", "资格要求", "证书要求", "conditions",
        ],
        .place: ["工作地点", "工作地址", "上班地点", "工作地", "地址", "工作区域", "单位地址", "企业地址", "place"],
        .region: ["行政区划", "行政区划代码", "区划代码", "行政区划码", "区划", "region"],
        .pay: ["月薪", "薪资", "薪酬", "工资", "薪资待遇", "工资待遇", "薪酬待遇", "待遇", "日薪", "时薪", "薪资范围", "月工资", "月收入", "综合薪资", "工资标准", "pay"],
        .payMinimum: ["最低薪资", "薪资下限", "最低工资", "薪资起", "paymin", "payminimum"],
        .payMaximum: ["最高薪资", "薪资上限", "最高工资", "薪资止", "paymax", "paymaximum"],
        .payUnit: ["薪资单位", "计薪单位", "计薪方式", "工资单位", "payunit"],
        .openings: ["招聘人数", "人数", "需求人数", "招工人数", "用工人数", "岗位数", "岗位数量", "招聘数量", "需求数", "缺工人数", "数量", "openings"],
        .validThrough: ["有效期至", "截止日期", "有效期", "招聘截止日期", "截止时间", "招聘截止", "招聘有效期", "报名截止", "validthrough"],
        .source: ["来源", "信息来源", "岗位来源", "source"],
        .shift: ["班次", "班制", "工作班制", "倒班", "排班", "轮班", "shift"],
        .hoursADay: ["每天工时", "日工作时长", "每日工作时间", "工作时长", "每天工作小时", "工时", "工作时间", "hoursaday"],
        .restDaysAMonth: ["月休", "休息", "月休天数", "休假", "休息日", "休息时间", "每月休息", "restdaysamonth"],
        .meals: ["吃", "餐食", "包吃", "是否包吃", "用餐", "伙食", "工作餐", "meals"],
        .dormitory: ["住宿", "包住", "是否包住", "宿舍", "住宿条件", "dormitory"],
        .insurance: ["保险", "社保", "社会保险", "五险一金", "是否购买社保", "社保情况", "insurance"],
        .contract: ["合同", "劳动合同", "用工形式", "用工方式", "合同类型", "用工性质", "contract"],
        .probationMonths: ["试用期", "试用期月", "probationmonths"],
        .age: ["年龄", "年龄要求", "age"],
        .startsOn: ["到岗时间", "到岗日期", "上岗时间", "入职时间", "startson"],
        .contact: ["联系时间", "可联系时间", "接听时间", "contact"],
        .terms: ["福利待遇", "福利", "食宿", "食宿情况", "食宿条件", "吃住", "包吃住", "是否包吃住", "福利保障", "其他待遇", "工作时间和休息", "terms"],
    ]

    private static let beside: Set<String> = ["序号", "编号", "序", "no", "问题", "problem"]

    private static let byName: [String: JobColumn] = {
        var columns = Dictionary(names.flatMap { column, names in names.map { ($0, column) } }) { first, _ in first }
        // Over 最低 and 最高 stands one of the words for pay.
        for pay in names[.pay] ?? [] {
            for (part, column) in [("最低", JobColumn.payMinimum), ("下限", .payMinimum), ("最高", .payMaximum), ("上限", .payMaximum)] {
                columns[pay + part] = column
                columns[part + pay] = columns[part + pay] ?? column
            }
        }
        return columns
    }()
}

extension String {
    /// The name without what stands in brackets, blanks and signs: `*薪资待遇（元/月）：` is 薪资待遇.
    var asLabel: String {
        var label = ""
        var depth = 0
        for character in asSeen.asHalfWidth.lowercased() {
            switch character {
            case "(", "[", "【": depth += 1
            case ")", "]", "】": depth -= 1
            case _ where depth > 0 || character.isWhitespace || "*:;、/\\.-_".contains(character): break
            default: label.append(character)
            }
        }
        return label
    }
}
