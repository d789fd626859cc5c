"""Links between the pages of a batch."""

from pathlib import Path

from analysis.batch.jobs import CaseFacts, Job, Roster
from analysis.batch.links import MOST_LISTED, links_of

UNITS = {code: (code, f"{code}县", f"{code} County", ()) for code in ("a", "b", "c")}


def roster(units=UNITS):
    facts = CaseFacts("data/case", "case", {"zh": "案例", "en": "Case"}, "", "CNY", {})
    return Roster(facts, dict(units))


def job(notebook, unit=None, lang="zh"):
    facts = roster().case
    return Job(Path(f"notebooks/{notebook}.ipynb"), facts, unit, {"zh": "", "en": ""}, lang)


def test_a_county_links_to_front_overview_and_the_counties_beside_it():
    places = {f"case/{name}" for name in ("overview_report.zh", "unit_report.a.zh")}
    places |= {"case/unit_report.b.zh", "case/unit_report.b.en", "case/unit_report.c.zh"}
    found = links_of(job("unit_report", "b"), roster(), places)
    assert found.other_lang == "unit_report.b.en.html"
    assert [(kind, href) for kind, (_, href) in found.pages.items()] == [
        ("front", "../index.html"),
        ("overview", "overview_report.zh.html"),
        ("previous", "unit_report.a.zh.html"),
        ("next", "unit_report.c.zh.html"),
    ]
    assert found.pages["next"][0] == "下一个：c县"


def test_what_was_not_asked_for_is_not_linked_to():
    found = links_of(
        job("unit_report", "a"), roster(), {"case/unit_report.a.zh", "case/unit_report.c.zh"}
    )
    assert set(found.pages) == {"front", "next"}
    assert found.pages["next"][1] == "unit_report.c.zh.html"
    assert found.other_lang == ""


def test_an_overview_lists_its_counties_up_to_a_number():
    places = {"case/overview_report.zh", "case/unit_report.a.zh", "case/unit_report.c.zh"}
    found = links_of(job("overview_report"), roster(), places)
    assert [kind for kind in found.pages if kind != "front"] == ["unit-a", "unit-c"]
    assert found.pages["unit-c"] == ("c县", "unit_report.c.zh.html")
    many = {str(n): (str(n), str(n), str(n), ()) for n in range(MOST_LISTED + 1)}
    places = {"case/overview_report.zh", *(f"case/unit_report.{n}.zh" for n in many)}
    assert set(links_of(job("overview_report"), roster(many), places).pages) == {"front"}
