"""Zero and end measures paired anew, in plain Python, from the text of the rule:

    The zero is the reading marked zero; without a mark, the first reading, if taken from 60 days before to 30 days after
    the start. The end is the reading marked end; without a mark, the last one, if taken from 60 days before to 60 days
    after the end date. Both are needed and the end must be later: else the parcours counts as not paired and its reason
    is counted. Change is signed so that better is positive.

Where the text leaves a choice: of several readings marked zero the first counts, of several marked end the last; one
marked as interim is neither. A parcours is paired as soon as one domain is; else the reason of the attempt that came
furthest counts. A mean over domains is kept to six decimals, halves away from zero.
"""

import calendar
import datetime
import tomllib
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

FURTHEST = ["no_zero", "no_end", "same_day", "paired"]


def scales(instruments: Path) -> dict:
    """Best and worst level and the sign of a change, by instrument and domain."""
    found = {}
    for path in instruments.glob("*.toml"):
        instrument = tomllib.loads(path.read_text(encoding="utf-8"))
        for domain in instrument["domain"]:
            ends = (instrument["highest"], instrument["lowest"])
            is_higher_better = domain.get("better", instrument["better"]) == "higher"
            best, worst = ends if is_higher_better else ends[::-1]
            found[instrument["id"], domain["code"]] = (best, worst, 1 if is_higher_better else -1)
    return found


def zero_and_end(readings, start, end):
    """The zero and the end reading of one parcours, domain and assessor, or the reason why there is no pair."""

    def chosen(mark, day, before, after, pick):
        marked = [reading for reading in readings if reading["occasion"] == mark]
        if marked:
            return pick(marked, key=lambda reading: reading["measured_on"])
        unmarked = [reading for reading in readings if not reading["occasion"]]
        if not unmarked:
            return None
        reading = pick(unmarked, key=lambda reading: reading["measured_on"])
        return reading if -before <= (reading["measured_on"] - day).days <= after else None

    zero, last = chosen("zero", start, 60, 30, min), chosen("end", end, 60, 60, max)
    if zero is None:
        return "no_zero", None, None
    if last is None:
        return "no_end", None, None
    if last["measured_on"] <= zero["measured_on"]:
        return "same_day", None, None
    return "paired", zero, last


def by_month(readings, start):
    """The zero reading as month 0; every other one by the due day it is nearest to, if not more than 45 days from it."""
    first = datetime.date.min
    _, zero, _ = zero_and_end([*readings, {"occasion": "end", "measured_on": datetime.date.max, "score": None}], start, first)
    found = {}
    if zero is not None:
        yield 0, zero
    due = {month: later(start, month) for month in (3, 6, 9, 12)}
    for reading in readings:
        same = zero is not None and (reading["measured_on"], reading["occasion"]) == (zero["measured_on"], zero["occasion"])
        month = min(due, key=lambda month: (abs((reading["measured_on"] - due[month]).days), month))
        days = abs((reading["measured_on"] - due[month]).days)
        if not same and days <= 45:
            place = (days, reading["measured_on"], reading["score"])
            if month not in found or place < found[month][0]:
                found[month] = (place, reading)
    yield from ((month, reading) for month, (_, reading) in found.items())


def later(day, months):
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def rows(db, table: str) -> list[dict]:
    found = db.table(table)
    return [dict(zip(found.columns, row)) for row in found.fetchall()]


