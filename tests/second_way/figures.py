"""From sufficient statistics to figures: means with Student's t, shares with Wilson's interval, objectives judged."""

import math
from fractions import Fraction
from functools import cache
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)


@cache
def t_quantile(degrees: int) -> float:
    """The 97.5 % quantile of Student's t, by bisection on its distribution function."""

    def above(t):
        # P(T > t) = I_x(df/2, 1/2) / 2 with x = df / (df + t^2)
        return beta_share(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2

    low, high = 0.0, 20.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if above(middle) > 0.025 else (low, middle)
    return (low + high) / 2


def beta_share(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz)."""
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    tiny = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or tiny)
    value = d
    for m in range(1, 500):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / ((1 + step * d) or tiny)
            c = (1 + step / c) or tiny
            value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return front * value


def share(part, of):
    if of <= 0:
        return None, None, None
    p, n = float(part) / float(of), float(of)
    if not 0 <= p <= 1:
        # The ratio of two Poisson counts, on the logarithm.
        spread = math.exp(Z * math.sqrt(1 / float(part) + 1 / n))
        return 100 * p, 100 * p / spread, 100 * p * spread
    centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    low = 0.0 if part <= 0 else 100 * (centre - half)
    high = 100.0 if part >= of else 100 * (centre + half)
    return 100 * p, low, high


def quotient(part, of):
    return (float(Fraction(part) / Fraction(of)) if of > 0 else None), None, None


def deviation(n, total, squares):
    """The sample standard deviation, without rounding before the root."""
    if n < 2:
        return None
    n, total, squares = Fraction(n), Fraction(total), Fraction(squares)
    return math.sqrt((squares - total * total / n) / (n - 1))


def average(n, total, squares):
    if n <= 0:
        return None, None, None
    value = float(Fraction(total) / Fraction(n))
    spread = deviation(n, total, squares)
    if spread is None:
        return value, None, None
    half = t_quantile(int(n) - 1) * spread / math.sqrt(n)
    return value, value - half, value + half


def of_row(kind: str, unit: str, counted: str, row: dict):
    """The figures of one row of a query: what is behind the id, numerator, denominator, (value, low, high), unit."""
    zero = lambda name: row[name] if row[name] is not None else 0
    if kind == "count":
        return [("", None, None, (row["value"], None, None), unit)]
    if kind == "amount":
        return [("", None, None, (row["value_eur"], None, None), unit)]
    if kind == "ratio":
        part, of = zero("numerator"), zero("denominator")
        if unit != "percent":
            return [("", part, of, quotient(part, of), unit)]
        # Hours are not counted one by one.
        return [("", part, of, (100 * float(part) / float(of) if of > 0 else None, None, None) if counted == "hours" else share(part, of), unit)]
    n, total = zero("n"), zero("sum")
    found = [("", total, n, average(n, total, zero("sum_sq")), unit)]
    if kind == "mean":
        return found
    for suffix, column in ((".before", "sum_before"), (".after", "sum_after")):
        found.append((suffix, zero(column), n, quotient(zero(column), n), unit))
    spread = deviation(n, total, zero("sum_sq"))
    response = float(Fraction(total) / Fraction(n)) / spread if n and spread else None
    found.append((".response", total, n, (response, None, None), "deviations"))
    for suffix, column in (
        (".improved", "improved"),
        (".unchanged", "unchanged"),
        (".worsened", "worsened"),
        (".ceiling", "at_ceiling"),
        (".floor", "at_floor"),
    ):
        found.append((suffix, zero(column), n, share(zero(column), n), "percent"))
    return found


def judged(realised, target, direction: str, nearly: float):
    """Share of the target in per cent and the outcome of a quantitative objective."""
    if realised is None or target is None or target <= 0:
        return None, "not_measurable"
    part = float(realised) / float(target)
    if direction == "at_most":
        outcome = "met" if part <= 1 else "nearly" if part * nearly <= 1 else "not_met"
    else:
        outcome = "met" if part >= 1 else "nearly" if part >= nearly else "not_met"
    return 100 * part, outcome
