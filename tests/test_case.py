"""A case is loaded whole, or every problem is told with its file, row and column."""

import hashlib
import re
import warnings
from dataclasses import replace

import pandas as pd
import pytest
from cases import (
    SHIPPED,
    SMALL,
    SMALL_PACKAGE,
    read_package,
    replace_once,
    set_property,
    shipped_copy,
    small_case,
    write_case,
)
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analysis.case import AIDED_GROUPS, PROGRAMME_GROUPS, InvalidCaseError, load_case
from analysis.errors import CaseError, UsageError
from analysis.schema import TABLES


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return load_case(small_case(tmp_path_factory.mktemp("small") / "case"))


def problems(folder):
    with pytest.raises(CaseError) as caught:
        load_case(folder)
    error = caught.value
    assert isinstance(error, InvalidCaseError)
    for problem in error.problems:
        assert re.search("[\u4e00-\u9fff]", problem.zh)
        assert problem.en
        assert not re.search("[{}]", problem.zh + problem.en)
    return [problem.en for problem in error.problems]


def with_cell(tmp_path, table, old, new):
    folder = small_case(tmp_path / "case")
    replace_once(folder / f"{table}.csv", old, new)
    return problems(folder)


# What a case gives.


def test_amounts_are_summed_over_tranches_in_the_order_of_units(small):
    amount = small.amount_wan()
    assert amount.to_dict() == {"100001": 35.0, "100002": 10.5, "100000-home": 2.0}
    assert list(amount.index) == list(small.units.index)
    assert (amount.name, amount.dtype) == ("amount_wan", "float64")


def test_a_unit_without_an_allocation_has_0(tmp_path):
    lines = SMALL["allocation"].splitlines(keepends=True)
    case = load_case(small_case(tmp_path / "case", allocation="".join(lines[:2])))
    assert case.amount_wan().to_dict() == {"100001": 30.0, "100002": 0.0, "100000-home": 0.0}


def test_people_are_the_latest_count_of_the_units_that_have_one(small):
    people = small.people("resident")
    assert people["persons"].to_dict() == {"100001": 600.0, "100002": 400.0}
    assert list(people.columns) == ["persons", "low", "high", "status", "source", "source_en"]
    assert list(small.people("aided").index) == ["100001"]


def test_a_group_without_a_count_is_refused(small):
    with pytest.raises(UsageError, match="resident, aided"):
        small.people("rural")


def test_groups_and_the_case_without_aided_people(small):
    assert small.groups() == ["resident", "aided", "rural_allowance"]
    bare = small.without_aided()
    assert bare.groups() == ["resident"]
    assert small.groups() == ["resident", "aided", "rural_allowance"]
    assert bare.population.index.tolist() == [0, 1, 2]
    assert bare.amount_wan().equals(small.amount_wan())
    assert not set(bare.groups()) & set(AIDED_GROUPS)


COUNTED = """unit_code,group,persons,low,high,year,status,source
100001,resident,600,600,600,2020,official,普查
100001,applicant_households,9,9,9,2022,official,月报
100001,aided_households,7,7,7,2022,official,月报
100002,aided_households,5,5,5,2022,official,月报
"""


def test_a_group_says_by_its_name_that_it_counts_households(small):
    assert small.counted_in("aided_households") == "households"
    assert small.counted_in("applicant_households") == "households"
    for group in (*PROGRAMME_GROUPS, "aided", "resident", "households_of_four", "households"):
        assert small.counted_in(group) == "persons"


def test_the_aided_are_persons_where_they_are_counted_and_else_households(tmp_path, small):
    assert small.aided_group() == "aided"
    assert small.without_aided().aided_group() is None
    case = load_case(small_case(tmp_path / "case", population=COUNTED))
    assert case.aided_group() == "aided_households"
    assert case.without_aided().groups() == ["resident", "applicant_households"]
    both = replace(case, population=pd.concat([case.population, small.population]))
    assert both.aided_group() == "aided"
    assert both.without_aided().aided_group() is None


EARLIER_HEAD = "unit_code,amount_wan,kind,fiscal_year,document_no,status,source"
EARLIER = f"""{EARLIER_HEAD}
100002,12.5,original,2024,,official,原文
100001,3,last_year,2023,甲〔2023〕1号,official,原文
100000-home,0,last_year,2023,,official,原文
"""


