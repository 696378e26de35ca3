"""The national year in Polars: exports, checks, pseudonyms, lake, pairing, the whole catalogue.

    python benches/peers/polars_peer.py PROJECT OUT

A new indicator is one entry in `catalogue`.

Spared, beside what reference.py names: headings, delimiter, encoding, forms of dates and numbers are known beforehand and
not found out; a number with a third decimal is rounded and not rejected; a key with two contents ends the run; no receipts,
no reject file a person can read, no origin of each row, no hash of the content, no transaction log, one Parquet file a table
and no partitions; one period, so no later one says anything again. Polars has no SHA-256: each different national number is
signed once, by Python's hashlib.
"""

import datetime
import hashlib
import sys
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import reference
from polars import col, lit, when
from reference import PERIOD, Z

DECIMALS = {"hours": pl.Decimal(9, 2), "money": pl.Decimal(14, 2), "score": pl.Decimal(7, 2)}
START, END = datetime.date(int(PERIOD), 1, 1), datetime.date(int(PERIOD), 12, 31)
# A fault is the number of its check.
CHECKS = [
    "niss.form", "niss.check_digits", "niss.birth_date", "niss.misplaced", "date.form", "date.range", "date.order", "number.form", "code.unknown",
    "project.unknown", "value.missing", "text.too_long", "score.range", "duplicate.row",
]  # fmt: skip
STARTED = ["started", "completed", "dropped_out"]


def cents(name: str) -> pl.Expr:
    """Hundredths, as whole numbers: sums and squares are exact."""
    return col(name).to_physical().cast(pl.Int64)


def cell(heading: str, contract: dict) -> tuple[pl.Expr, str | None]:
    """The value of a cell, or nothing, and the check that fails when there was something."""
    text = col(f"raw_{heading}")
    kind = contract["type"]
    if kind == "code":
        check = "project.unknown" if contract["codelist"] == "project" else "code.unknown"
        return text.cast(pl.Enum(reference.codes(contract["codelist"])), strict=False), check
    if kind == "date":
        return text.str.to_date("%Y-%m-%d", strict=False), "date.form"
    if kind == "boolean":
        return text.replace_strict({"1": True, "0": False}, default=None, return_dtype=pl.Boolean), "code.unknown"
    if kind in ("year", "integer"):
        return text.cast(pl.Int32, strict=False), "date.form" if kind == "year" else "number.form"
    if kind in DECIMALS:
        return text.cast(DECIMALS[kind], strict=False), "number.form"
    return text, None


def text_faults(name: str) -> list[tuple[pl.Expr, str]]:
    has_line = col(name).str.contains("\n", literal=True) | col(name).str.contains("\r", literal=True)
    # The checks on a national number are costly, and almost no text is as long as one.
    digits = digits_of(when(col(name).str.len_bytes() > 10).then(col(name)))
    is_number = digits.str.contains("^[0-9]{11}$") & niss_fault(digits).is_null()
    return [((col(name).str.len_chars() > 60) | has_line, "text.too_long"), (is_number, "niss.misplaced")]


def number(check: str) -> pl.Expr:
    return lit(CHECKS.index(check), pl.UInt8)


def digits_of(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all("[ ./\u00a0\u202f-]", "")


def niss_fault(digits: pl.Expr) -> pl.Expr:
    """The check that a national number fails, or nothing."""
    part = lambda start, length: digits.str.slice(start, length).cast(pl.Int64, strict=False)
    nine, two = part(0, 9), part(9, 2)
    century = when(two == 97 - nine % 97).then(1900).when(two == 97 - (2_000_000_000 + nine) % 97).then(2000)
    # The month of a bis number is 20 or 40 higher; day or month 00 is unknown.
    month, day = part(2, 2), part(4, 2)
    month = when(month.is_between(20, 32)).then(month - 20).when(month.is_between(40, 52)).then(month - 40).otherwise(month)
    written = pl.format("{}-{}-{}", century + part(0, 2), month.cast(pl.String).str.zfill(2), digits.str.slice(4, 2))
    is_day = (month.is_between(0, 12) & (day == 0)) | ((month == 0) & day.is_between(1, 31)) | written.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    return (
        when(~digits.str.contains("^[0-9]{11}$")).then(number("niss.form"))
        .when(century.is_null()).then(number("niss.check_digits"))
        .when(~is_day).then(number("niss.birth_date"))
    )  # fmt: skip


def read(project: reference.Project, table: reference.Table, scales: list[dict]) -> pl.DataFrame:
    """The rows of a table with their types, and the first check that a row fails.

    One scan over all files reads text; types and checks come after it, or each small file would pay for every expression.
    """
    wanted = {heading: (name, table.fields[name]) for name, heading in table.headings.items()}
    wanted |= {heading: (heading, table.fields[table.value]) for heading in table.unpivot}
    typed, faults = {}, []
    for heading, (name, contract) in wanted.items():
        typed[name], check = cell(heading, contract)
        if check:
            faults.append((col(name).is_null() & col(f"raw_{heading}").is_not_null(), check))
        elif contract["type"] != "person":
            faults += text_faults(name)
        if contract["type"] == "date":
            faults.append((~col(name).is_between(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)), "date.range"))
        if contract["type"] == "year":
            faults.append((~col(name).is_between(1900, 2100), "date.range"))
        if contract["required"] and heading not in table.unpivot:
            faults.append((col(name).is_null(), "value.missing"))
    faults += [(col(later) < col(earlier), "date.order") for earlier, later in table.in_order]
    for scale in scales:
        if scale["instrument"] == table.constants.get("instrument"):
            headings = [heading for heading, code in table.unpivot.items() if code == scale["domain"]]
            faults += [(~col(heading).is_between(scale["lowest"], scale["highest"]), "score.range") for heading in headings]
    cpas = col("source_file").str.slice(len(str(project.inbox)) + 1, 5).cast(pl.Enum(project.cpas))
    constants = {name: lit(value, pl.Enum([value])) for name, value in table.constants.items()}
    schema = dict.fromkeys(wanted, pl.String)
    text = pl.scan_csv(project.paths(table), schema=schema, include_file_paths="source_file").collect()
    return (
        text.lazy().rename({heading: f"raw_{heading}" for heading in wanted})
        .with_columns(cpas=cpas, **typed, **constants)
        .with_columns(fault=pl.coalesce(when(is_so).then(number(check)) for is_so, check in faults))
        .select("cpas", "source_file", *typed, *constants, "fault")
        .collect()
    )  # fmt: skip


