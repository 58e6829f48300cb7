#!/usr/bin/python3
"""Workbooks as offices and attackers make them: workbooks.py NAME [ROWS] writes one to standard output.

Those of offices are made by openpyxl, the others part by part."""
import datetime
import io
import sys
import zipfile

import openpyxl

CODE = "91440115MA6EYF1N1C"
HEADER = ["统一社会信用代码", "岗位名称", "职业", "岗位职责", "任职条件", "工作地点", "行政区划", "最低薪资", "最高薪资", "薪资单位",
          "招聘人数", "有效期至", "来源"]


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def plain(rows="3"):
    """Our own columns, as many rows as asked for, each job another."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("岗位")
    sheet.append(HEADER)
    day = datetime.date.today() + datetime.timedelta(days=90)
    for number in range(int(rows)):
        sheet.append([CODE, f"数控技工{number}", "数控技工", "操作数控机床，负责首件检验和日常保养，完成班组长交办的其他工作", "中专以上，两班倒",
                      "东莞市长安镇", "441900", 6000, 9000, "月", 3, day, "原创"])
    return saved(book)


def monthly():
    """A sheet for each of two months, the second with a job more."""
    book = openpyxl.load_workbook(io.BytesIO(plain("2")))
    book.active.title = "二月"
    sheet = book.create_sheet("三月")
    for line in openpyxl.load_workbook(io.BytesIO(plain("3"))).active.iter_rows(values_only=True):
        sheet.append([str(cell).replace("数控技工", "磨工") if column == 1 else cell for column, cell in enumerate(line)])
    return saved(book)


def separated(rows):
    """The same as CSV, with another title."""
    book = openpyxl.load_workbook(io.BytesIO(plain(rows)), read_only=True)
    lines = ([str(cell).removesuffix(" 00:00:00") for cell in row] for row in book.active.iter_rows(values_only=True))
    return "\r\n".join(",".join(line).replace("数控技工", "车工", 1) for line in lines).encode()


def types():
    """Every type of cell that openpyxl writes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["文本", 6000, 0.6, 1234567.891, True, datetime.date(2026, 3, 1), datetime.datetime(2026, 3, 1, 8, 30),
                  datetime.time(20, 15), "#N/A", "=A1&B1", 13800138000])
    sheet.append(["", None, "末"])
    sheet["A4"] = 46082  # 2026-03-01
    sheet["A4"].number_format = 'yyyy"年"m"月"d"日"'
    sheet["B4"] = 46082
    sheet["B4"].number_format = '0"元"'
    sheet["C4"] = 0.85
    sheet["C4"].number_format = "0%"
    return saved(book)


def from1904():
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append([datetime.date(2026, 3, 1)])
    return saved(book)


def sheets():
    """One that is hidden, one that is empty, then two with something in them."""
    book = openpyxl.Workbook()
    book.active.title = "参数"
    book.active["A1"] = "隐藏"
    book.active.sheet_state = "hidden"
    book.create_sheet("空表")
    book.create_sheet("岗位")["A1"] = "岗位"
    book.create_sheet("企业")["A1"] = "企业"
    book.active = 2
    return saved(book)


def mistaken():
    """The same with a name for a column that nobody knows, and pay that the law does not allow."""
    book = openpyxl.load_workbook(io.BytesIO(county()))
    book.active["C2"] = "干什么活"
    book.active["I6"] = "面议"
    return saved(book)