def test_earlier_money_is_by_unit_and_none_where_the_case_has_none_of_a_kind(tmp_path, small):
    case = load_case(small_case(tmp_path / "case", earlier_allocation=EARLIER))
    original, last_year = case.earlier_wan("original"), case.earlier_wan("last_year")
    assert original.to_dict() == {"100001": 0.0, "100002": 12.5, "100000-home": 0.0}
    assert last_year.to_dict() == {"100001": 3.0, "100002": 0.0, "100000-home": 0.0}
    for amount in (original, last_year):
        assert list(amount.index) == list(case.units.index)
        assert (amount.name, amount.dtype) == ("amount_wan", "float64")
    assert small.earlier_wan("original") is None
    only = EARLIER.replace("100002,12.5,original,2024,,official,原文\n", "")
    case = load_case(small_case(tmp_path / "one", earlier_allocation=only))
    assert case.earlier_wan("original") is None
    assert case.earlier_wan("last_year").equals(last_year)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("12.5,original", "12.5,first", "row 2, kind: 'first' is none of: original, last_year"),
        ("12.5,original", "-12.5,original", "row 2, amount_wan: -12.5 is negative"),
        ("0,last_year,2023,,official", "0,last_year,2023,,", "row 4, status: the cell is empty"),
        ("100000-home,0", "100001,0", "row 4: it repeats row 3"),
        ("100000-home,0", "100003,0", "row 4, unit_code: '100003' is not in units.csv"),
    ],
)
def test_a_wrong_row_of_earlier_money_is_named(tmp_path, old, new, message):
    folder = small_case(tmp_path / "case", earlier_allocation=EARLIER)
    replace_once(folder / "earlier_allocation.csv", old, new)
    (found,) = problems(folder)
    assert found.startswith(f"earlier_allocation.csv, {message}")


def test_money_is_official_unless_a_row_says_otherwise(tmp_path, small):
    assert small.money_status == "official"
    header, *rows = SMALL["allocation"].splitlines()
    for said, worst in (
        (["official", "", "estimate", ""], "estimate"),
        (["synthetic", "", "estimate", "official"], "synthetic"),
        ([""] * 4, "official"),
    ):
        marked = [f"{row},{status}" for row, status in zip(rows, said, strict=True)]
        table = "\n".join([f"{header},status", *marked]) + "\n"
        case = load_case(small_case(tmp_path / worst, allocation=table))
        assert case.money_status == worst


def test_another_kind_of_earlier_money_is_refused(small):
    with pytest.raises(UsageError, match="original, last_year"):
        small.earlier_wan("before")


MEASURES = """unit_code,measure,value,kind,unit,year,status,source
100001,fiscal_capacity,0.8,inverse_index,yuan a resident,2023,official,决算
100002,fiscal_capacity,1.2,inverse_index,yuan a resident,2023,official,决算
100001,effort,0,index,%,2023,official,决算
"""


def test_measures_are_read_and_their_names_may_be_left_out(tmp_path, small):
    case = load_case(small_case(tmp_path / "case", measures=MEASURES))
    assert case.measures["value"].tolist() == [0.8, 1.2, 0.0]
    assert case.measures["name_zh"].isna().all()
    assert "measures.csv" in case.inputs
    assert small.measures.empty
    assert tuple(small.measures.columns) == TABLES["measures"].column_names


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "1.2,inverse_index",
            "1.2,index",
            "row 3, kind: measure 'fiscal_capacity' has 'index' here and 'inverse_index' in row 2",
        ),
        (
            "1.2,inverse_index,yuan a resident",
            "1.2,inverse_index,万元",
            "row 3, unit: measure 'fiscal_capacity' has '万元' here and 'yuan a resident' in row 2",
        ),
        ("1.2,", "-1.2,", "row 3, value: -1.2 is below 0"),
        ("1.2,inverse_index", "1.2,inverse", "row 3, kind: 'inverse' is none of: count, index"),
        ("100001,effort", "100001,财力", "row 4, measure: '财力' is no internal name"),
        ("100002,fiscal", "100001,fiscal", "row 3: it repeats row 2"),
        ("100002,fiscal", "100003,fiscal", "row 3, unit_code: '100003' is not in units.csv"),
    ],
)
def test_a_wrong_measure_is_named(tmp_path, old, new, message):
    folder = small_case(tmp_path / "case", measures=MEASURES)
    replace_once(folder / "measures.csv", old, new)
    (found,) = problems(folder)
    assert found.startswith(f"measures.csv, {message}")


