"""Whether any sharing keeps the bounds; if none does, which units and amounts stand in the way."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.errors import MeasureError

LONGEST_LIST = 3


def check_feasible(
    total: int, labels: list[str], weight: list[int], floor: list[int], ceiling: list[int]
) -> None:
    """Refuse bounds that no sharing of the total keeps.

    Parameters
    ----------
    total : int, units of account
    labels : list of str, length n
        What the messages call each unit.
    weight, floor, ceiling : list of int, length n
        The ceiling of a unit of weight 0 is at most its floor.

    Raises
    ------
    MeasureError
        If the floors add up to more than the total, the ceilings to less, or a floor is above its
        ceiling.

    Examples
    --------
    >>> check_feasible(10, ["a", "b"], [1, 1], [4, 0], [4, 6])
    """
    if sum(floor) > total:
        over = sum(floor) - total
        zh, en = _named(_largest(labels, floor, floor))
        raise MeasureError(
            f"下限合计 {sum(floor)}，比总额 {total} 多 {over}（最大的：{zh}）："
            "请降低下限或增加总额。",
            f"The floors add up to {sum(floor)}, {over} more than the total of {total} "
            f"(the largest: {en}). Lower the floors or raise the total.",
        )
    bounds = zip(labels, floor, ceiling, strict=True)
    crossed = [(label, f"{least} > {most}") for label, least, most in bounds if least > most]
    if crossed:
        zh, en = _named(crossed)
        raise MeasureError(
            f"下限高于上限：{zh}。请改正其中之一。",
            f"The floor is above the ceiling: {en}. Correct one of them.",
        )
    if sum(ceiling) < total:
        short = total - sum(ceiling)
        zh, en = _named(_largest(labels, ceiling, weight))
        raise MeasureError(
            f"各单位上限合计 {sum(ceiling)}，比总额 {total} 少 {short}（权重最大的：{zh}）；"
            "权重为 0 的单位只得其下限。请提高上限或减少总额。",
            f"The ceilings add up to {sum(ceiling)}, {short} less than the total of {total} "
            f"(of the largest weights: {en}); a unit of weight 0 gets its floor and no more. "
            "Raise the ceilings or lower the total.",
        )


def _largest(labels: list[str], amounts: list[int], by: list[int]) -> list[tuple[str, int]]:
    order = sorted(range(len(labels)), key=lambda i: (-by[i], labels[i]))[:LONGEST_LIST]
    return [(labels[i], amounts[i]) for i in order]


def _named(units: Sequence[tuple[str, object]]) -> tuple[str, str]:
    some = [f"{label}: {amount}" for label, amount in units[:LONGEST_LIST]]
    more = len(units) - len(some)
    zh = "、".join(some) + (f" 等 {len(units)} 个" if more else "")
    return zh, ", ".join(some) + (f" and {more} more" if more else "")
