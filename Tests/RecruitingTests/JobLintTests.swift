import FoundationEssentials
import Recruiting
import Testing

/// What the rules find in postings, and what they must not.
@Suite(.timeLimit(.minutes(10))) struct JobLintTests {
    private static func draft(_ field: String, _ text: String) throws -> JobDraft {
        let json = try JSONEncoder().encode([field: text])
        return try JSONDecoder().decode(JobDraft.self, from: json)
    }

    private static func found(_ text: String, in field: String = "conditions") throws -> [JobLint.Finding] {
        JobLint.standard.findings(in: try draft(field, text))
    }

    @Test(arguments: [
        ("入职需交押金500元", "deposit"), ("押金500，离职退还", "deposit"), ("缴纳保证金", "deposit"), ("押 金 三百", "deposit"), ("押·金三百", "deposit"),
        ("押\u{FE00}金三百", "deposit"), ("押\u{200D}金三百", "deposit"), ("押\u{336}金\u{336}三百", "deposit"), ("Q\u{20DD}Q12345678", "contact"),
        ("需扣押身份证", "deposit"), ("无经验者需交押金", "deposit"), ("不收男工；押金五百", "deposit"), ("押金可退，不收服装费", "deposit"),
        ("报名费100元", "fee"), ("培训费自理", "fee"), ("先交钱后上岗", "fee"), ("入职交服装费", "fee"), ("中介费300", "fee"),
        ("可办培训贷", "training-loan"), ("先学后付，包就业", "training-loan"), ("招转培项目", "training-loan"), ("贷款培训后上岗", "training-loan"),
        ("限男性", "sex"), ("限女", "sex"), ("男士优先", "sex"), ("性别：男", "sex"), ("只招女工", "sex"), ("已婚已育优先", "sex"),
        ("限本地户口", "origin"), ("外地人勿扰", "origin"), ("不招河南人", "origin"), ("限汉族", "origin"), ("不招少数民族", "origin"),
        ("乙肝勿扰", "illness"), ("无乙肝", "illness"), ("体检乙肝两对半", "illness"), ("非ＨＢＶ携带", "illness"), ("HIV阴性", "illness"),
        ("残疾人勿扰", "disability"), ("日入过万不是梦", "bait"), ("日赚300元", "bait"), ("内部名额", "bait"), ("刷单兼职", "bait"),
        ("加微信详聊", "contact"), ("微信：abc12345", "contact"), ("微信abc12345", "contact"), ("加 V 信", "contact"), ("vx: abc", "contact"),
        ("QQ12345678", "contact"), ("ＱＱ：12345678", "contact"), ("电话138-0013-8000", "contact"), ("请拨一三八零零一三八零零零", "contact"),
    ])
    func `what the law forbids is refused`(text: String, rule: String) throws {
        let findings = try Self.found(text)
        let finding = try #require(findings.first { $0.rule == rule }, "\(findings)")
        #expect(finding.severity == .block && finding.field == "conditions" && !finding.zh.isEmpty && !finding.en.isEmpty)
    }

    @Test(arguments: [
        "不收押金", "不收取任何押金", "无需押金", "无押金", "免押金", "押金全免", "不需要缴纳任何押金", "严禁收取押金", "不收任何费用和押金", "零押金", "不用交押金",
        "免费培训", "带薪培训", "提供岗前培训", "培训费由公司承担", "免培训费", "培训费全免", "公司承担培训费", "不收取培训费", "不收报名费", "无中介费",
        "拒绝培训贷", "男女不限", "不限男女", "性别不限", "户籍不限", "不限户籍", "不查乙肝", "不要求检测乙肝", "乙肝不限", "乙肝携带者可应聘",
        "会用微信小程序", "熟悉微信支付", "负责微信公众号运营", "加强协作", "熟悉C++vue", "精通Java、Vue", "薪资6000-9000元", "工作时间8:00-17:30",
        "在2026-12-31前到岗", "年满18周岁以上", "吃苦耐劳，服从安排", "反刷单系统开发", "archive维护", "民族乐器演奏", "五险一金", "有社保",
    ])
    func `what is no fault is none`(text: String) throws {
        #expect(try Self.found(text).map { "\($0.rule) \($0.words)" } == [])
    }

    @Test(arguments: [
        ("18-45岁", "age"), ("18至45周岁", "age"), ("18岁—45岁", "age"), ("45岁以下", "age"), ("年龄18到50", "age"), ("五十岁以内", "age"),
        ("不超过40岁", "age"),
        ("体检费自理", "examination-fee"), ("高薪诚聘", "bait-wording"), ("薪资面议", "negotiable"), ("招男工", "sex-wording"), ("形象气质佳", "sex-wording"),
        ("本市户籍", "origin-wording"), ("不招懒惰的人", "origin-wording"),
    ])
    func `what may be a fault is flagged`(text: String, rule: String) throws {
        let findings = try Self.found(text)
        #expect(findings.contains { $0.rule == rule && $0.severity == .flag }, "\(findings)")
        #expect(!findings.contains { $0.severity == .block }, "\(findings)")
    }

    @Test func `duties that are about money are flagged and not refused`() throws {
        for (field, severity) in [("duties", JobLint.Severity.flag), ("conditions", .block), ("title", .block), ("place", .block)] {
            #expect(try Self.found("收取学员报名费", in: field).first?.severity == severity, "\(field)")
        }
    }

    @Test func `a finding names the words, each once`() throws {
        let finding = try #require(try Self.found("押金三百，押金不退，另交保证金").first { $0.rule == "deposit" })
        #expect(finding.words == ["押金", "保证金"])
    }

    @Test func `pay, age and hours are looked at as numbers`() throws {
        for (json, rules) in [
            (#"{"pay":{"minimum":6000,"maximum":9000,"unit":"month"}}"#, []),
            (#"{"pay":{"minimum":6000,"maximum":9000,"unit":"day"}}"#, ["pay-implausible"]),
            (#"{"pay":{"minimum":200,"maximum":300,"unit":"month"}}"#, ["pay-implausible"]),
            (#"{"pay":{"minimum":3000,"maximum":30000,"unit":"month"}}"#, ["pay-spread"]),
            (#"{"pay":{"minimum":20,"maximum":25,"unit":"hour"},"terms":{"age":{"maximum":45}}}"#, ["age"]),
            (#"{"terms":{"hoursADay":12,"restDaysAMonth":2}}"#, ["hours", "rest"]),
            (#"{"terms":{"hoursADay":8,"restDaysAMonth":4}}"#, []),
        ] {
            let findings = JobLint.standard.findings(in: try JSONDecoder().decode(JobDraft.self, from: Data(json.utf8)))
            #expect(findings.map(\.rule) == rules && findings.allSatisfy { $0.severity == .flag }, "\(json)")
        }
    }

    /// Ten times as long as a text may be: what grows with the square of the length would be at it for an hour.
    @Test(arguments: ["押金", "不招", "18-", "微信a", "限男女不限", "不收押", "1 ", "加", "qq", "\u{200d}押", "不招人"])
    func `a hostile text is read in a time that grows with its length`(unit: String) throws {
        let text = String(repeating: unit, count: 40_000 / unit.unicodeScalars.count)
        #expect(try Self.found(text).allSatisfy { $0.words.count <= 5 })
    }

    @Test func `the rules that come with the program are whole`() {
        #expect(!JobLint.standard.version.isEmpty)
        #expect(Occupations.known.all.count > 100)
    }
}