@pytest.mark.parametrize(
    ("cells", "rounding"),
    [
        (("30", "10", "2", "5"), 1.0),
        (("30", "10.5", "2", "5"), 0.1),
        (("30", "10.50", "2", "5"), 0.01),
        (("30.000000", "10.5", "2", "5"), 1e-6),
        (("30", "219692.604898", "2.1", "5"), 1e-6),
    ],
)
def test_without_a_rounding_of_its_own_a_case_is_as_exact_as_it_is_written(
    tmp_path, cells, rounding
):
    lines = [line.split(",") for line in SMALL["allocation"].splitlines()]
    for line, cell in zip(lines[1:], cells, strict=True):
        line[1] = f" {cell} "
    text = "\n".join(",".join(line) for line in lines)
    folder = small_case(tmp_path / "case", allocation=text)
    assert load_case(folder).rounding_wan == rounding
    set_property(folder, rounding_wan=0)
    assert load_case(folder).rounding_wan == 0.0


def test_the_rounding_and_the_approval_number_are_the_package_s(tmp_path, small):
    folder = small_case(tmp_path / "case")
    set_property(folder, rounding_wan=0.25, map_approval_no="GS(2024)0650号")
    case = load_case(folder)
    assert (case.rounding_wan, case.map_approval_no) == (0.25, "GS(2024)0650号")
    assert small.map_approval_no == ""
    assert load_case(SHIPPED).rounding_wan == 1.0


def test_absent_tables_are_empty_with_their_columns(small):
    for name in TABLES.keys() - SMALL.keys():
        frame = getattr(small, name)
        assert frame.empty
        assert tuple(frame.columns) == TABLES[name].column_names
    assert small.notice_text == ""
    assert small.boundaries is None


def test_aliases_are_a_tuple_each(small):
    assert small.units["aliases"].tolist() == [("老甲", "Old Jia"), (), ()]


def test_inputs_are_the_hashes_of_the_files_read(small):
    files = {"datapackage.json", *(f"{name}.csv" for name in SMALL)}
    assert set(small.inputs) == files
    for name, digest in small.inputs.items():
        assert hashlib.sha256((small.path / name).read_bytes()).hexdigest() == digest


def test_loading_the_shipped_case_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        case = load_case(str(SHIPPED))
    assert case.boundaries == SHIPPED / "boundaries.geojson"
    assert {"source/notice.txt", "boundaries.geojson"} < set(case.inputs)
    assert len(case.caveats["zh"]) == len(case.caveats["en"]) > 0


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path, small):
    folder = small_case(tmp_path / "case")
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    case = load_case(folder)
    assert case.population.equals(small.population)
    assert case.units.equals(small.units)


def test_columns_in_another_order_change_nothing(tmp_path, small):
    rows = [line.split(",") for line in SMALL["allocation"].splitlines()]
    text = "\n".join(",".join(reversed(row)) for row in rows)
    case = load_case(small_case(tmp_path / "case", allocation=text))
    assert case.allocation.equals(small.allocation)


def test_empty_lines_at_the_end_change_nothing(tmp_path, small):
    case = load_case(small_case(tmp_path / "case", units=SMALL["units"] + "\n,,,,\n"))
    assert case.units.equals(small.units)


# Cells.

