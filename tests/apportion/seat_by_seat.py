"""The methods as their books define them: one seat at a time, or the best of all sharings."""

from fractions import Fraction
from itertools import product
from math import inf

from hypothesis import strategies as st

DIVISOR_METHODS = ("webster", "jefferson", "adams", "huntington_hill")


def priority(method, weight, seats):
    """Rank index of a unit's next seat; Huntington-Hill's squared."""
    w, n = Fraction(weight), seats
    if method == "webster":
        return w / (n + Fraction(1, 2))
    if method == "jefferson":
        return w / (n + 1)
    if n == 0:
        return inf
    return w / n if method == "adams" else w**2 / (n * (n + 1))


def seat_by_seat(total, weights, method, floor=None, ceiling=None):
    seats = list(floor or [0] * len(weights))
    most = ceiling or [total] * len(weights)
    for _ in range(total - sum(seats)):
        open_to = [i for i, w in enumerate(weights) if w > 0 and seats[i] < most[i]]
        best = max(open_to, key=lambda i: (priority(method, weights[i], seats[i]), weights[i], -i))
        seats[best] += 1
    return seats


def all_sharings(total, floor, ceiling):
    ranges = [range(low, high + 1) for low, high in zip(floor, ceiling, strict=True)]
    return [seats for seats in product(*ranges) if sum(seats) == total]


def bounded_quotas(total, weights, floor, ceiling):
    """Weights times one ratio, kept in bounds, by trying every way in which bounds can bind."""
    exact = [Fraction(w) for w in weights]
    for kinds in product(["free", "low", "high"], repeat=len(weights)):
        units = list(zip(kinds, exact, floor, ceiling, strict=True))
        held = sum({"free": 0, "low": low, "high": high}[k] for k, _, low, high in units)
        free = sum(w for k, w, _, _ in units if k == "free")
        if free:
            ratio = (total - held) / free
            quotas = [min(max(w * ratio, low), high) for _, w, low, high in units]
            if sum(quotas) == total:
                return quotas
    raise AssertionError("no quotas keep the bounds")


def is_at_one_price(seats, weights, method, floor, ceiling):
    """Whether no next seat has a higher priority than another unit's last: the min-max test."""
    units = list(zip(weights, seats, floor, ceiling, strict=True))
    following = [priority(method, w, a) for w, a, _, high in units if w and a < high]
    last = [priority(method, w, a - 1) for w, a, low, _ in units if a > low]
    return min(last) >= max(following)


# Few distinct whole numbers make ties common.
weight = st.one_of(st.integers(0, 6), st.integers(0, 1000), st.floats(0, 1e6))


@st.composite
def questions(draw, most_units=6, most_total=40):
    weights = draw(st.lists(weight, min_size=1, max_size=most_units).filter(any))
    return draw(st.integers(0, most_total)), weights


@st.composite
def bounded_questions(draw, most_units=6, most_seats=8):
    """Weights and bounds, and a total that some sharing reaches."""
    weights = draw(st.lists(weight, min_size=1, max_size=most_units).filter(any))
    pairs = [sorted(draw(st.tuples(*[st.integers(0, most_seats)] * 2))) for _ in weights]
    floor, ceiling = [low for low, _ in pairs], [high for _, high in pairs]
    most = sum(high if w else low for w, (low, high) in zip(weights, pairs, strict=True))
    return draw(st.integers(sum(floor), most)), weights, floor, ceiling
