"""Case folders for tests: a small hand-made one, the shipped one to damage, and a sound one."""

import csv
import json
import shutil
from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "data" / "tacheng-2024"
CALIFORNIA = SHIPPED.parent / "us-era1-california"

# The smallest case with all that a measure or a stock plan asks for: two counties, a home.
SMALL = {
    "units": """unit_code,name_zh,name_en,aliases,kind
100001,甲县,Jia County,老甲;Old Jia,county
100002,乙县,Yi County,,county
100000-home,儿童福利院,Children's Home,,institution
""",
    "allocation": """unit_code,amount_wan,tranche,source,fund_tag,document_no,fiscal_year
100001,30,advance,region,,,2024
100002,10.5,advance,region,,,2024
100000-home,2,advance,region,,,2024
100001,5,second,region,,,2024
""",
    "population": """unit_code,group,persons,low,high,year,status,source,source_en
100001,resident,500,500,500,2019,official,旧普查,
100001,resident,600,600,600,2020,official,普查,census
100002,resident,400,400,400,2020,official,普查,census
100001,aided,60,30,120,2020,estimate,估计,an estimate
100001,rural_allowance,40,20,80,2020,estimate,估计,an estimate
""",
}
SMALL_PACKAGE = {
    "name": "small",
    "title": "小案例",
    "title_en": "Small case",
    "currency": "CNY",
    "start": "2024-01",
}


def write_case(folder, tables, **properties):
    """Write a case folder from the text of its tables; a property of None is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    resources = [{"name": name, "path": f"{name}.csv"} for name in tables]
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    package = {**SMALL_PACKAGE, "resources": resources, **properties}
    package = {key: value for key, value in package.items() if value is not None}
    write_package(folder, package)
    return folder


def small_case(folder, **tables):
    """Write the small case, with some tables replaced or, by None, left out."""
    wanted = {**SMALL, **tables}
    return write_case(folder, {name: text for name, text in wanted.items() if text is not None})


def shipped_copy(folder):
    """Copy the shipped case, to damage it."""
    return Path(shutil.copytree(SHIPPED, folder))


def read_package(folder):
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def write_package(folder, package):
    text = json.dumps(package, ensure_ascii=False, indent=1)
    (folder / "datapackage.json").write_text(text, encoding="utf-8")


def set_property(folder, **properties):
    write_package(folder, {**read_package(folder), **properties})


def read_rows(folder, table):
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(folder, table, rows):
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def set_cell(folder, table, row, column, cell):
    """Change a cell; rows count as in a spreadsheet, the header being row 1."""
    rows = read_rows(folder, table)
    rows[row - 2][column] = str(cell)
    write_rows(folder, table, rows)


def replace_once(path, old, new):
    """Replace a text that stands in a file exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


UNITS = ("地区儿童福利院", "塔城市", "额敏县", "乌苏市", "沙湾市", "托里县", "裕民县")
UNITS += ("和布克赛尔蒙古自治县",)
# By the number of an indicator in the sound case: the levels that begin there, and what changes.
LEVELS = {
    1: ("产出指标", "数量指标"),
    9: ("", "质量指标"),
    10: ("", "时效指标"),
    14: ("", "成本指标"),
    15: ("效益指标", "社会效益指标"),
    18: ("", "可持续影响指标"),
    19: ("满意度指标", "服务对象满意度指标"),
}
NAMES = {11: "补助资金下达及时率", 19: "服务对象满意度"}
IN_WORDS = {6: "不低于上年", 7: "不低于上年", 15: "有所提升", 16: "及时送返"}
FIRST_WEIGHT = 22


def sound_case(folder):
    """Copy the shipped case with every known mistake of the notice mended, tables to match."""
    shipped_copy(folder)
    for row in range(3, 10):
        set_cell(folder, "allocation", row, "function_code", "2081902")
    rows = [_sound_indicator(n, row) for n, row in enumerate(read_rows(folder, "indicators"), 1)]
    write_rows(folder, "indicators", rows)
    notice = folder / "source" / "notice.txt"
    replace_once(notice, "提前下达部分 万元", "提前下达部分413万元")
    replace_once(notice, "四、请你县", "五、请你县")
    replace_once(notice, "三、各县（市）、单位要", "四、各县（市）、单位要")
    replace_once(notice, " 8.积极", " 7.积极")
    replace_once(notice, "其中:中央财政补助", "其中:自治区财政补助")
    lines = notice.read_text(encoding="utf-8").split("\n")
    title = next(n for n, line in enumerate(lines) if line.startswith("项目名称"))
    lines[title] = "\t".join(("项目名称", "", "困难群众救助补助资金", *UNITS))
    lines[title + 1] = "\t".join(
        ("自治区主管部门", "自治区民政厅", "地级主管部门", "塔城地区民政局")
    )
    start = next(n for n, line in enumerate(lines) if line.startswith("一级指标"))
    columns = ("level1", "level2", "level3", "target", "basis", "target_again", "last_year")
    columns += ("weight", "method", "evidence")
    lines[start + 1 :] = ["\t".join(row[column] for column in columns) for row in rows]
    notice.write_text("\n".join(lines), encoding="utf-8")
    return folder


def _sound_indicator(number, row):
    level1, level2 = LEVELS.get(number, ("", ""))
    words = IN_WORDS.get(number)
    target = words or "≥90%"
    row = {
        **row,
        "level1": level1,
        "level2": level2,
        "level3": NAMES.get(number, row["level3"]),
        "target": target,
        "target_again": target,
        "basis": "计划标准",
        "last_year": "持平" if words else "91%",
        "weight": str(FIRST_WEIGHT) if number == 1 else row["weight"],
        "method": "按照完成比例扣分",
        "evidence": "工作资料",
        "kind": "qualitative" if words else "quantitative",
        "operator": "" if words else ">=",
        "target_value": "" if words else "90",
        "unit": "" if words else "%",
        "note": "",
    }
    columns = ("level1", "level2", "level3", "target", "basis", "target_again", "last_year")
    printed = [row[column] for column in (*columns, "weight", "method", "evidence")]
    return {**row, "printed": " | ".join(cell for cell in printed if cell)}