CELLS = [
    ("allocation", "100001,30,", "100001,-50,", "row 2, amount_wan: -50 is negative.*receipts.csv"),
    ("allocation", "100001,30,", '100001,"1,234",', "row 2, amount_wan: '1,234' has a thousands"),
    ("allocation", "100001,30,", "100001,３０,", "row 2, amount_wan: '３０' has full-width"),
    ("allocation", "100001,30,", "100001,NaN,", "row 2, amount_wan: 'NaN' is no number"),
    ("allocation", "100001,30,", "100001,inf,", "row 2, amount_wan: 'inf' is no number"),
    ("allocation", "100001,30,", "100001,1e3,", "row 2, amount_wan: '1e3' is no number"),
    ("allocation", "100001,30,", "100001,1_000,", "row 2, amount_wan: '1_000' is no number"),
    ("allocation", "100001,30,", "100001,0x1f,", "row 2, amount_wan: '0x1f' is no number"),
    ("allocation", "100001,30,", "100001,30万元,", "row 2, amount_wan: '30万元' is no number"),
    ("allocation", "100001,30,", "100001,,", "row 2, amount_wan: the cell is empty"),
    ("allocation", "100001,30,", "100001,   ,", "row 2, amount_wan: the cell is empty"),
    ("allocation", "100002,10.5", "100002,10.5.1", "row 3, amount_wan: '10.5.1' is no number"),
    ("allocation", "5,second,region,,,2024", "5,second,region,,,2024.0", "row 5, fiscal_year: "),
    (
        "allocation",
        "5,second,region,,,2024",
        "5,second,region,,,20240",
        "row 5, fiscal_year: 20240 is",
    ),
    (
        "allocation",
        "5,second,region",
        "5,second,state",
        "row 5, source: 'state' is none of: central",
    ),
    ("allocation", "5,second,region", "5,,region", "row 5, tranche: the cell is empty"),
    ("allocation", "100002,10.5", "100003,10.5", "row 3, unit_code: '100003' is not in units.csv"),
    ("allocation", "100002,10.5", "乙县,10.5", "row 3, unit_code: '乙县' is no unit code"),
    ("allocation", "100002,10.5", "１00002,10.5", "row 3, unit_code: '１00002' has full-width"),
    ("units", "100000-home", "100000-../x", "row 4, unit_code: '100000-../x' is no unit code"),
    ("units", "县,Yi County,", "县,Yi County,老甲", "'老甲' stands for 100001, 100002"),
    ("units", "Yi County,,county", "Yi County,,town", "row 3, kind: 'town' is none of"),
    ("units", "100002,乙县", "100001,乙县", "row 3: it repeats row 2"),
    ("population", "600,600,600", "600,700,800", "row 3: low <= persons <= high must hold"),
    ("population", "600,600,600", "600,600,500", "row 3: low <= persons <= high must hold"),
    ("population", "aided,60,30,120", "aided,60,-30,120", "row 5, low: -30 is below 0"),
    ("population", "2019,official", "2020,official", "row 3: it repeats row 2"),
    ("population", "2019,official", "2019,Official", "row 2, status: 'Official' is none of"),
    (
        "population",
        "2019,official",
        "1800,official",
        "row 2, year: 1800 is not between 1949",
    ),
    ("population", "100001,aided", "100001,救助", "row 5, group: '救助' is no internal name"),
]


@pytest.mark.parametrize(("table", "old", "new", "message"), CELLS)
def test_a_wrong_cell_is_named(tmp_path, table, old, new, message):
    found = with_cell(tmp_path, table, old, new)
    assert len(found) == 1
    assert re.search(
        f"^{table}.csv(, |: ).*" if "stands" in message else f"^{table}.csv, ", found[0]
    )
    assert re.search(message, found[0])


def test_a_key_is_repeated_though_part_of_it_is_empty(tmp_path):
    head = "name,unit_code,programme,value,low,high,unit,status,source\n"
    text = head + "growth,,,0,0,0,x,assumption,x\n" * 2
    (found,) = problems(small_case(tmp_path / "case", assumptions=text))
    assert found.startswith("assumptions.csv, row 3: it repeats row 2")


def test_an_alias_in_place_of_a_code_says_which_code(tmp_path):
    folder = shipped_copy(tmp_path / "case")
    replace_once(folder / "allocation.csv", "654203,50", "654223,50")
    (message,) = problems(folder)
    assert message.startswith("allocation.csv, row 6, unit_code: '654223' is another name of unit")
    assert message.endswith("Write 654203.")


