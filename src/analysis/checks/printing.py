"""What the notice itself prints wrong: numbering, the money's source, annex 3's header."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analysis.case import Case
from analysis.checks.finding import Finding
from analysis.notice import Notice, source_of
from analysis.units import resolver


def clause_number(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where two clauses have the same number."""
    seen: dict[str, int] = {}
    for clause in notice.clauses:
        if clause.number in seen:
            details = {"number": clause.number, "first": seen[clause.number], "line": clause.line}
            yield Finding("CLAUSE_NUMBER_REPEATED", "notice", clause.line, details=details)
        seen.setdefault(clause.number, clause.line)


def objectives(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where the numbers of annex 3's objectives leave one out or come twice."""
    numbers = notice.annex3.objectives
    for before, after in zip((0, *numbers), numbers, strict=False):
        if after != before + 1:
            details: dict[str, object] = {"before": before, "after": after}
            yield Finding(
                "OBJECTIVES_JUMP", "notice", notice.annex3.objectives_line, details=details
            )


def source(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where annex 3 says that the money comes from another level than the title does."""
    claimed = source_of(notice.annex3.source)
    if claimed and notice.source and claimed != notice.source:
        details: dict[str, object] = {"label": notice.annex3.source, "title": notice.title}
        yield Finding("SOURCE_CONTRADICTED", "notice", notice.annex3.line, details=details)


def header(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where a header line of annex 3 does not name annex 1's units once each and in order."""
    code_of = resolver(case.units)
    names = tuple(row.name for row in notice.annex1)
    expected = [code_of(name) for name in names]
    if None in expected:
        return
    for row in notice.annex3.names:
        codes = [code_of(name) for name in row.cells]
        if None in codes or codes == expected:
            continue
        missing = tuple(
            name for name, code in zip(names, expected, strict=True) if code not in codes
        )
        count = Counter(row.cells)
        details = {
            "count": len(row.cells),
            "expected": len(names),
            "missing": missing,
            "repeated": tuple(name for name in count if count[name] > 1),
        }
        yield Finding("HEADER_JUMBLED", "notice", row.line, details=details)


def header_alias(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where annex 3 calls a unit by another name than annex 1."""
    code_of = resolver(case.units)
    known = {code_of(row.name): row.name for row in notice.annex1}
    seen: set[str] = set()
    for row in notice.annex3.names:
        for name in row.cells:
            official = known.get(code_of(name))
            if official and official != name and name not in seen:
                seen.add(name)
                details: dict[str, object] = {"alias": name, "name": official}
                yield Finding("HEADER_ALIAS", "notice", row.line, details=details)


ON_NOTICE = (clause_number, objectives, source, header, header_alias)