def county():
    """A title, a header of two rows, companies over several rows, dates, an empty row and column, a sum and a remark."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "岗位表"
    sheet["A1"] = "XX县2026年春季直播带岗岗位信息表"
    sheet.merge_cells("A1:N1")
    top = ["序号", "用人单位", "岗位名称", "工种", "工作内容", "学历要求", "年龄要求", "其他要求", "薪资待遇（元/月）", None, "需求人数", "工作地点", "区划代码", "截止日期"]
    for column, name in enumerate(top, 1):
        sheet.cell(2, column, name)
    sheet["I3"], sheet["J3"] = "最低", "最高"
    sheet.merge_cells("I2:J2")
    for column in "ABCDEFGHKLMN":
        sheet.merge_cells(f"{column}2:{column}3")
    day = datetime.date.today() + datetime.timedelta(days=90)
    rows = [
        [1, "广州明珞装备股份有限公司", "焊工", "焊工", "焊接车身夹具", "初中", "18-45岁", "持焊工证", 6000, 9000, 5, "黄埔区", "440112", day],
        [2, None, "装配钳工", "钳工", "装配自动化产线", "中专", "18-50岁", "会看图纸", 5500, 8000, "10", "黄埔区", "440112", day.strftime("%Y年%-m月%-d日")],
        [3, None, "仓管员", "仓库管理员", "收货发货盘点", "高中", "不限", None, 4500, 5500, "２人", "黄埔区", "440112", day.strftime("%Y.%-m.%-d")],
    ]
    for number, row in enumerate(rows, 4):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
    sheet.merge_cells("B4:B6")
    sheet["A8"], sheet["K8"] = "合计", 17
    sheet["A9"] = "备注：以上岗位均提供宿舍"
    sheet.merge_cells("A9:N9")
    return saved(book)


#: Ten kinds of mistakes, each by the column and the cell in which it is made.
MISTAKES = {
    "面议": {"I": "面议", "J": None}, "工资倒挂": {"I": 9000, "J": 6000}, "若干": {"K": "若干"}, "人数范围": {"K": "10-20人"},
    "已过期": {"N": "2020年3月1日"}, "不是日期": {"N": "长期"}, "没有登记": {"B": "查无此企业有限公司"}, "没有内容": {"E": None},
    "区划代码": {"M": "4401"}, "违法": {"H": "限男性，收取押金三百元"},
}  # fmt: skip


def careless(tag=""):
    """Like a county's table, with a row for each of ten kinds of mistakes, one row twice, and a column that nobody knows."""
    book = openpyxl.load_workbook(io.BytesIO(county()))
    sheet = book.active
    sheet["E2"] = "干什么活"
    sheet.unmerge_cells("A9:N9")
    for cells in ("A8", "K8", "A9"):
        sheet[cells] = None
    day = datetime.date.today() + datetime.timedelta(days=90)
    for number in (4, 5, 6):
        sheet.cell(number, 3, f"{sheet.cell(number, 3).value}{tag}")
    for number, (kind, cells) in enumerate(MISTAKES.items(), 7):
        row = [number, "广州明珞装备股份有限公司", f"装配工{number}{tag}", "装配工", f"装配夹具，{number} 号线", "初中", "18-45岁", None, 5000, 7000, 3,
               "黄埔区", "440112", day]
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
        for column, value in cells.items():
            sheet[f"{column}{number}"] = value
    last = 7 + len(MISTAKES)
    for column in range(1, 15):
        sheet.cell(last, column, sheet.cell(4, column).value)
    return saved(book)


def zipped(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def relations(*targets):
    links = "".join(f'<Relationship Id="r{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
                    for number, (kind, target) in enumerate(targets))
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}">{links}</Relationships>'


def parts(sheet, strings="", before="", workbook="", styles=None):
    """The parts of a workbook of one sheet, by hand."""
    targets = [("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")]
    made = {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{SHEETS}" xmlns:r="{RELATIONS}">{workbook}'
                           '<sheets><sheet name="一" sheetId="1" r:id="r0"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(*targets, *([("styles", "/xl/styles.xml")] if styles else [])),
        "xl/sharedStrings.xml": f'<sst xmlns="{SHEETS}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{before}<worksheet xmlns="{SHEETS}">{sheet}</worksheet>',
    }
    if styles:
        made["xl/styles.xml"] = styles
    return made


def row(*cells):
    return "<sheetData><row r='1'>" + "".join(cells) + "</row></sheetData>"