def test_an_unknown_code_is_told_beside_another_problem_of_its_table(tmp_path):
    folder = small_case(tmp_path / "case")
    replace_once(folder / "allocation.csv", "100001,30,", "100001,-30,")
    replace_once(folder / "allocation.csv", "100002,10.5", "100003,10.5")
    replace_once(folder / "allocation.csv", "100000-home,2", "home,2")
    found = problems(folder)
    assert [re.search(r"row \d, \w+", message)[0] for message in found] == [
        "row 2, amount_wan",
        "row 4, unit_code",
        "row 3, unit_code",
    ]


def test_codes_of_other_tables_must_be_known(tmp_path):
    folder = shipped_copy(tmp_path / "case")
    replace_once(folder / "allocation.csv", "2024,2081001", "2024,2081009")
    replace_once(folder / "assumptions.csv", "benefit_yuan_month,,2082102", "benefit_yuan_month,,x")
    first, second = problems(folder)
    assert "allocation.csv, row 2, function_code: '2081009' is not in function_codes.csv" in first
    assert "assumptions.csv, row 4, programme: 'x' is not in function_codes.csv" in second


def test_a_line_break_in_a_quoted_cell_does_not_shift_the_row(tmp_path):
    text = SMALL["units"].replace("Jia County", '"Jia\nCounty"').replace(",,county", ",,town")
    (message,) = problems(small_case(tmp_path / "case", units=text))
    assert message.startswith("units.csv, row 3, kind")


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(alphabet="0123456789.,-+eE ０１x万'%_", min_size=1, max_size=8))
@example("-0")
@example("007")
@example(".5")
@example("1.")
@example("+1")
def test_a_cell_is_the_number_it_shows_or_refused(tmp_path, cell):
    quoted = '"' + cell + '"'
    folder = small_case(
        tmp_path / "case", allocation=SMALL["allocation"].replace("100001,30,", f"100001,{quoted},")
    )
    try:
        amount = load_case(folder).allocation["amount_wan"][0]
    except CaseError as error:
        assert "allocation.csv, row 2, amount_wan: " in error.en
        assert not re.fullmatch(r"[0-9]+(\.[0-9]+)?", cell.strip())
    else:
        assert re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell.strip())
        assert amount == float(cell)


# Tables.


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("100002,10.5,", "100002,10.5,x,", r"row 3: there are 8 cells for 7 columns"),
        ("100002,10.5,", "100002,", r"row 3: there are only 6 cells for 7 columns"),
        ("100002,10.5", "\n100002,10.5", r"row 3: the row is empty"),
        ("amount_wan,", "amount,", r"row 1, amount: there is no such column. Columns are: unit"),
        ("amount_wan,", "unit_code,", r"row 1, unit_code: the column name is repeated"),
        ("amount_wan,", ",", r"row 1: column 2 has no name"),
        ("unit_code,amount", "unit_code;amount", r"row 1, .*there is no such column"),
        ("100002,10.5", '100002,"10.5', r"row 3: this is not sound CSV"),
        ("100002,10.5", "100002\0,10.5", r"row 3: there are damaged characters"),
        ("100002,10.5", "100002\ufffd,10.5", r"row 3: there are damaged characters"),
    ],
)
def test_a_table_out_of_shape_is_named(tmp_path, old, new, message):
    found = with_cell(tmp_path, "allocation", old, new)
    assert re.search(f"^allocation.csv, {message}", found[0])


def test_one_cell_too_many_in_every_row_is_not_taken_for_an_index(tmp_path):
    head, *rows = SMALL["allocation"].splitlines()
    text = "\n".join([head, *(f"x,{row}" for row in rows)])
    found = problems(small_case(tmp_path / "case", allocation=text))
    assert len(found) == 4
    assert all("there are 8 cells for 7 columns" in message for message in found)


