import Recruiting
import Testing

@Suite struct PhoneNumberTests {
    @Test(arguments: [
        ("13800138000", "13800138000"), (" 138 0013 8000 ", "13800138000"), ("138-0013-8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+86 138 0013 8000", "13800138000"), ("＋86（138）00138000", "13800138000"), ("0086-13800138000", "13800138000"),
        ("86 13800138000", "13800138000"), ("\u{202d}138\u{200b}00138000\u{202c}", "13800138000"), ("138.0013.8000", "13800138000"),
        ("0771-5501234", "07715501234"), ("(010) 6512 3456", "01065123456"), ("020 8123 4567", "02081234567"),
        ("+86 771 5501234", "07715501234"),
        ("+86 (0)771 5501234", "07715501234"), ("+852 6123 4567", "+85261234567"), ("00852-61234567", "+85261234567"),
        ("+1 (415) 555-0132", "+14155550132"),
    ])
    func `a number is taken as people write it and kept plainly`(written: String, plain: String) throws {
        #expect(try PhoneNumber(written).description == plain)
        #expect(try PhoneNumber(plain).description == plain)
    }

    @Test(arguments: [
        ("13800138000", "+8613800138000"), ("0086 138 0013 8000", "+8613800138000"), ("0771-5501234", "+867715501234"),
        ("+86 (0)771 5501234", "+867715501234"), ("010 6512 3456", "+861065123456"), ("00852-61234567", "+85261234567"),
    ])
    func `a number has one text by which it is dialled from anywhere`(written: String, dialled: String) throws {
        #expect(try PhoneNumber(written).e164 == dialled)
    }

    @Test(arguments: [
        "", "       ", "-------", "+++++++", "1380013800", "138001380000", "12800138000", "5501234", "0000000000", "0771-155012",
        "4008001234",
        "+86 1380013800", "+0123456789", "+1234567890123456", "13800138000转1", "138O0138000", "+", "一三八零零一三八零零零", "138+00138000",
    ])
    func `what nobody can call is refused`(text: String) {
        let error = #expect(throws: Invalid.self) { try PhoneNumber(text) }
        #expect(error?.field == "phone" && error?.reason.code == "not-a-telephone-number")
    }

    @Test(arguments: [
        "13800138000", "138 0013 8000", "138-0013-8000", "138.0013.8000", "138_0013_8000", "138/0013/8000", "138·0013·8000",
        "1-3-8-0-0-1-3-8-0-0-0", "138−0013−8000", "138⁄0013⁄8000",
        "138 - 0013 - 8000", "138\n0013\n8000", "（138）00138000", "138~0013~8000", "138......0013......8000", "+86 138 0013 8000",
        "86138 0013 8000",
        "0086 138 0013 8000",
        "１３８００１３", "١٣٨ ٠٠١٣ ٨٠٠٠", "𝟏𝟑𝟖 𝟎𝟎𝟏𝟑 𝟖𝟎𝟎𝟎", "一三八零零一三八零零零", "幺三八-〇〇一三-八〇〇〇", "壹叁捌零零壹叁捌零零零",
        "①③⑧⓪⓪①③⑧⓪⓪⓪", "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣", "138\u{200b}0013\u{200b}8000", "1\u{2060}380013", "我1380013，8000打我", "加我微信1380013800",
        "0771-550-1234", "(010) 6512 3456", "+852 6123 4567", "(+852) 6123-4567", "450102 19990101 1234", "450102-1999-0101-123X",
        "450102199901011234",
        "QQ 1234567", "工资4000-6000，电话 138 0013 8000，谢谢",
    ])
    func `a personal number is found however it is written`(text: String) {
        #expect(text.holdsPersonalNumber)
    }

    @Test(arguments: [
        "", "包吃住吗？", "4000-6000", "4000-6000元", "4000~6000 一个月？", "2026-11-29", "2026年11月29日", "2026/11/29 2026/12/31", "2026-11-18 13:00",
        "8:00-17:30", "13:00-17:30 18:00-21:00", "08:00-12:00、14:00-18:00", "6-8K·13薪", "月薪 120000 元", "123456", "底薪3000+1000-2000",
        "底薪+1000-2000提成",
        "4,000-6,000", "1500-1800 2000-2500", "周一至周五，早上八点到下午五点半", "一、二、三、四五个岗位", "18-45岁，10-15人", "每天12小时，两班倒，26天", "二〇二六年一月",
        "5500.00-6500.50", "10%-20% 30%", "招3人：1、质检 2、仓库 3、叉车",
    ])
    func `pay, dates, hours and counts are no personal numbers`(text: String) {
        #expect(!text.holdsPersonalNumber)
    }

    @Test func `reasons and causes that staff write hold no such number`() {
        let text = "提问者电话 138-0013-8000"
        #expect(throws: Invalid.self) { try QuestionHidden(question: QuestionTests.first, reason: text) }
        #expect(throws: Invalid.self) { try SessionCancelled(reason: text) }
        #expect(throws: Invalid.self) { try SessionInterrupted(cause: text) }
        #expect(throws: Invalid.self) { try JobWithdrawn(reason: text) }
        #expect(throws: Never.self) { try SessionCancelled(reason: "改到 2026-12-01 下午") }
    }
}
