package import Recruiting

/// Invented people. Every phone number begins with 1990000, a range that belongs to nobody here, so that no real number can come up.
package struct Person: Sendable, Equatable {
    package let name: String
    package let phone: PhoneNumber
    /// Where the person lives: a place in Guangxi, or in Guangdong, where the work is.
    package let region: Region

    package init(number: Int, seed: UInt64) {
        var random = SeededRandom(seed: seed, stream: 1 << 40 + UInt64(number))
        name = random.pick(Self.surnames) + random.pick(Self.givenNames)
        // Eleven digits that begin with 19 are a mobile number.
        region = try! Region(random.pick(Self.regions))
        phone = try! PhoneNumber("1990000" + String(10_000 + number % 10_000).dropFirst())
    }

    /// 南宁、柳州、桂林、百色、河池、来宾、崇左、广州、东莞 (GB/T 2260)
    private static let regions = ["450100", "450200", "450300", "451000", "451200", "451300", "451400", "440100", "441900"]

    private static let surnames = ["韦", "黄", "覃", "莫", "陆", "蓝", "农", "梁", "李", "陈", "刘", "周", "吴", "罗", "蒙", "唐"]
    private static let givenNames = [
        "秀英", "建国", "小梅", "志强", "丽娟", "家豪", "春燕", "文斌", "晓燕", "海涛", "美玲", "国庆", "雪梅", "俊杰", "桂花", "永康", "思琪", "浩然",
    ]
}

/// What viewers of such sessions ask; `{title}` stands for the job they are shown.
enum QuestionTexts {
    static let aboutAJob = [
        "{title}包吃住吗？", "{title}要不要经验？", "{title}工资是月结还是日结？", "{title}两班倒吗？", "{title}夫妻可以一起去吗？", "{title}五险一金从哪天开始交？",
        "{title}四十五岁可以报名吗？", "{title}试用期多久？",
    ]
    static let general = ["去广东的交通补助怎么领？", "应届毕业生有租房补贴吗？", "社保可以转回老家吗？", "有没有大巴统一接送？", "没有技能证书可以先培训吗？"]
    static let answers = ["可以的，详情看岗位卡片。", "包吃住，四人间，有空调。", "交通补助凭车票申请，最高按政策执行。", "不需要经验，进厂有师傅带。", "社保可以转移接续，点政策卡看办法。"]
}