def test_a_missing_column_is_named(tmp_path):
    text = "\n".join(line.split(",", 1)[0] for line in SMALL["allocation"].splitlines())
    found = problems(small_case(tmp_path / "case", allocation=text))
    assert "allocation.csv, row 1, amount_wan: the column is missing. Add it." in found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "units.csv: the file is empty. Row 1 holds the column names: unit_code"),
        (SMALL["units"].splitlines()[0], "units.csv: there are column names but no data"),
        (SMALL["units"].replace(",", ";"), "units.csv, row 1: columns are separated by semicolons"),
        (
            SMALL["units"].replace(",", "\t"),
            "units.csv, row 1: columns are separated by semicolons",
        ),
    ],
)
def test_a_file_without_a_table_is_named(tmp_path, text, message):
    assert problems(small_case(tmp_path / "case", units=text))[0].startswith(message)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (SMALL["units"].encode("gb18030"), "the encoding is GB18030/GBK, not UTF-8. Save it"),
        (SMALL["units"].encode("utf-16"), "the encoding is UTF-16, not UTF-8"),
        (b"PK\x03\x04 and so on", "this is an Excel workbook, not a CSV"),
        (b"unit_code\n\xff\xff\xff", "the encoding is not UTF-8, and not one"),
    ],
)
def test_another_encoding_is_told_with_the_way_out(tmp_path, data, message):
    folder = small_case(tmp_path / "case")
    (folder / "units.csv").write_bytes(data)
    assert problems(folder) == [found for found in problems(folder) if "units.csv: " in found]
    assert message in problems(folder)[0]


def test_all_problems_are_told_together_and_no_more_than_20_shown(tmp_path):
    rows = "\n".join(f"10000{n % 2 + 1},-{n},t{n},region,,,2024" for n in range(1, 31))
    head = SMALL["allocation"].splitlines()[0]
    folder = small_case(
        tmp_path / "case",
        allocation=f"{head}\n{rows}\n",
        population=SMALL["population"].replace("estimate", "guess"),
    )
    with pytest.raises(InvalidCaseError) as caught:
        load_case(folder)
    files = {problem.en.split(",")[0] for problem in caught.value.problems}
    assert files == {"allocation.csv", "population.csv"}
    count = len(caught.value.problems)
    assert count == 32
    assert len(caught.value.en.splitlines()) == 22
    assert "... and 12 more" in caught.value.en
    assert f"{count} to put right" in caught.value.en


# The package.


def test_no_folder(tmp_path):
    assert "there is no such folder" in problems(tmp_path / "nowhere")[0]


def test_a_file_in_place_of_a_folder():
    assert "this is no folder" in problems(SHIPPED / "units.csv")[0]


def test_a_folder_that_is_no_case(tmp_path):
    assert problems(tmp_path)[0].startswith("datapackage.json: the folder has no such file")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"name": "x",}', "datapackage.json, row 1: the JSON is wrong at character"),
        ("[1, 2]", "does not describe a Data Package"),
        ("[" * 100_000, "does not describe a Data Package"),
        ("", "the JSON is wrong"),
        ('{"resources": []}', "datapackage.json, name: the property is missing"),
    ],
)
def test_a_bad_description_is_told(tmp_path, text, message):
    (tmp_path / "datapackage.json").write_text(text, encoding="utf-8")
    assert message in problems(tmp_path)[0]


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"name": "../x"}, "name: '../x' cannot name a case"),
        ({"name": "A case"}, "name: 'A case' cannot name a case"),
        ({"title_en": " "}, "title_en: the property is missing or empty"),
        ({"currency": "EUR"}, "currency: there is no currency 'EUR'. Choose from: CNY, USD"),
        ({"start": "2024-13"}, "start: '2024-13' is no year and month"),
        ({"start": 2024}, "start: the property is missing or empty"),
        ({"document_no": 90}, "document_no: this must be a text"),
        ({"map_approval_no": 650}, "map_approval_no: this must be a text"),
        ({"rounding_wan": -1}, "rounding_wan: -1 is no amount to round to"),
        ({"rounding_wan": "1"}, 'rounding_wan: "1" is no amount to round to'),
        ({"rounding_wan": True}, "rounding_wan: true is no amount to round to"),
        ({"rounding_wan": None}, "rounding_wan: null is no amount to round to"),
        ({"rounding_wan": float("nan")}, "rounding_wan: NaN is no amount to round to"),
        ({"rounding_wan": float("inf")}, "rounding_wan: Infinity is no amount to round to"),
        ({"rounding_wan": 10**400}, "rounding_wan: 1000"),
        ({"caveats": ["x"]}, "caveats: this must be two lists"),
        ({"caveats": {"zh": ["一"]}}, "caveats: this must be two lists"),
        ({"resources": {}}, "resources: this must be a list"),
        ({"resources": [{"name": "units"}]}, "resource 1 lacks a name or a path"),
        ({"resources": [{"name": "units", "path": ["a", "b"]}]}, "resource 1 lacks"),
        ({"resources": ["units.csv"]}, "resource 1 lacks"),
        ({"resources": []}, "the table 'units' is needed and not listed"),
        (
            {"resources": [{"name": "units", "path": "../units.csv"}]},
            "leads out of the case folder",
        ),
        ({"resources": [{"name": "units", "path": "/etc/passwd"}]}, "leads out of the case folder"),
        ({"resources": [{"name": "units", "path": "C:\\u.csv"}]}, "leads out of the case folder"),
        ({"resources": [{"name": "units", "path": "http://a/b"}]}, "leads out of the case folder"),
        ({"resources": [{"name": "u", "path": "a"}] * 2}, "resource 'u' is listed twice"),
    ],
)
def test_a_wrong_property_is_named(tmp_path, properties, message):
    folder = small_case(tmp_path / "case")
    set_property(folder, **properties)
    assert message in problems(folder)[0]