def mean(values: list[Decimal]) -> Decimal:
    return (sum(values) / len(values)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


class Derived:
    """The derived tables, as lists of rows in the order of their columns."""

    ABOUT = "cpas VARCHAR, parcours_id VARCHAR, person_id VARCHAR, kind VARCHAR, start_on DATE, end_on DATE"
    PAIR = (
        ", instrument VARCHAR, domain VARCHAR, assessor VARCHAR, zero_on DATE, last_on DATE, score_before DECIMAL(7,2),"
        " score_after DECIMAL(7,2), score_change DECIMAL(7,2), at_ceiling BOOLEAN, at_floor BOOLEAN"
    )
    MEAN = (
        ", instrument VARCHAR, assessor VARCHAR, score_before DECIMAL(11,6), score_after DECIMAL(11,6),"
        " score_change DECIMAL(11,6)"
    )
    MONTH = ", instrument VARCHAR, domain VARCHAR, assessor VARCHAR, month INTEGER, measured_on DATE, score DECIMAL(7,2)"
    DAY = "cpas VARCHAR, person_id VARCHAR, instrument VARCHAR, domain VARCHAR, measured_on DATE, is_same BOOLEAN"
    TABLES = {"same_day": DAY, "trajectory": ABOUT + MONTH, "pairs": ABOUT + PAIR, "pair_means": ABOUT + MEAN, "outcomes": ABOUT + ", days INTEGER, pairing VARCHAR", "repeats": ABOUT + PAIR}

    def __init__(self, db, instruments: Path):
        self.pairs, self.pair_means, self.outcomes, self.repeats, self.trajectory, self.same_day = [], [], [], [], [], []
        self.scales = scales(instruments)
        in_parcours, outside, days = defaultdict(list), defaultdict(list), defaultdict(lambda: defaultdict(set))
        for reading in rows(db, "measures"):
            day = tuple(reading[name] for name in ("cpas", "person_id", "instrument", "domain", "measured_on"))
            days[day][reading["assessor"]].add(reading["score"])
            if reading["parcours_id"]:
                in_parcours[reading["cpas"], reading["parcours_id"]].append(reading)
            else:
                outside[reading["cpas"], reading["person_id"]].append(reading)
        for parcours in rows(db, "parcours"):
            self.add_parcours(parcours, in_parcours[parcours["cpas"], parcours["parcours_id"]])
        for (cpas, person), readings in outside.items():
            self.add_outside(cpas, person, readings)

        for day, by in days.items():
            if by["client"] and by["worker"]:
                self.same_day.append([*day, len(by["client"] | by["worker"]) == 1])

    def add_parcours(self, parcours, readings):
        about = [parcours[name] for name in ("cpas", "parcours_id", "person_id", "kind", "start_on", "end_on")]
        if parcours["end_on"] is None:
            self.outcomes.append([*about, None, "running"])
            return
        outcome, together = "no_zero", defaultdict(list)
        for (instrument, domain, assessor), series in by_domain(readings).items():
            for month, reading in by_month(series, parcours["start_on"]):
                self.trajectory.append([*about, instrument, domain, assessor, month, reading["measured_on"], reading["score"]])
            found, zero, last = zero_and_end(series, parcours["start_on"], parcours["end_on"])
            outcome = max(outcome, found, key=FURTHEST.index)
            if found == "paired":
                pair = self.pair(instrument, domain, assessor, zero, last)
                self.pairs.append([*about, *pair])
                together[instrument, assessor].append(pair)
        for (instrument, assessor), pairs in together.items():
            before, after, change = ([pair[place] for pair in pairs] for place in (5, 6, 7))
            self.pair_means.append([*about, instrument, assessor, mean(before), mean(after), mean(change)])
        self.outcomes.append([*about, (parcours["end_on"] - parcours["start_on"]).days, outcome])

    def add_outside(self, cpas, person, readings):
        for (instrument, domain, assessor), series in by_domain(readings).items():
            first = min(series, key=lambda reading: reading["measured_on"])
            last = max(series, key=lambda reading: reading["measured_on"])
            if last["measured_on"] > first["measured_on"]:
                self.repeats.append([cpas, "", person, "", None, None, *self.pair(instrument, domain, assessor, first, last)])

    def pair(self, instrument, domain, assessor, zero, last):
        best, worst, sign = self.scales[instrument, domain]
        change = sign * (last["score"] - zero["score"])
        at_ends = (zero["score"] == best, zero["score"] == worst)
        return [instrument, domain, assessor, zero["measured_on"], last["measured_on"], zero["score"], last["score"], change, *at_ends]

    def register(self, db):
        for table, columns in self.TABLES.items():
            db.execute(f"CREATE TABLE {table} ({columns})")
            lines = getattr(self, table)
            width = columns.count(",") + 1 - columns.count("DECIMAL")
            for start in range(0, len(lines), 500):
                part = lines[start : start + 500]
                places = ", ".join(["(" + ", ".join(["?"] * width) + ")"] * len(part))
                db.execute(f"INSERT INTO {table} VALUES {places}", [cell for line in part for cell in line])


def by_domain(readings):
    series = defaultdict(list)
    for reading in readings:
        series[reading["instrument"], reading["domain"], reading["assessor"]].append(reading)
    return series