def cells():
    """What other programs write: values of formulas, inline and rich texts, pronunciation, errors, escapes, cells without places."""
    strings = ("<si><t>共用</t></si><si><r><t>富</t></r><r><rPr><b/></rPr><t>文本</t></r><rPh sb='0' eb='1'><t>fu</t></rPh></si>"
               "<si><t xml:space='preserve'>甲_x000D_\n乙&amp;_x0001_</t></si>")
    return zipped(parts(row(
        "<c t='s'><v>0</v></c>", "<c t='s'><v>1</v></c>", "<c t='s'><v>2</v></c>",
        "<c t='inlineStr'><is><t>行内</t></is></c>", "<c><f>1+1</f><v>2</v></c>", "<c t='str'><f>A1</f><v>值</v></c>",
        "<c t='str'><f>A9</f><v></v></c>", "<c><f>A1+1</f><v></v></c>", "<c t='e'><v>#REF!</v></c>", "<c t='b'><v>0</v></c>",
        "<c><v>0.30000000000000004</v></c>", "<c><v>1.3800138E10</v></c>", "<c t='d'><v>2026-03-01T00:00:00</v></c>",
        "<c r='Z1'><v></v></c>"), strings))


def prefixed():
    """Names with a prefix, as some programs have them, and the absolute path of a part."""
    made = parts("")
    made["xl/worksheets/sheet1.xml"] = (f'<x:worksheet xmlns:x="{SHEETS}"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>前缀</x:t></x:is>'
                                        '</x:c></x:row></x:sheetData></x:worksheet>')
    return zipped(made)


def doctype():
    lol = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return zipped(parts(row("<c t='inlineStr'><is><t>&b;</t></is></c>"), before=lol))


def bomb():
    """64 MiB in 100 KB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts("").items():
            if name.endswith("sheet1.xml"):
                with archive.open(name, "w", force_zip64=True) as part:
                    part.write(text.replace("</worksheet>", "<sheetData><row>").encode())
                    for _ in range(64):
                        part.write(b"<c/> " * 209_715)
            else:
                archive.writestr(name, text)
    return file.getvalue()


def strings(count):
    return zipped(parts(row("<c t='s'><v>0</v></c>"), "<si><t>a</t></si>" * int(count)))


def escapes():
    """Nothing but signs that stand for other signs, 4 MB of them."""
    return zipped(parts(row("<c t='s'><v>0</v></c>"), "<si><t>" + "_x0041_" * 599_186 + "</t></si>"))


def extremes():
    """Numbers at the ends of what numbers can be, and escapes of what is no character."""
    numbers = ["-9223372036854775808", "9223372036854775807", "-1e308", "nan", "-inf", "1e999", "-0"]
    texts = ["_x0041__x4e2d_", "_xD83D__xDE00_", "_x0000_b", "_x00_", "_x004G_", "_x0041"]
    return zipped(parts(row(*(f"<c><v>{number}</v></c>" for number in numbers),
                            *(f"<c t='str'><v>{text}</v></c>" for text in texts))))


def repeated():
    """One long text that every cell names."""
    sheet = "<sheetData>" + ("<row>" + "<c t='s'><v>0</v></c>" * 50 + "</row>") * 500 + "</sheetData>"
    return zipped(parts(sheet, "<si><t>" + "长" * 10_000 + "</t></si>"))


def merges():
    """Ranges that cover the whole sheet, ten thousand times."""
    sheet = "<sheetData>" + "<row><c t='inlineStr'><is><t>一</t></is></c></row>" * 1_000 + "</sheetData>"
    return zipped(parts(sheet + "<mergeCells>" + "<mergeCell ref='A1:BL1000'/>" * 10_000 + "</mergeCells>"))


def deep():
    return zipped(parts("<a>" * 100_000))


def token():
    """One tag that is longer than any cell."""
    return zipped(parts("<a b='" + "x" * 10_000_000 + "'/>"))


def without(name):
    made = parts(row("<c><v>1</v></c>"))
    del made[name]
    return zipped(made)


def stranger():
    """A ZIP that is no workbook."""
    return zipped({"readme.txt": "hello"})


def tall(count):
    return zipped(parts("<sheetData>" + "<row><c><v>1</v></c></row>" * int(count) + "</sheetData>"))


def wide():
    return zipped(parts("<sheetData><row><c r='BM1'><v>1</v></c></row></sheetData>"))


def far():
    return zipped(parts("<sheetData><row r='99999999999999999999'><c><v>1</v></c></row></sheetData>"))


if __name__ == "__main__":
    sys.stdout.buffer.write(globals()[sys.argv[1]](*sys.argv[2:]))