def test_a_listed_file_that_is_missing(tmp_path):
    folder = small_case(tmp_path / "case")
    (folder / "population.csv").unlink()
    assert problems(folder) == [
        "population.csv: datapackage.json lists this file and the folder lacks it. "
        "Add the file, or take it out of resources."
    ]


def test_a_folder_in_place_of_a_file(tmp_path):
    folder = small_case(tmp_path / "case")
    (folder / "population.csv").unlink()
    (folder / "population.csv").mkdir()
    assert "population.csv: it cannot be read" in problems(folder)[0]


def test_a_table_that_is_not_listed_is_not_passed_over(tmp_path):
    folder = small_case(tmp_path / "case")
    (folder / "receipts.csv").write_text("unit_code\n", encoding="utf-8")
    assert "receipts.csv: the file lies in the folder but" in problems(folder)[0]


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    folder = small_case(tmp_path / "case")
    (tmp_path / "away.csv").write_text(SMALL["units"], encoding="utf-8")
    (folder / "units.csv").unlink()
    (folder / "units.csv").symlink_to(tmp_path / "away.csv")
    assert "leads out of the case folder" in problems(folder)[0]


def test_a_file_may_have_another_name_and_its_messages_use_it(tmp_path):
    folder = small_case(tmp_path / "case")
    (folder / "units.csv").rename(folder / "counties.csv")
    package = read_package(folder)
    package["resources"][0]["path"] = "counties.csv"
    set_property(folder, resources=package["resources"])
    assert "counties.csv" in load_case(folder).inputs
    replace_once(folder / "counties.csv", "Yi County,,county", "Yi County,,town")
    assert problems(folder)[0].startswith("counties.csv, row 3, kind")


def test_boundaries_that_are_none(tmp_path):
    folder = shipped_copy(tmp_path / "case")
    (folder / "boundaries.geojson").write_text('{"type": "Feature"}', encoding="utf-8")
    assert "boundaries.geojson: this is no GeoJSON FeatureCollection" in problems(folder)[0]


def test_a_case_need_have_no_more_than_units_and_allocation(tmp_path):
    tables = {name: SMALL[name] for name in ("units", "allocation")}
    case = load_case(write_case(tmp_path / "case", tables, document_no=""))
    assert case.groups() == []
    assert case.title == {"zh": SMALL_PACKAGE["title"], "en": SMALL_PACKAGE["title_en"]}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_damaged_file_is_refused_or_loaded_never_a_crash(tmp_path, data):
    folder = small_case(tmp_path / "case")
    path = folder / data.draw(st.sampled_from(["datapackage.json", *(f"{n}.csv" for n in SMALL)]))
    content = path.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 30))
    put = data.draw(st.binary(max_size=6) | st.sampled_from([b",", b"\n", b'"', b"{", b"\r", b"-"]))
    path.write_bytes(content[:start] + put + content[start + length :])
    try:
        case = load_case(folder)
    except CaseError as error:
        assert error.zh
        assert error.en
    else:
        assert (case.amount_wan() >= 0).all()