def know_people(project: reference.Project, read: dict) -> tuple[pl.DataFrame, pl.Series]:
    """Every national number once: whether it is one, and the number of the person; and the pseudonyms by that number."""
    written = pl.concat([rows.select(written=col("person_id").unique()) for rows in read.values() if "person_id" in rows.columns]).unique().drop_nulls()
    people = written.with_columns(digits=digits_of(col("written"))).with_columns(fault=niss_fault(col("digits")))
    known = people.filter(col("fault").is_null()).select(col("digits").unique()).with_row_index("person")
    inside, outside = map(hashlib.sha256, reference.hmac_pads(project.key))

    def sign(digits: str) -> str:
        inner, outer = inside.copy(), outside.copy()
        inner.update(digits.encode().translate(reference.DIGITS))
        outer.update(inner.digest())
        return outer.hexdigest()[:32]

    ids = pl.Series("person_id", [sign(digits) for digits in known["digits"]])
    return people.join(known, on="digits", how="left").select("written", "person", niss_fault="fault"), ids


def accept(table: reference.Table, rows: pl.DataFrame, people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that no check rejects, and the others with their check."""
    if "person_id" in table.headings:
        rows = rows.join(people, left_on="person_id", right_on="written", how="left", maintain_order="left")
        rows = rows.with_columns(fault=pl.coalesce("niss_fault", "fault")).drop("niss_fault", "person_id")
    rejected = rows.filter(col("fault").is_not_null()).select("source_file", check_id="fault")
    rows = rows.filter(col("fault").is_null()).drop("source_file", "fault")
    # A row of many records is repeated when all of them are; the exports hold no other repeats.
    key = ["person" if name == "person_id" else name for name in table.key if name != table.into]
    again = rows.group_by(key).len().filter(col("len") > 1)
    if again.height:
        repeated = rows.join(again.drop("len"), on=key, how="semi", nulls_equal=True)
        once = repeated.unique()
        if once.height != again.height:
            raise SystemExit(f"{table.name}: a key with two contents")
        rows = pl.concat([rows.join(again.drop("len"), on=key, how="anti", nulls_equal=True), once])
        rejected = pl.concat([rejected, pl.DataFrame({"source_file": None, "check_id": [CHECKS.index("duplicate.row")] * (repeated.height - once.height)}, schema=rejected.schema)])
    return rows, rejected


def lay_up(table: reference.Table, rows: pl.DataFrame, ids: pl.Series, out: Path):
    """The table of the lake. A row of many records becomes so many rows; a cell that is empty was not asked."""
    lazy = rows.lazy()
    if table.unpivot:
        index = [name for name in rows.columns if name not in table.unpivot]
        domains = pl.Enum(table.unpivot.values())
        parts = [lazy.select(*index, lit(code, domains).alias(table.into), col(heading).alias(table.value)) for heading, code in table.unpivot.items()]
        lazy = pl.concat(parts).drop_nulls(table.value)
    if "person" in rows.columns:
        lazy = lazy.with_columns(person_id=lit(ids).gather(col("person"))).drop("person")
    lazy.sink_parquet(out / f"lake/{table.name}.parquet", compression="snappy")


def earliest(heading: str, is_so: pl.Expr) -> pl.Expr:
    """Day and score of a reading in one whole number: its least is the first reading's, its greatest the last one's."""
    return when(is_so).then(col("measured_on").to_physical().cast(pl.Int64) * 2**20 + cents(heading))


@dataclass
class Paired:
    """The derived tables."""

    pairs: pl.LazyFrame
    pair_means: pl.LazyFrame
    outcomes: pl.LazyFrame
    repeats: pl.LazyFrame
    trajectory: pl.LazyFrame


def pair(lake: dict, table: reference.Table, scales: list[dict]) -> Paired:
    """Zero against end measure. Grouped while a reading is one row: a group of all domains, not one for each."""
    ended = lake["parcours"].filter(col("end_on").is_not_null()).with_row_index("number")
    is_zero, is_end, is_unmarked = col("occasion") == "zero", col("occasion") == "end", col("occasion").is_null()
    about = ["number", "cpas", "parcours_id", "start_on", "end_on"]
    of_ended = lake["measures"].join(ended.select(about), on=["cpas", "parcours_id"])
    readings = of_ended.filter(is_unmarked | is_zero | is_end)
    by = ["number", "instrument", "assessor"]
    marks = {"zero": (is_zero, "min"), "first": (is_unmarked, "min"), "end": (is_end, "max"), "last": (is_unmarked, "max")}
    wide = readings.group_by(by).agg(
        col("start_on", "end_on").first(),
        *(getattr(earliest(heading, is_so), pick)().alias(f"{mark} {heading}") for heading in table.unpivot for mark, (is_so, pick) in marks.items()),
    ).collect().lazy()  # fmt: skip
    series = pl.concat([of_domain(wide, by, heading, code, marks) for heading, code in table.unpivot.items()]).with_columns(
        col("domain").cast(pl.Enum(table.unpivot.values()))
    )
    day = lambda name: (col(name) // 2**20).cast(pl.Int32).cast(pl.Date)
    within = lambda name, of, before, after: (day(name) - col(of)).dt.total_days().is_between(-before, after)
    series = series.with_columns(
        zero=when(col("zero").is_not_null()).then("zero").when(within("first", "start_on", 60, 30)).then("first"),
        last=when(col("end").is_not_null()).then("end").when(within("last", "end_on", 60, 60)).then("last"),
    ).with_columns(
        came=when(col("zero").is_null()).then(0).when(col("last").is_null()).then(1).when(day("last") <= day("zero")).then(2).otherwise(3).cast(pl.UInt8)
    )
    known = pl.DataFrame(scales)
    person = ended.select("number", "cpas", "person", "kind")
    months = follow(of_ended, wide, series, table).join(ended.select("number", "cpas", "person", "end_on"), on="number")
    pairs = scored(series.filter(col("came") == 3), known).join(person, on="number").collect()
    # To six decimals, halves away from zero.
    sums = pairs.lazy().group_by("number", "instrument", "assessor").agg(
        pl.len().cast(pl.Int64).alias("n"), col("score_before", "score_after", "score_change").sum(), col("at_ceiling", "at_floor").all()
    )
    mean = lambda name: (col(name).sign() * ((col(name).abs() * 20_000 + col("n")) // (2 * col("n")))).alias(name)
    means = sums.with_columns(mean("score_before"), mean("score_after"), mean("score_change")).join(
        ended.select("number", "cpas", "person", "kind", "end_on"), on="number"
    )
    came = series.group_by("number").agg(col("came").max())
    days = (col("end_on") - col("start_on")).dt.total_days()
    pairing = pl.Enum(["no_zero", "no_end", "same_day", "paired"])
    outcomes = ended.join(came, on="number", how="left").with_columns(days=days, pairing=col("came").fill_null(0).cat.to(pairing))
    return Paired(pairs.lazy(), *(pl.LazyFrame(frame) for frame in pl.collect_all([means, outcomes, repeats(lake, table, known), months])))


def follow(of_ended: pl.LazyFrame, wide: pl.LazyFrame, series: pl.LazyFrame, table: reference.Table) -> pl.LazyFrame:
    """The score of each month since the start: the zero measure, and of each due day the reading nearest to it, of two
    as near the earlier. Only a reading marked zero or not at all can be the zero measure said again.
    """
    by = ["number", "instrument", "assessor"]
    days = {month: (col("measured_on") - col("start_on").dt.offset_by(f"{month}mo")).dt.total_days().abs() for month in reference.DUE}
    month = pl.coalesce(when(off == col("off")).then(lit(month, pl.Int32)) for month, off in days.items())
    near = of_ended.with_columns(off=pl.min_horizontal(days.values())).filter(col("off") <= reference.OFF).with_columns(month=month)
    is_other = col("occasion").is_in(["interim", "end"]).fill_null(False)
    firsts = [f"{mark} {heading}" for heading in table.unpivot for mark in ("zero", "first")]
    asked = near.filter(~is_other).join(wide.select(*by, *firsts), on=by, how="left")

    def is_zero(heading: str) -> pl.Expr:
        """Whether the reading is the one from which the zero score of a domain comes."""
        marked, first, day = col(f"zero {heading}") // 2**20, col(f"first {heading}") // 2**20, col("measured_on").to_physical().cast(pl.Int64)
        after = first - col("start_on").to_physical().cast(pl.Int64)
        unmarked = col("occasion").is_null() & marked.is_null() & (first == day) & after.is_between(-60, 30)
        return ((col("occasion") == "zero") & (marked == day)).fill_null(False) | unmarked.fill_null(False)

    again = asked.with_columns(when(~is_zero(heading)).then(heading).alias(heading) for heading in table.unpivot).drop(firsts)
    readings = pl.concat([near.filter(is_other), again])
    # Days off, day and score in one whole number: the least is the reading wanted.
    place = (col("off") * 2**20 + col("measured_on").to_physical().cast(pl.Int64)) * 2**20
    nearest = readings.group_by(*by, "month").agg((place + cents(heading)).min().alias(heading) for heading in table.unpivot)
    domains = pl.Enum(table.unpivot.values())
    due = pl.concat([nearest.select(*by, "month", lit(code, domains).alias("domain"), score=col(heading) % 2**20) for heading, code in table.unpivot.items()])
    zero = series.select(*by, month=lit(0, pl.Int32), domain="domain", score=col("zero") % 2**20)
    return pl.concat([zero, due]).drop_nulls("score")


def of_domain(wide: pl.LazyFrame, by: list, heading: str, code: str, marks: dict) -> pl.LazyFrame:
    found = [col(f"{mark} {heading}").alias(mark) for mark in marks]
    rows = wide.select(*by, "start_on", "end_on", *found, domain=lit(code))
    return rows.filter(pl.any_horizontal(col(*marks).is_not_null()))


def scored(series: pl.LazyFrame, scales: pl.DataFrame) -> pl.LazyFrame:
    """A zero and a last measure as scores in hundredths, and the change signed so that better is positive."""
    before, after = col("zero") % 2**20, col("last") % 2**20
    scales = scales.lazy().with_columns(col("instrument", "domain").cast(pl.Categorical))
    return (
        series.with_columns(col("instrument", "domain").cast(pl.Categorical))
        .join(scales, on=["instrument", "domain"])
        .with_columns(
            score_before=before, score_after=after, score_change=col("sign") * (after - before),
            at_ceiling=before == 100 * col("best"), at_floor=before == 100 * col("worst"),
        )
        .drop("zero", "first", "end", "lowest", "highest", "best", "worst", "sign", strict=False)
    )  # fmt: skip


def repeats(lake: dict, table: reference.Table, scales: pl.DataFrame) -> pl.LazyFrame:
    """First and last answer to one item outside any parcours."""
    by = ["cpas", "person", "instrument", "assessor"]
    outside = lake["measures"].filter(col("parcours_id").is_null())
    parts = [
        outside.group_by(by).agg(zero=earliest(heading, lit(True)).min(), last=earliest(heading, lit(True)).max()).with_columns(domain=lit(code))
        for heading, code in table.unpivot.items()
    ]
    ends = pl.concat(parts).filter(col("last") // 2**20 > col("zero") // 2**20)
    return scored(ends.with_columns(last_on=(col("last") // 2**20).cast(pl.Int32).cast(pl.Date)), scales)


@dataclass
class Query:
    """Rows, the sets of dimensions they are grouped by, and the statistics of each group."""

    rows: pl.LazyFrame
    sets: list
    statistics: dict
    # Groups without it are left out.
    having: pl.Expr | None = None
    unknown: list = field(default_factory=list)


PEOPLE = col("person").drop_nulls().n_unique()


def people(is_so: pl.Expr) -> pl.Expr:
    return col("person").filter(is_so).drop_nulls().n_unique()


def times(is_so: pl.Expr) -> pl.Expr:
    """How often it holds; what is unknown does not."""
    return is_so.fill_null(False).sum()


def in_year(name: str) -> pl.Expr:
    return col(name).is_between(START, END)


def changes(scale: int) -> dict:
    """The statistics of a change; scores are whole numbers, so many to a point."""
    total = lambda expr, by: expr.sum() / by
    change = col("score_change")
    return {
        "persons": PEOPLE, "n": pl.len(), "sum": total(change, scale), "sum_sq": total(change * change, scale * scale),
        "sum_before": total(col("score_before"), scale), "sum_after": total(col("score_after"), scale),
        "improved": times(change > 0), "unchanged": times(change == 0), "worsened": times(change < 0),
        "at_ceiling": times(col("at_ceiling")), "at_floor": times(col("at_floor")),
    }  # fmt: skip


def catalogue(lake: dict, paired: Paired, measures: reference.Table) -> dict:
    """Every indicator by its id."""
    bilans, parcours, piis, persons = (lake[name] for name in ("bilans", "parcours", "piis", "persons"))
    of_person = persons.select("cpas", "person", "sex", "aid", "birth_year")
    active = (col("start_on") <= END) & (col("end_on").is_null() | (col("end_on") >= START))
    paths, contracts, ended = parcours.filter(active), piis.filter(active), piis.filter(in_year("end_on"))
    editions = lake["editions"].filter(in_year("start_on")).rename({"edition_id": "edition"})
    about = editions.select("cpas", "edition", "project", has_cost=col("cost_eur").is_not_null())
    with_edition = lambda rows: rows.rename({"edition_id": "edition"}).join(about, on=["cpas", "edition"])
    enrolments, attendance = with_edition(lake["enrolments"]), with_edition(lake["attendance"])
    planned = cents("planned_hours")
    attended = pl.coalesce(cents("attended_hours"), when(col("status") == "present").then(planned), lit(0))
    hours = attendance.group_by("cpas", "edition", "project", "person").agg(hours=attended.sum())
    has_started, has_completed = col("status").is_in(STARTED), col("status") == "completed"
    participants = enrolments.filter(has_started)
    outcomes, means = (rows.filter(in_year("end_on")) for rows in (paired.outcomes, paired.pair_means))
    by_edition = [["project", "edition"], ["project"], []]
    absent = col("status") != "present"
    excused = (col("status") == "excused") & col("reason").is_in(["medical", "social"])
    cost = editions.select("cpas", "project", cost=cents("cost_eur"))
    spent = lambda rows: pl.concat([cost, rows.filter("has_cost").select("cpas", "project", "person")], how="diagonal")
    has_cost = col("cost").count() > 0
    joined = participants.join(of_person, on=["cpas", "person"])
    not_ris = joined.filter(col("aid").is_not_null()).select("cpas", "person", criterion=lit("not_ris"), holds=col("aid") != "ris")
    aged = joined.filter(col("birth_year").is_not_null()).select("cpas", "person", criterion=lit("aged_65"), holds=int(PERIOD) - col("birth_year") >= 65)
    started_once = lake["enrolments"].filter(has_started).join(lake["editions"], on=["cpas", "edition_id"]).select("cpas", "person", "project").unique()
    pairings = pl.LazyFrame({"asked": ["paired", "no_zero", "no_end", "same_day"]})
    is_paired = col("pairing").cast(pl.String) == col("asked")
    instrument = ["instrument", "assessor"]
    age = int(PERIOD) - col("birth_year")
    is_young = lit("under_25")
    overall = means.join(of_person, on=["cpas", "person"], how="left").with_columns(
        age_group=when(age < 25).then(is_young).when(age < 45).then(lit("25_44")).when(age < 65).then(lit("45_64")).when(age >= 65).then(lit("65_plus"))
    )
    covered = contracts.select("cpas", "person").unique().with_columns(is_covered=lit(True))
    entitled = persons.filter(col("aid") == "ris").join(covered, on=["cpas", "person"], how="left").with_columns(
        age_group=when(age < 25).then(is_young).when(age >= 25).then(lit("25_plus")), student=when("is_student").then(lit("yes")).when(~col("is_student")).then(lit("no"))
    )
    evaluated, in_time, done = evaluations(lake, contracts), signatures(piis), tasks(lake)
    both = agreement(lake, measures)
    either = bounds(outcomes, means)
    counted = {"persons": people(col("is_noting")), "numerator": times(col("holds")), "denominator": times(col("is_noting"))}
    longest = reference.parameter("parcours_longest_days")
    return {
        "bilan.count": Query(bilans.filter(in_year("held_on")), [["occasion"], []], {"persons": PEOPLE, "value": pl.len()}, unknown=["occasion"]),
        "parcours.count": Query(paths, [["kind"], []], {"persons": PEOPLE, "value": pl.len()}),
        "parcours.duration": Query(
            outcomes, [["kind"], []], {"persons": PEOPLE, "n": pl.len(), "sum": col("days").sum(), "sum_sq": (col("days") * col("days")).sum()}
        ),
        "parcours.overlong": Query(
            outcomes, [["kind"], []], {"persons": PEOPLE, "numerator": times(col("days") > longest), "denominator": pl.len()}
        ),
        "parcours.people": Query(
            paths.join(of_person, on=["cpas", "person"], how="left"), [["sex"], []], {"persons": PEOPLE, "value": PEOPLE}, unknown=["sex"]
        ),
        "participation.attendance": Query(
            attendance, by_edition,
            {"persons": PEOPLE, "numerator": attended.sum() / 100, "denominator": planned.sum() / 100},
        ),
        "participation.completed": Query(enrolments, by_edition, {"persons": people(has_completed), "value": people(has_completed)}),
        "participation.completion": Query(
            enrolments, by_edition, {"persons": people(has_started), "numerator": times(has_completed), "denominator": times(has_started)}
        ),
        "participation.cost": Query(
            editions, by_edition,
            {"contributors": col("cost_eur").count(), "value_eur": when(col("cost_eur").count() > 0).then(cents("cost_eur").sum() / 100)},
        ),
        "participation.cost_per_completion": Query(
            spent(enrolments.filter(has_completed)), [["project"], []],
            {"persons": PEOPLE, "numerator": col("cost").sum() / 100, "denominator": col("person").count()}, has_cost,
        ),
        "participation.cost_per_person": Query(
            spent(participants), [["project"], []], {"persons": PEOPLE, "numerator": col("cost").sum() / 100, "denominator": PEOPLE}, has_cost,
        ),
        "participation.excused": Query(
            attendance, by_edition, {"persons": people(absent), "numerator": times(excused), "denominator": times(absent)}
        ),
        "participation.hours": Query(
            hours, by_edition,
            {"persons": PEOPLE, "n": pl.len(), "sum": col("hours").sum() / 100, "sum_sq": (col("hours") * col("hours")).sum() / 10_000},
        ),
        "participation.mixed": Query(
            pl.concat([not_ris, aged]), [["criterion"]], {"persons": PEOPLE, "numerator": people(col("holds")), "denominator": PEOPLE}
        ),
        "participation.programme": Query(
            editions, by_edition,
            {"persons": planned.count(), "n": planned.count(), "sum": planned.sum() / 100, "sum_sq": (planned * planned).sum() / 10_000},
        ),
        "participation.rate": Query(enrolments, by_edition, {"persons": PEOPLE, "numerator": times(has_started), "denominator": pl.len()}),
        "participation.reach": Query(enrolments, [[]], {"persons": people(has_started), "value": people(has_started)}),
        "participation.referred": Query(enrolments, by_edition, {"persons": PEOPLE, "value": PEOPLE}),
        "participation.started": Query(enrolments, by_edition, {"persons": people(has_started), "value": people(has_started)}),
        "piis.count": Query(contracts, [["type"], []], {"persons": PEOPLE, "value": pl.len()}),
        "piis.coverage": Query(
            entitled, [[], ["age_group"], ["student"]], {"persons": PEOPLE, "numerator": people(col("is_covered")), "denominator": PEOPLE},
            unknown=["age_group", "student"],
        ),
        "piis.evaluated": Query(evaluated, [["type"], []], counted),
        "piis.in_time": Query(in_time, [["type"], []], counted),
        "piis.ended": Query(ended, [["ending"], []], {"persons": PEOPLE, "value": pl.len()}, unknown=["ending"]),
        "piis.ended_well": Query(
            ended, [["ending"], []],
            {
                "persons": people(col("ending_is_success").is_not_null()),
                "numerator": times(col("ending_is_success")), "denominator": col("ending_is_success").count(),
            },
            unknown=["ending"],
        ),
        "progress.agreement": Query(
            both, [["instrument", "domain"], ["instrument"]], {"persons": PEOPLE, "numerator": times(col("holds")), "denominator": pl.len()}
        ),
        "progress.bounds": Query(either, [[*instrument, "bound"]], {"persons": PEOPLE, "numerator": times(col("holds")), "denominator": pl.len()}),
        "progress.trajectory": Query(
            paired.trajectory.filter(in_year("end_on")), [[*instrument, "domain", "month"]],
            {"persons": PEOPLE, "n": pl.len(), "sum": col("score").sum() / 100, "sum_sq": (col("score") * col("score")).sum() / 10_000},
        ),
        "tasks.done": Query(done, [["owner"], []], counted),
        "progress.change": Query(paired.pairs.filter(in_year("end_on")), [[*instrument, "domain"]], changes(100)),
        "progress.coverage": Query(
            outcomes.join(pairings, how="cross"), [["asked"]], {"persons": people(is_paired), "numerator": times(is_paired), "denominator": pl.len()}
        ),
        "progress.overall": Query(
            overall, [instrument, [*instrument, "kind"], [*instrument, "sex"], [*instrument, "age_group"]], changes(1_000_000),
            unknown=["sex", "age_group"],
        ),
        "progress.project": Query(means.join(started_once, on=["cpas", "person"]), [[*instrument, "project"]], changes(1_000_000)),
        "progress.repeated": Query(paired.repeats.filter(in_year("last_on")), [[*instrument, "domain"]], changes(100)),
        "subsidy.balance": Query(balance(lake), [["scheme", "item"]], {"contributors": col("cpas").n_unique(), "value_eur": col("value").sum() / 100}),
    }  # fmt: skip


def noting(rows: pl.LazyFrame, name: str) -> pl.LazyFrame:
    """The agencies that note something at all: who notes nothing is late as little as in time."""
    return rows.filter(col(name).is_not_null()).select("cpas").unique().with_columns(is_noting=lit(True))


def evaluations(lake: dict, contracts: pl.LazyFrame) -> pl.LazyFrame:
    """Contracts of the year: enough evaluations are held when one more would exceed the days."""
    a_year = reference.parameter("evaluations_per_year")
    active = contracts.select(
        "cpas", "piis_id", "person", "type", from_on=pl.max_horizontal("start_on", lit(START)), until_on=pl.min_horizontal(col("end_on").fill_null(END), lit(END))
    )
    held = lake["evaluations"].join(active, on=["cpas", "piis_id"]).filter(col("held_on").is_between("from_on", "until_on"))
    held = held.group_by("cpas", "piis_id").agg(held=pl.len().cast(pl.Int64))
    days = (col("until_on") - col("from_on")).dt.total_days() + 1
    rows = active.join(held, on=["cpas", "piis_id"], how="left").join(noting(lake["evaluations"], "held_on"), on="cpas", how="left")
    return rows.with_columns(col("is_noting").fill_null(False)).with_columns(holds=col("is_noting") & ((col("held").fill_null(0) + 1) * 365 > days * a_year))


def signatures(piis: pl.LazyFrame) -> pl.LazyFrame:
    """Contracts whose delay to sign ends in the year. From 30 November three months lead to a 30 February: all of
    February is in time."""
    month = lambda name: 12 * col(name).dt.year() + col(name).dt.month()
    day = lambda name: col(name).dt.day()
    due = month("requested_on") + int(reference.parameter("piis_due_months"))
    is_in = (month("signed_on") < due) | ((month("signed_on") == due) & (day("signed_on") <= day("requested_on")))
    rows = piis.filter(due.is_between(12 * int(PERIOD) + 1, 12 * int(PERIOD) + 12)).join(noting(piis, "signed_on"), on="cpas", how="left")
    return rows.with_columns(col("is_noting").fill_null(False), holds=is_in.fill_null(False))


def tasks(lake: dict) -> pl.LazyFrame:
    """Tasks due in the year."""
    due = lake["tasks"].filter(in_year("due_on")).join(lake["piis"].select("cpas", "piis_id", "person"), on=["cpas", "piis_id"], how="left")
    due = due.join(noting(lake["tasks"], "done_on"), on="cpas", how="left")
    return due.with_columns(col("is_noting").fill_null(False), holds=(col("done_on") <= col("due_on")).fill_null(False))


def agreement(lake: dict, table: reference.Table) -> pl.LazyFrame:
    """Domains that client and worker both scored on one day; grouped while a reading is one row."""
    by = ["cpas", "person", "instrument", "measured_on"]
    readings = lake["measures"].filter(in_year("measured_on") & col("assessor").is_in(["client", "worker"]))
    of = lambda heading, assessor: when(col("assessor") == assessor).then(cents(heading))
    sides = [(side, pick, heading) for side in ("client", "worker") for pick in ("min", "max") for heading in table.unpivot]
    wide = readings.group_by(by).agg(getattr(of(heading, side), pick)().alias(f"{side} {pick} {heading}") for side, pick, heading in sides).collect().lazy()
    parts = []
    for heading, code in table.unpivot.items():
        least, most = (pick([col(f"{side} {name} {heading}") for side in ("client", "worker")]) for pick, name in ((pl.min_horizontal, "min"), (pl.max_horizontal, "max")))
        is_both = col(f"client min {heading}").is_not_null() & col(f"worker min {heading}").is_not_null()
        parts.append(wide.filter(is_both).select(*by, holds=least == most, domain=lit(code, pl.Enum(table.unpivot.values()))))
    return pl.concat(parts)


def bounds(outcomes: pl.LazyFrame, means: pl.LazyFrame) -> pl.LazyFrame:
    """All ended parcours, by each instrument of the agency: improved, or of unknown outcome and counted so in the upper bound."""
    by = ["cpas", "instrument", "assessor"]
    paired = means.select(*by, "person", improved=col("score_change") > 0, unknown=lit(False))
    others = outcomes.filter(col("pairing") != "paired").select("cpas", "person").join(paired.select(by).unique(), on="cpas")
    rows = pl.concat([paired, others.select(*by, "person", improved=lit(False), unknown=lit(True))])
    return pl.concat([rows.with_columns(bound=lit("lower"), holds="improved"), rows.with_columns(bound=lit("upper"), holds=col("improved") | col("unknown"))])


def balance(lake: dict) -> pl.LazyFrame:
    """Granted, eligible, advance and balance of each agreement, in cents."""
    shares = {one["scope"]: round(10_000 * one["value"]) for one in reference.parameters() if one["name"] == "advance_share"}
    in_force = lambda name: lake[name].filter(col("year") == int(PERIOD))
    by = ["cpas", "year", "scheme"]
    eligible = in_force("expenses").group_by(by).agg(eligible=when(col("eligible")).then(cents("amount_eur")).otherwise(0).sum())
    lines = in_force("agreements").join(eligible, on=by, how="left").with_columns(col("eligible").fill_null(0), granted=cents("granted_eur"))
    owed = col("granted") * col("scheme").cast(pl.String).replace_strict(shares, return_dtype=pl.Int64)
    lines = lines.with_columns(advance=owed.sign() * ((owed.abs() + 5_000) // 10_000))
    lines = lines.with_columns(balance=pl.min_horizontal("granted", "eligible") - col("advance"))
    return lines.unpivot(["granted", "eligible", "advance", "balance"], index=["cpas", "scheme"], variable_name="item", value_name="value")


NAMES = {"asked": "pairing"}


def asked(indicator: reference.Indicator, query: Query, areas: pl.LazyFrame) -> list[pl.LazyFrame]:
    """A query by each of its sets: place, dimensions as text, statistics."""
    found = []
    rows = query.rows.join(areas, on="cpas")
    for dimensions in query.sets:
        # An edition's number is the agency's own: above the agency it means nothing.
        of = rows.filter(col("is_agency")) if "edition" in dimensions else rows
        groups = of.group_by("place", *dimensions).agg(**query.statistics, **({"having": query.having} if query.having is not None else {}))
        if query.having is not None:
            groups = groups.filter("having").drop("having")
        names = {NAMES.get(name, name): col(name).cast(pl.String) for name in dimensions}
        codes = {name: text.fill_null("unknown") if name in query.unknown else text for name, text in names.items()}
        text = pl.concat_str([lit(f"{name}=") + codes[name] for name in sorted(codes)], separator=";", ignore_nulls=True) if codes else lit("")
        found.append(groups.select("place", text.alias("dimensions"), *query.statistics, id=lit(indicator.id), unit=lit(indicator.unit)))
    return found


def share(part: str, whole: str) -> dict:
    """A share in per cent with Wilson's interval."""
    n, p = col(whole), col(part) / col(whole)
    centre, half = (p + Z * Z / (2 * n)) / (1 + Z * Z / n), Z / (1 + Z * Z / n) * (p * (1 - p) / n + Z * Z / (4 * n * n)).sqrt()
    inside = (n > 0) & p.is_between(0, 1)
    low = when(inside).then(when(col(part) <= 0).then(0.0).otherwise(100 * (centre - half)))
    high = when(inside).then(when(col(part) >= n).then(100.0).otherwise(100 * (centre + half)))
    return {"numerator": col(part), "denominator": n, "value": when(n > 0).then(100 * p), "ci_low": low, "ci_high": high}


def quotient(part: str, whole: str) -> dict:
    return {"numerator": col(part), "denominator": col(whole), "value": when(col(whole) > 0).then(col(part) / col(whole))}


def average(rows: pl.DataFrame) -> tuple[pl.DataFrame, dict]:
    """The rows with the deviation of their values, and their mean with Student's interval."""
    n, total, squares = col("n"), col("sum"), col("sum_sq")
    spread = squares - total * total / n
    # Of values all alike the subtraction leaves a trace of its own rounding.
    spread = when(spread > 4 * sys.float_info.epsilon * squares).then(spread).otherwise(0.0)
    rows = rows.with_columns(deviation=when(n >= 2).then((spread / (n - 1)).sqrt()))
    numbers = rows.filter(n >= 2)["n"].unique()
    student = pl.DataFrame({"n": numbers, "t": [reference.student(int(number) - 1) for number in numbers]}, schema={"n": pl.Float64, "t": pl.Float64})
    rows = rows.join(student, on="n", how="left")
    half = col("t") * col("deviation") / n.sqrt()
    return rows, quotient("sum", "n") | {"ci_low": total / n - half, "ci_high": total / n + half}


def figures(kind: str, rows: pl.DataFrame) -> list[pl.DataFrame]:
    """The figures that the statistics of a kind stand for."""
    persons = "persons" if "persons" in rows.columns else "contributors"
    shown = ["numerator", "denominator", "value", "ci_low", "ci_high"]

    def figure(rows: pl.DataFrame, columns: dict, suffix: str = "", unit: pl.Expr = col("unit")) -> pl.DataFrame:
        every = {name: columns.get(name, lit(None)).cast(pl.Float64) for name in shown}
        return rows.select("place", "dimensions", persons=col(persons).cast(pl.Int64), **every, id=col("id") + suffix, unit=unit)

    if kind in ("count", "amount"):
        return [figure(rows, {"value": col("value" if kind == "count" else "value_eur")})]
    rows = rows.with_columns(pl.selectors.numeric().exclude("place", persons).fill_null(0).cast(pl.Float64))
    if kind == "ratio":
        is_share = col("unit") == "percent"
        parts = {True: share, False: quotient}
        return [figure(part, parts[is_so]("numerator", "denominator")) for is_so in parts if (part := rows.filter(is_share == is_so)).height]
    rows, mean = average(rows)
    found = [figure(rows, mean)]
    if kind == "change":
        found += [figure(rows, quotient(f"sum_{side}", "n"), f".{side}") for side in ("before", "after")]
        response = quotient("sum", "n") | {"value": when(col("deviation") > 0).then(col("sum") / col("n") / col("deviation"))}
        found.append(figure(rows, response, ".response", lit("deviations")))
        found += [figure(rows, share(column, "n"), f".{name}", lit("percent")) for name, column in reference.CHANGE_SHARES.items()]
    return found


def judged(indicator: reference.Indicator, lake: dict, observations: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Objectives, by the figures that they name."""
    nearly = reference.parameter("objective_nearly")
    wanted = col("breakdown").fill_null("").str.split(";").list.sort().list.join(";")
    rows = lake["objectives"].filter(col("year") == int(PERIOD)).with_columns(wanted=wanted).collect()
    rows = rows.with_columns(area=col("cpas").cast(pl.String)).join(places.filter(col("area_level") == "cpas"), on="area")
    values = observations.select("place", indicator="id", wanted="dimensions", realised="value")
    rows = rows.join(values, on=["place", "indicator", "wanted"], how="left")
    target = col("target").cast(pl.Float64)
    rows = rows.with_columns(target=target, part=when(target > 0).then(col("realised") / target), is_number=col("kind") == "quantitative")
    part, is_number = col("part"), col("is_number")
    reached = when(col("direction") == "at_most").then(1 / part).otherwise(part)
    outcome = when(part.is_null()).then(lit("not_measurable")).when(reached >= 1).then(lit("met")).when(reached >= nearly).then(lit("nearly")).otherwise(lit("not_met"))
    named = {
        "breakdown": col("breakdown").str.replace_all("=", ":").str.replace_all(";", ","),
        "direction": when(is_number).then(col("direction").cast(pl.String).fill_null("at_least")), "evidence": col("evidence"), "indicator": col("indicator"),
        "objective": col("objective_id"), "objective_kind": col("kind"), "objective_status": when(~is_number).then(col("status")),
        "outcome": when(is_number).then(outcome), "scheme": col("scheme"),
    }  # fmt: skip
    text = pl.concat_str([lit(f"{name}=") + code.cast(pl.String) for name, code in named.items()], separator=";", ignore_nulls=True)
    none = lit(None, pl.Float64)
    return rows.select(
        "place", dimensions=text, persons=lit(None, pl.Int64), numerator=when(is_number).then(col("realised")), denominator=target,
        value=when(is_number).then(100 * part), ci_low=none, ci_high=none, id=lit(indicator.id), unit=lit(indicator.unit),
        status=when(part.is_null() & is_number).then(lit("not_computable")).otherwise(lit("free")),
    )  # fmt: skip


def compute(lake: dict, paired: Paired, measures: reference.Table, areas: list[dict]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All observations, and the places that they name by number."""
    areas = pl.DataFrame(areas)
    places = areas.select("area_level", "area").unique(maintain_order=True).with_row_index("place")
    agencies = lake["parcours"].collect_schema()["cpas"]
    of = areas.join(places, on=["area_level", "area"]).select(col("cpas").cast(agencies), "place", is_agency=col("area_level") == "cpas")
    known, entries = catalogue(lake, paired, measures), reference.indicators()
    if lacking := [one.id for one in entries if one.id not in known and one.kind != "objective"]:
        print("not in the peer:", *lacking, file=sys.stderr)
    asking = [(one.kind, lazy) for one in entries if one.id in known for lazy in asked(one, known[one.id], of.lazy())]
    answers: dict = {}
    # All at once, so that joins that several indicators share are made once.
    for (kind, _), rows in zip(asking, pl.collect_all([lazy for _, lazy in asking])):
        answers.setdefault(kind, []).append(rows)
    found = [figure for kind, parts in answers.items() for figure in figures(kind, pl.concat(parts, how="diagonal_relaxed"))]
    observations = pl.concat(found).with_columns(status=when(col("value").is_null()).then(lit("not_computable")).otherwise(lit("free")))
    objectives = [judged(one, lake, observations, places) for one in entries if one.kind == "objective"]
    return pl.concat([observations, *objectives]), places


def main():
    phases = reference.Phases()
    project, out = reference.Project(Path(sys.argv[1])), Path(sys.argv[2])
    (out / "lake").mkdir(parents=True, exist_ok=True)
    tables, scales = {table.name: table for table in reference.tables()}, reference.scales()
    phases.end("start")
    rows = {name: read(project, table, scales) for name, table in tables.items()}
    phases.rows_read = sum(frame.height for frame in rows.values())
    phases.end("read")
    people, ids = know_people(project, rows)
    accepted, rejected = {}, []
    for name, table in tables.items():
        accepted[name], wrong = accept(table, rows.pop(name), people)
        rejected.append(wrong)
    rejected = pl.concat(rejected).with_columns(col("check_id").cat.to(pl.Enum(CHECKS)))
    phases.rows_rejected = rejected.height
    phases.end("check")
    for name, table in tables.items():
        lay_up(table, accepted[name], ids, out)
    rejected.write_parquet(out / "rejects.parquet")
    phases.end("lake")
    lake = {name: frame.lazy() for name, frame in accepted.items()}
    paired = pair(lake, tables["measures"], scales)
    phases.end("pair")
    observations, places = compute(lake, paired, tables["measures"], reference.areas(project))
    phases.end("indicators")
    observations = observations.join(places, on="place").with_columns(period=lit(PERIOD)).rename({"id": "indicator"})
    observations.select(reference.COLUMNS).sort(reference.COLUMNS[:5]).write_csv(out / "indicators.csv")
    phases.end("write")
    phases.write(out / "phases.json")


if __name__ == "__main__":
    main()
