"""The national year in pandas: exports, checks, pseudonyms, lake, pairing, the whole catalogue.

    python benches/peers/pandas_peer.py PROJECT OUT

A new indicator is one entry in `catalogue`. Files are read and written by pyarrow, which pandas does itself; every text
is a categorical, so that a date, a code or a national number is looked at once and not in every row; rows are found by
whole numbers instead of merging texts.

Spared, beside what reference.py names: headings, delimiter, encoding, forms of dates and numbers are known beforehand and
not found out; a number with a third decimal is rounded and not rejected, and stands in the lake as a float; a key with two
contents ends the run; no receipts, no reject file a person can read, no origin of each row, no hash of the content, no
transaction log, one Parquet file a table and no partitions; one period, so no later one says anything again. Each different
national number is signed once, by Python's hashlib.
"""

import hashlib
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset
import pyarrow.parquet
import reference
from pandas.api.extensions import take
from reference import PERIOD, Z

START, END = np.datetime64(f"{PERIOD}-01-01"), np.datetime64(f"{PERIOD}-12-31")
DAY = np.timedelta64(1, "D")
STARTED = ["started", "completed", "dropped_out"]
# A fault is the number of its check; 0 is none.
CHECKS = [
    "", "niss.form", "niss.check_digits", "niss.birth_date", "niss.misplaced", "date.form", "date.range", "date.order", "number.form",
    "code.unknown", "project.unknown", "value.missing", "text.too_long", "score.range", "duplicate.row",
]  # fmt: skip


def texts(project: reference.Project, table: reference.Table) -> pd.DataFrame:
    """One scan over all files of a table, on all cores: every column a categorical of texts."""
    headings = [*table.headings.values(), *table.unpivot]
    kind = pa.dictionary(pa.int32(), pa.string())
    options = pa.csv.ConvertOptions(column_types=dict.fromkeys(headings, kind), null_values=[""], strings_can_be_null=True)
    schema = pa.schema([(heading, kind) for heading in headings])
    files = pa.dataset.dataset([str(path) for path in project.paths(table)], schema=schema, format=pa.dataset.CsvFileFormat(convert_options=options))
    found = files.to_table(columns=[*headings, "__filename"])
    found = found.set_column(found.schema.get_field_index("__filename"), "source_file", found["__filename"].dictionary_encode())
    return found.unify_dictionaries().to_pandas()


def spread(values, codes: np.ndarray, fill=None):
    """What each code stands for; -1 for nothing."""
    return take(values, codes, allow_fill=True, fill_value=fill)


def of_code(texts: pd.Series, codes: list) -> pd.Categorical:
    """The codes of a list, nothing where the text is none of them."""
    places = pd.Index(codes).get_indexer(texts.cat.categories)
    return pd.Categorical.from_codes(spread(places, texts.cat.codes.to_numpy(), -1), categories=codes)


def cell(texts: pd.Series, contract: dict):
    """The values of cells, and the check that fails where there was something and no value."""
    kind, codes = contract["type"], texts.cat.codes.to_numpy()
    written = texts.cat.categories
    if kind == "code":
        check = "project.unknown" if contract["codelist"] == "project" else "code.unknown"
        return of_code(texts, reference.codes(contract["codelist"])), check
    if kind == "date":
        days = pd.to_datetime(pd.Series(written), format="%Y-%m-%d", errors="coerce")
        return spread(days.to_numpy("datetime64[s]"), codes, np.datetime64("NaT")), "date.form"
    if kind == "boolean":
        return spread(pd.array(written.map({"1": True, "0": False}), dtype="boolean"), codes), "code.unknown"
    if kind in ("year", "integer", "hours", "money", "score"):
        numbers = pd.to_numeric(pd.Series(written), errors="coerce").to_numpy("float64").round(2)
        if kind in ("year", "integer"):
            numbers[numbers % 1 != 0] = np.nan
        return spread(numbers, codes, np.nan), "date.form" if kind == "year" else "number.form"
    return texts, None


def digits_of(written: pd.Series) -> pd.Series:
    return written.str.replace("[ ./\u00a0\u202f-]", "", regex=True)


def niss_fault(digits: pd.Series) -> np.ndarray:
    """The check that each national number fails, 0 for none."""
    fault = np.zeros(len(digits), "u1")
    has_form = digits.str.fullmatch("[0-9]{11}").to_numpy(bool)
    fault[~has_form] = CHECKS.index("niss.form")
    number = digits[has_form].astype("int64").to_numpy()
    nine, two = number // 100, number % 100
    century = np.where(two == 97 - nine % 97, 1900, np.where(two == 97 - (2_000_000_000 + nine) % 97, 2000, 0))
    # The month of a bis number is 20 or 40 higher; day or month 00 is unknown.
    year, month, day = century + nine // 10_000_000, nine // 100_000 % 100, nine // 1000 % 100
    month = month - np.select([(month >= 20) & (month <= 32), (month >= 40) & (month <= 52)], [20, 40], 0)
    is_unknown = ((month <= 12) & (day == 0)) | ((month == 0) & (day >= 1) & (day <= 31))
    is_month = (month >= 1) & (month <= 12)
    first = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + np.where(is_month, month - 1, 0)
    last = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(int)
    is_day = is_unknown | (is_month & (day >= 1) & (day <= last))
    fault[has_form] = np.where(century == 0, CHECKS.index("niss.check_digits"), np.where(is_day, 0, CHECKS.index("niss.birth_date")))
    return fault


def text_faults(texts: pd.Series):
    written, codes = pd.Series(texts.cat.categories), texts.cat.codes.to_numpy()
    too_long = (written.str.len() > 60) | written.str.contains("\n", regex=False) | written.str.contains("\r", regex=False)
    yield spread(too_long.to_numpy(bool), codes, False), "text.too_long"
    digits = digits_of(written[written.str.len() > 10])
    is_number = np.zeros(len(written), bool)
    is_number[digits.index] = niss_fault(digits) == 0
    yield spread(is_number, codes, False), "niss.misplaced"


def read(project: reference.Project, table: reference.Table, scales: list[dict]) -> pd.DataFrame:
    """The rows of a table with their types, and the first check that a row fails."""
    written = texts(project, table)
    wanted = {heading: (name, table.fields[name]) for name, heading in table.headings.items()}
    wanted |= {heading: (heading, table.fields[table.value]) for heading in table.unpivot}
    files = written["source_file"].cat
    agencies = files.categories.str.slice(len(str(project.inbox)) + 1, len(str(project.inbox)) + 6)
    cpas = pd.Categorical.from_codes(pd.Index(project.cpas).get_indexer(agencies)[files.codes], categories=project.cpas)
    found, faults = {"cpas": cpas, "source_file": written["source_file"]}, []
    for heading, (name, contract) in wanted.items():
        text = written.pop(heading)
        found[name], check = cell(text, contract)
        is_empty = np.asarray(pd.isna(found[name]))
        if check:
            faults.append((is_empty & text.notna().to_numpy(), check))
        elif contract["type"] != "person":
            faults += text_faults(text)
        if contract["type"] == "date":
            faults.append(((found[name] < np.datetime64("1900-01-01")) | (found[name] > np.datetime64("2100-12-31")), "date.range"))
        if contract["type"] == "year":
            faults.append(((found[name] < 1900) | (found[name] > 2100), "date.range"))
        if contract["required"] and heading not in table.unpivot:
            faults.append((is_empty, "value.missing"))
    faults += [(found[later] < found[earlier], "date.order") for earlier, later in table.in_order]
    for scale in scales:
        if scale["instrument"] == table.constants.get("instrument"):
            headings = [heading for heading, code in table.unpivot.items() if code == scale["domain"]]
            faults += [((found[heading] < scale["lowest"]) | (found[heading] > scale["highest"]), "score.range") for heading in headings]
    rows = pd.DataFrame(found)
    for name, value in table.constants.items():
        rows[name] = pd.Categorical.from_codes(np.zeros(len(rows), "i1"), categories=[value])
    fault = np.zeros(len(rows), "u1")
    for is_so, check in faults:
        fault[is_so & (fault == 0)] = CHECKS.index(check)
    return rows.assign(fault=fault)


def know_people(project: reference.Project, read: dict) -> tuple[pd.DataFrame, np.ndarray]:
    """Every national number once: whether it is one, and the number of the person; and the pseudonyms by that number."""
    written = pd.Index([]).append([rows["person_id"].cat.categories for rows in read.values() if "person_id" in rows]).unique()
    digits = digits_of(pd.Series(written))
    fault = niss_fault(digits)
    person = np.full(len(written), -1, "i4")
    person[fault == 0], known = pd.factorize(digits[fault == 0])
    inside, outside = map(hashlib.sha256, reference.hmac_pads(project.key))

    def sign(digits: str) -> str:
        inner, outer = inside.copy(), outside.copy()
        inner.update(digits.encode().translate(reference.DIGITS))
        outer.update(inner.digest())
        return outer.hexdigest()[:32]

    return pd.DataFrame({"person": person, "fault": fault}, index=written), np.array([sign(digits) for digits in known], object)


def accept(table: reference.Table, rows: pd.DataFrame, people: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that no check rejects, and the others with their check."""
    if "person_id" in table.headings:
        written = rows.pop("person_id").cat
        known = people.reindex(written.categories)
        rows["person"] = spread(known["person"].to_numpy(), written.codes.to_numpy(), -1)
        fault = spread(known["fault"].to_numpy(), written.codes.to_numpy(), 0)
        rows["fault"] = np.where(fault > 0, fault, rows["fault"])
    is_wrong = rows["fault"] > 0
    rejected = rows.loc[is_wrong, ["source_file", "fault"]]
    rows = rows.loc[~is_wrong].drop(columns=["fault"])
    # A row of many records is repeated when all of them are; the exports hold no other repeats.
    key = ["person" if name == "person_id" else name for name in table.key if name != table.into]
    is_again = rows.duplicated(key)
    if is_again.any():
        repeated = rows[rows.duplicated(key, keep=False)].drop(columns="source_file")
        if len(repeated.drop_duplicates()) != len(repeated.drop_duplicates(key)):
            raise SystemExit(f"{table.name}: a key with two contents")
        rejected = pd.concat([rejected, rows.loc[is_again, ["source_file"]].assign(fault=CHECKS.index("duplicate.row"))])
        rows = rows[~is_again]
    return rows.drop(columns="source_file").reset_index(drop=True), rejected


def lay_up(table: reference.Table, rows: pd.DataFrame, ids: np.ndarray, out: Path):
    """The table of the lake. A row of many records becomes so many rows; a cell that is empty was not asked."""
    path = out / f"lake/{table.name}.parquet"
    if "person" in rows:
        rows = rows.assign(person_id=pd.Categorical.from_codes(rows["person"], categories=ids)).drop(columns="person")
    if not table.unpivot:
        rows.to_parquet(path, compression="snappy", index=False)
        return
    base, writer = pa.Table.from_pandas(rows.drop(columns=list(table.unpivot)), preserve_index=False), None
    for heading, code in table.unpivot.items():
        domain = pd.Categorical.from_codes(np.zeros(len(rows), "i1"), categories=[code])
        part = base.append_column(table.into, pa.array(domain)).append_column(table.value, pa.array(rows[heading], from_pandas=True))
        part = part.filter(part[table.value].is_valid())
        writer = writer or pa.parquet.ParquetWriter(path, part.schema, compression="snappy")
        writer.write_table(part)
    writer.close()


def cents(numbers) -> np.ndarray:
    """Hundredths, as whole numbers, 0 for nothing: sums and squares are exact."""
    return np.nan_to_num(np.asarray(numbers, "float64") * 100).round().astype("int64")


def keys(rows: pd.DataFrame, names: list, of: pd.DataFrame) -> np.ndarray:
    """A whole number for the values of columns, as `of` numbers them; -1 where it has not got one."""
    key, is_known = np.zeros(len(rows), "i8"), np.ones(len(rows), bool)
    for name in names:
        if isinstance(of[name].dtype, pd.CategoricalDtype):
            categories = of[name].cat.categories
            codes = spread(categories.get_indexer(rows[name].cat.categories), rows[name].cat.codes.to_numpy(), -1)
            size = len(categories)
        else:
            codes, size = rows[name].to_numpy(), int(of[name].max()) + 1
        is_known &= (codes >= 0) & (codes < size)
        key = key * size + codes
    return np.where(is_known, key, -1)


def places_in(rows: pd.DataFrame, names: list, of: pd.DataFrame) -> np.ndarray:
    """Where in `of` each row finds the row of the same key; -1 for nowhere."""
    return pd.Index(keys(of, names, of)).get_indexer(keys(rows, names, of))


def joined(rows: pd.DataFrame, names: list, of: pd.DataFrame, columns: dict, how: str = "inner") -> pd.DataFrame:
    """The rows with columns (old name: new name) of what they refer to."""
    places = places_in(rows, names, of)
    if how == "inner" and (places < 0).any():
        rows, places = rows[places >= 0], places[places >= 0]
    return rows.assign(**{new: spread(of[old].array, places) for old, new in columns.items()})


def packed(readings: pd.DataFrame, headings: list, groups: np.ndarray, size: int, pick: str) -> np.ndarray:
    """By group and domain the first or last reading, day and score in one number: the least is the first reading's."""
    scores = readings[headings].to_numpy("float64") * 100
    days = readings["measured_on"].to_numpy("datetime64[D]").astype("int64")
    numbers = pd.DataFrame(days[:, None] * 2.0**20 + scores.round()).groupby(groups)
    found = np.full((size, len(headings)), np.nan)
    best = getattr(numbers, pick)()
    found[best.index] = best
    return found


@dataclass
class Paired:
    """The derived tables."""

    pairs: pd.DataFrame
    pair_means: pd.DataFrame
    outcomes: pd.DataFrame
    repeats: pd.DataFrame
    trajectory: pd.DataFrame


def pair(lake: dict, table: reference.Table, scales: list[dict]) -> Paired:
    """Zero against end measure: a row for each parcours and assessor, a column for each domain."""
    parcours, measures = lake["parcours"], lake["measures"]
    headings = list(table.unpivot)
    place = places_in(measures, ["cpas", "parcours_id"], parcours)
    is_ended = parcours["end_on"].notna().to_numpy()
    wanted = (place >= 0) & is_ended[place]
    readings, place = measures[wanted], place[wanted]
    assessors = readings["assessor"].cat.categories
    groups, firsts = pd.factorize(place * len(assessors) + readings["assessor"].cat.codes.to_numpy())
    size, number, assessor = len(firsts), firsts // len(assessors), firsts % len(assessors)

    def of(occasion: str | None, pick: str) -> np.ndarray:
        is_so = (readings["occasion"] == occasion if occasion else readings["occasion"].isna()).to_numpy()
        return packed(readings[is_so], headings, groups[is_so], size, pick) if is_so.any() else np.full((size, len(headings)), np.nan)

    def within(found: np.ndarray, name: str, before: int, after: int) -> np.ndarray:
        days = found // 2**20 - parcours[name].to_numpy("datetime64[D]").astype("int64")[number][:, None]
        return np.where((days >= -before) & (days <= after), found, np.nan)

    marked, first = of("zero", "min"), of(None, "min")
    zero = np.where(is_unmarked := np.isnan(marked), within(first, "start_on", 60, 30), marked)
    marked, last = of("end", "max"), of(None, "max")
    last = np.where(np.isnan(marked), within(last, "end_on", 60, 60), marked)
    came = np.where(np.isnan(zero), 0, np.where(np.isnan(last), 1, np.where(last // 2**20 <= zero // 2**20, 2, 3)))
    best, worst, sign = (np.array([scale[name] for scale in of_domains(table, scales)]) for name in ("best", "worst", "sign"))
    is_pair = came == 3
    before, after = (np.where(is_pair, found % 2**20, 0).astype("int64") for found in (zero, last))
    change = sign * (after - before)
    about = parcours[["cpas", "person", "kind", "start_on", "end_on"]]
    days = days_off(readings["measured_on"], parcours["start_on"].to_numpy()[place])
    of_month, found = follow(readings, headings, groups, days, zero, is_unmarked)
    kinds = {"instrument": table.constants["instrument"]}
    of_group, of_domain = np.nonzero(is_pair)
    pairs = about.take(number[of_group]).assign(
        **scored(table, kinds, assessors, assessor[of_group], of_domain),
        score_before=before[is_pair], score_after=after[is_pair], score_change=change[is_pair],
        at_ceiling=(before == 100 * best)[is_pair], at_floor=(before == 100 * worst)[is_pair],
    )  # fmt: skip
    of_score, of_domain = np.nonzero(~np.isnan(found))
    months = about.take(number[of_month["group"][of_score]]).assign(
        **scored(table, kinds, assessors, assessor[of_month["group"][of_score]], of_domain),
        month=pd.Categorical(of_month["month"][of_score].astype(str)), score=(found[of_score, of_domain] % 2**20).astype("int64"),
    )  # fmt: skip
    # To six decimals, halves away from zero.
    n = is_pair.sum(axis=1)
    has = n > 0
    mean = lambda scores: np.sign(total := scores.sum(axis=1)[has]) * ((np.abs(total) * 20_000 + n[has]) // (2 * n[has]))
    means = about.take(number[has]).assign(
        **scored(table, kinds, assessors, assessor[has]), score_before=mean(before), score_after=mean(after), score_change=mean(change),
        at_ceiling=((before == 100 * best) | ~is_pair).all(axis=1)[has], at_floor=((before == 100 * worst) | ~is_pair).all(axis=1)[has],
    )  # fmt: skip
    reached = pd.Series(came.max(axis=1)).groupby(number).max()
    furthest = np.zeros(len(parcours), "i8")
    furthest[reached.index] = reached
    ended = parcours[is_ended]
    lasted = (ended["end_on"] - ended["start_on"]).to_numpy() // DAY
    pairing = pd.Categorical.from_codes(furthest[is_ended], categories=["no_zero", "no_end", "same_day", "paired"])
    outcomes = ended.assign(days=lasted, pairing=pairing)
    return Paired(pairs, means, outcomes, repeats(measures, table, scales), months)


def days_off(measured_on: pd.Series, start_on: np.ndarray) -> np.ndarray:
    """By reading and due month the days between them. The month's last day is due where it has no such day."""
    start = start_on.astype("datetime64[D]")
    month, measured = start.astype("datetime64[M]"), measured_on.to_numpy("datetime64[D]")
    found = []
    for months in reference.DUE:
        last = (month + months + 1).astype("datetime64[D]") - DAY
        due = np.minimum((month + months).astype("datetime64[D]") + (start - month.astype("datetime64[D]")), last)
        found.append(np.abs((measured - due).astype("int64")))
    return np.column_stack(found)


def follow(readings: pd.DataFrame, headings: list, groups: np.ndarray, days: np.ndarray, zero: np.ndarray, is_unmarked: np.ndarray) -> tuple[dict, np.ndarray]:
    """The score of each month since the start by domain: the zero measure, and of each due day the reading nearest to
    it, of two as near the earlier. What is the zero measure is no reading of a month."""
    off, month = days.min(axis=1), np.array(reference.DUE)[days.argmin(axis=1)]
    near = off <= reference.OFF
    readings, groups, off, month = readings[near], groups[near], off[near], month[near]
    day = readings["measured_on"].to_numpy("datetime64[D]").astype("int64")
    # Days off, day and score in one number, exact below 2^53: the least is the reading wanted.
    place = ((off * 2.0**16 + day) * 2**20)[:, None] + (readings[headings].to_numpy("float64") * 100).round()
    marked, unmarked = (readings["occasion"] == "zero").to_numpy(), readings["occasion"].isna().to_numpy()
    may = np.flatnonzero(marked | unmarked)
    is_same = zero[groups[may]] // 2**20 == day[may][:, None]
    place[may] = np.where(is_same & (is_unmarked[groups[may]] == unmarked[may][:, None]), np.nan, place[may])
    of, firsts = pd.factorize(groups * 16 + month)
    best = pd.DataFrame(place).groupby(of).min().to_numpy()
    keys = {"group": np.concatenate([np.arange(len(zero)), firsts // 16]), "month": np.concatenate([np.zeros(len(zero), "i8"), firsts % 16])}
    return keys, np.concatenate([zero, best])


def of_domains(table: reference.Table, scales: list[dict]) -> list[dict]:
    known = {(scale["instrument"], scale["domain"]): scale for scale in scales}
    return [known[table.constants["instrument"], code] for code in table.unpivot.values()]


def scored(table: reference.Table, kinds: dict, assessors, assessor: np.ndarray, domain: np.ndarray | None = None) -> dict:
    """What a score is of, as categoricals."""
    found = {name: pd.Categorical.from_codes(np.zeros(len(assessor), "i1"), categories=[value]) for name, value in kinds.items()}
    found["assessor"] = pd.Categorical.from_codes(assessor, categories=assessors)
    if domain is not None:
        found["domain"] = pd.Categorical.from_codes(domain, categories=list(table.unpivot.values()))
    return found


def repeats(measures: pd.DataFrame, table: reference.Table, scales: list[dict]) -> pd.DataFrame:
    """First and last answer to one item outside any parcours."""
    outside = measures[measures["parcours_id"].isna()]
    by = ["cpas", "person", "assessor"]
    groups, about = outside.groupby(by, observed=True).ngroup().to_numpy(), outside.drop_duplicates(by)
    about = about.set_axis(outside.groupby(by, observed=True).ngroup()[about.index]).sort_index()
    size, headings = len(about), list(table.unpivot)
    first, last = (packed(outside, headings, groups, size, pick) for pick in ("min", "max"))
    of_group, of_domain = np.nonzero(last // 2**20 > first // 2**20)
    before, after = ((found[of_group, of_domain] % 2**20).astype("int64") for found in (first, last))
    best, worst, sign = (np.array([scale[name] for scale in of_domains(table, scales)])[of_domain] for name in ("best", "worst", "sign"))
    rows = about[["cpas", "person"]].take(of_group)
    kinds = {"instrument": table.constants["instrument"]}
    assessor = about["assessor"].cat.codes.to_numpy()[of_group]
    return rows.assign(
        **scored(table, kinds, about["assessor"].cat.categories, assessor, of_domain),
        score_before=before, score_after=after, score_change=sign * (after - before), at_ceiling=before == 100 * best, at_floor=before == 100 * worst,
        last_on=(last[of_group, of_domain] // 2**20).astype("int64").astype("datetime64[D]").astype("datetime64[s]"),
    )  # fmt: skip


@dataclass
class Query:
    """Rows, the sets of dimensions they are grouped by, and the statistics of each group: whole numbers that are summed,
    each with what it is divided by afterwards, and people who are counted once (-1 for nobody)."""

    rows: pd.DataFrame
    sets: list
    sums: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    unknown: tuple = ()
    # A sum that must be above 0, or the group is left out; it is no statistic.
    having: str | None = None


def in_year(days: pd.Series) -> np.ndarray:
    return ((days >= START) & (days <= END)).to_numpy()


def only(rows: pd.DataFrame, is_so) -> np.ndarray:
    """The people of the rows of which something holds."""
    return np.where(is_so, rows["person"], -1)


def changes(rows: pd.DataFrame, sets: list, scale: int, unknown: tuple = ()) -> Query:
    """A query on changes; scores are whole numbers, so many to a point."""
    change, one = rows["score_change"].to_numpy(), np.ones(len(rows), "i8")
    sums = {
        "n": (one, 1), "sum": (change, scale), "sum_sq": (change * change, scale * scale),
        "sum_before": (rows["score_before"], scale), "sum_after": (rows["score_after"], scale),
        "improved": (change > 0, 1), "unchanged": (change == 0, 1), "worsened": (change < 0, 1),
        "at_ceiling": (rows["at_ceiling"], 1), "at_floor": (rows["at_floor"], 1),
    }  # fmt: skip
    return Query(rows, sets, sums, {"persons": rows["person"]}, unknown)


def catalogue(lake: dict, paired: Paired, measures: reference.Table) -> dict:
    """Every indicator by its id."""
    bilans, parcours, piis, persons = (lake[name] for name in ("bilans", "parcours", "piis", "persons"))
    bilans = bilans[in_year(bilans["held_on"])]
    active = lambda rows: rows[((rows["start_on"] <= END) & (rows["end_on"].isna() | (rows["end_on"] >= START))).to_numpy()]
    of_person = lambda rows, how: joined(rows, ["cpas", "person"], persons, {"sex": "sex", "aid": "aid", "birth_year": "birth_year"}, how)
    paths, contracts = of_person(active(parcours), "left"), active(piis)
    ended = piis[in_year(piis["end_on"])]
    editions = lake["editions"].assign(edition=lake["editions"]["edition_id"])
    # `project` of all editions; `edition` of those of the year.
    of_edition = lambda rows: joined(rows, ["cpas", "edition_id"], editions, {"project": "project", "edition": "edition", "start_on": "edition_on", "cost_eur": "cost"})
    of_year = lambda rows: rows[in_year(rows["edition_on"])]
    every = of_edition(lake["enrolments"])
    enrolments, attendance, editions = of_year(every), of_year(of_edition(lake["attendance"])), editions[in_year(editions["start_on"])]
    started, completed = enrolments["status"].isin(STARTED).to_numpy(), (enrolments["status"] == "completed").to_numpy()
    participants = enrolments[started]
    one = lambda rows: (np.ones(len(rows), "i8"), 1)
    counted = lambda rows, sets, unknown=(): Query(rows, sets, {"value": one(rows)}, {"persons": rows["person"]}, unknown)
    people = lambda rows, sets, who: Query(rows, sets, {}, {"persons": who, "value": who})
    by_edition = [["project", "edition"], ["project"], []]
    outcomes, means = (rows[in_year(rows["end_on"])] for rows in (paired.outcomes, paired.pair_means))
    days = outcomes["days"].to_numpy()
    planned = cents(attendance["planned_hours"])
    attended = np.where(attendance["attended_hours"].isna() & (attendance["status"] == "present"), planned, cents(attendance["attended_hours"]))
    absent = (attendance["status"] != "present").to_numpy()
    excused = ((attendance["status"] == "excused") & attendance["reason"].isin(["medical", "social"])).to_numpy()
    hours = hours_of(attendance, attended)
    programme = editions["planned_hours"]
    has_programme = (programme.notna().to_numpy(), 1)
    success = ended["ending_is_success"]
    known = success.notna().to_numpy()
    joined_people = of_person(participants, "inner")
    aided, aged = joined_people[joined_people["aid"].notna()], joined_people[joined_people["birth_year"].notna()]
    criteria = ["aged_65", "not_ris"]
    mixed = pd.concat([aged[["cpas", "person"]], aided[["cpas", "person"]]]).assign(
        criterion=pd.Categorical.from_codes(np.repeat([0, 1], [len(aged), len(aided)]), categories=criteria),
        holds=np.concatenate([int(PERIOD) - aged["birth_year"] >= 65, aided["aid"] != "ris"]),
    )
    started_once = every[every["status"].isin(STARTED)][["cpas", "person", "project"]].drop_duplicates()
    pairings = ["paired", "no_zero", "no_end", "same_day"]
    coverage = pd.concat([outcomes[["cpas", "person"]].assign(holds=(outcomes["pairing"] == name).to_numpy()) for name in pairings])
    coverage["pairing"] = pd.Categorical.from_codes(np.repeat(range(len(pairings)), len(outcomes)), categories=pairings)
    instrument = ["instrument", "assessor"]
    owed = balance(lake)
    overall = of_person(means, "left")
    overall["age_group"] = banded(int(PERIOD) - overall["birth_year"], {25: "under_25", 45: "25_44", 65: "45_64", np.inf: "65_plus"})
    entitled = persons[(persons["aid"] == "ris").to_numpy()]
    entitled = entitled.assign(
        age_group=banded(int(PERIOD) - entitled["birth_year"], {25: "under_25", np.inf: "25_plus"}),
        student=pd.Categorical.from_codes(entitled["is_student"].astype("Int8").fillna(-1).astype("i1"), categories=["no", "yes"]),
    )
    covered = places_in(entitled, ["cpas", "person"], contracts.drop_duplicates(["cpas", "person"])) >= 0
    both, either = agreement(lake["measures"], measures), bounds(outcomes, means)
    months = paired.trajectory[in_year(paired.trajectory["end_on"])]
    score = months["score"].to_numpy()
    noted = lambda rows, sets: Query(
        rows, sets, {"numerator": (rows["holds"], 1), "denominator": (rows["is_noting"], 1)}, {"persons": only(rows, rows["is_noting"])}
    )
    held = lambda rows, sets: Query(rows, sets, {"numerator": (rows["holds"], 1), "denominator": one(rows)}, {"persons": rows["person"]})
    return {
        "bilan.count": counted(bilans, [["occasion"], []], ("occasion",)),
        "parcours.count": counted(paths, [["kind"], []]),
        "parcours.duration": Query(outcomes, [["kind"], []], {"n": one(outcomes), "sum": (days, 1), "sum_sq": (days * days, 1)}, {"persons": outcomes["person"]}),
        "parcours.overlong": Query(
            outcomes, [["kind"], []],
            {"numerator": (days > reference.parameter("parcours_longest_days"), 1), "denominator": one(outcomes)}, {"persons": outcomes["person"]},
        ),
        "parcours.people": Query(paths, [["sex"], []], {}, {"persons": paths["person"], "value": paths["person"]}, ("sex",)),
        "participation.attendance": Query(
            attendance, by_edition, {"numerator": (attended, 100), "denominator": (planned, 100)}, {"persons": attendance["person"]}
        ),
        "participation.completed": people(enrolments, by_edition, only(enrolments, completed)),
        "participation.completion": Query(
            enrolments, by_edition, {"numerator": (completed, 1), "denominator": (started, 1)}, {"persons": only(enrolments, started)}
        ),
        "participation.cost": Query(
            editions, by_edition, {"contributors": (editions["cost_eur"].notna().to_numpy(), 1), "value_eur": (cents(editions["cost_eur"]), 100)}
        ),
        "participation.cost_per_completion": spent(editions, enrolments[completed], "counted"),
        "participation.cost_per_person": spent(editions, participants, "different"),
        "participation.excused": Query(
            attendance, by_edition, {"numerator": (excused, 1), "denominator": (absent, 1)}, {"persons": only(attendance, absent)}
        ),
        "participation.hours": Query(
            hours, by_edition, {"n": one(hours), "sum": (hours["hours"], 100), "sum_sq": (hours["hours"] ** 2, 10_000)}, {"persons": hours["person"]}
        ),
        "participation.mixed": Query(
            mixed, [["criterion"]], {}, {"persons": mixed["person"], "numerator": only(mixed, mixed["holds"]), "denominator": mixed["person"]}
        ),
        "participation.programme": Query(
            editions, by_edition, {"persons": has_programme, "n": has_programme, "sum": (cents(programme), 100), "sum_sq": (cents(programme) ** 2, 10_000)}
        ),
        "participation.rate": Query(
            enrolments, by_edition, {"numerator": (started, 1), "denominator": one(enrolments)}, {"persons": enrolments["person"]}
        ),
        "participation.reach": people(enrolments, [[]], only(enrolments, started)),
        "participation.referred": people(enrolments, by_edition, enrolments["person"]),
        "participation.started": people(enrolments, by_edition, only(enrolments, started)),
        "piis.count": counted(contracts, [["type"], []]),
        "piis.coverage": Query(
            entitled, [[], ["age_group"], ["student"]], {},
            {"persons": entitled["person"], "numerator": only(entitled, covered), "denominator": entitled["person"]}, ("age_group", "student"),
        ),
        "piis.evaluated": noted(evaluations(lake["evaluations"], contracts), [["type"], []]),
        "piis.in_time": noted(signatures(piis), [["type"], []]),
        "piis.ended": counted(ended, [["ending"], []], ("ending",)),
        "piis.ended_well": Query(
            ended, [["ending"], []], {"numerator": (success.fillna(False).to_numpy(bool), 1), "denominator": (known, 1)},
            {"persons": only(ended, known)}, ("ending",),
        ),
        "progress.agreement": held(both, [["instrument", "domain"], ["instrument"]]),
        "progress.bounds": held(either, [[*instrument, "bound"]]),
        "progress.trajectory": Query(
            months, [[*instrument, "domain", "month"]], {"n": one(months), "sum": (score, 100), "sum_sq": (score * score, 10_000)}, {"persons": months["person"]}
        ),
        "tasks.done": noted(tasks(lake), [["owner"], []]),
        "progress.change": changes(paired.pairs[in_year(paired.pairs["end_on"])], [[*instrument, "domain"]], 100),
        "progress.coverage": Query(
            coverage, [["pairing"]], {"numerator": (coverage["holds"], 1), "denominator": one(coverage)}, {"persons": only(coverage, coverage["holds"])}
        ),
        "progress.overall": changes(
            overall, [instrument, [*instrument, "kind"], [*instrument, "sex"], [*instrument, "age_group"]], 1_000_000, ("sex", "age_group")
        ),
        "progress.project": changes(means.merge(started_once, on=["cpas", "person"]), [[*instrument, "project"]], 1_000_000),
        "progress.repeated": changes(paired.repeats[in_year(paired.repeats["last_on"])], [[*instrument, "domain"]], 100),
        "subsidy.balance": Query(owed, [["scheme", "item"]], {"value_eur": (owed["value"], 100)}, {"contributors": owed["cpas"].cat.codes}),
    }  # fmt: skip


def banded(ages: pd.Series, bands: dict) -> pd.Categorical:
    """The band of an age, by the age that it ends below."""
    codes = np.where(ages.isna(), -1, np.searchsorted(list(bands), ages, side="right"))
    return pd.Categorical.from_codes(codes, categories=list(bands.values()))


def noting(rows: pd.DataFrame, by: pd.DataFrame, name: str) -> np.ndarray:
    """Whether the agency of a row notes something at all: who notes nothing is late as little as in time."""
    notes = np.zeros(len(by["cpas"].cat.categories), bool)
    notes[by.loc[by[name].notna(), "cpas"].cat.codes] = True
    return notes[rows["cpas"].cat.codes]


def evaluations(held: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """Contracts of the year: enough evaluations are held when one more would exceed the days."""
    from_on = np.maximum(contracts["start_on"].to_numpy("datetime64[D]"), START)
    until_on = np.minimum(contracts["end_on"].fillna(pd.Timestamp(END)).to_numpy("datetime64[D]"), END)
    place, held_on = places_in(held, ["cpas", "piis_id"], contracts), held["held_on"].to_numpy("datetime64[D]")
    is_in = (place >= 0) & (held_on >= from_on[place]) & (held_on <= until_on[place])
    times = np.bincount(place[is_in], minlength=len(contracts))
    days = (until_on - from_on).astype("int64") + 1
    is_noting = noting(contracts, held, "held_on")
    enough = (times + 1) * 365 > days * reference.parameter("evaluations_per_year")
    return contracts.assign(is_noting=is_noting, holds=is_noting & enough)


def signatures(piis: pd.DataFrame) -> pd.DataFrame:
    """Contracts whose delay to sign ends in the year. From 30 November three months lead to a 30 February: all of
    February is in time."""
    asked, signed = piis["requested_on"].dt, piis["signed_on"].dt
    due = 12 * asked.year + asked.month + reference.parameter("piis_due_months")
    month = 12 * signed.year + signed.month
    is_in = (month < due) | ((month == due) & (signed.day <= asked.day))
    is_due = (due > 12 * int(PERIOD)) & (due <= 12 * int(PERIOD) + 12)
    return piis.assign(is_noting=noting(piis, piis, "signed_on"), holds=is_in)[is_due]


def tasks(lake: dict) -> pd.DataFrame:
    """Tasks due in the year."""
    every = lake["tasks"]
    due = every[in_year(every["due_on"])]
    person = spread(lake["piis"]["person"].to_numpy(), places_in(due, ["cpas", "piis_id"], lake["piis"]), -1)
    return due.assign(person=person, is_noting=noting(due, every, "done_on"), holds=(due["done_on"] <= due["due_on"]))


def agreement(readings: pd.DataFrame, table: reference.Table) -> pd.DataFrame:
    """Domains that client and worker both scored on one day; grouped while a reading is one row."""
    readings = readings[in_year(readings["measured_on"]) & readings["assessor"].isin(["client", "worker"]).to_numpy()]
    groups, firsts = pd.factorize(keys(readings, ["cpas", "person"], readings) * 2**20 + readings["measured_on"].to_numpy("datetime64[D]").astype("int64"))
    headings, is_client = list(table.unpivot), (readings["assessor"] == "client").to_numpy()
    found = {}
    for side, is_so in (("client", is_client), ("worker", ~is_client)):
        grouped = readings.loc[is_so, headings].groupby(groups[is_so])
        for pick in ("min", "max"):
            found[side, pick] = getattr(grouped, pick)()
    days = found["client", "min"].index.intersection(found["worker", "min"].index)
    found = {key: frame.loc[days].to_numpy() for key, frame in found.items()}
    least, most = np.minimum(found["client", "min"], found["worker", "min"]), np.maximum(found["client", "max"], found["worker", "max"])
    of_day, of_domain = np.nonzero(~np.isnan(least))
    first = np.unique(groups, return_index=True)[1]
    about = readings.take(first[days][of_day])
    return about[["cpas", "person", "instrument"]].assign(
        domain=pd.Categorical.from_codes(of_domain, categories=list(table.unpivot.values())), holds=(least == most)[of_day, of_domain]
    )


def bounds(outcomes: pd.DataFrame, means: pd.DataFrame) -> pd.DataFrame:
    """All ended parcours, by each instrument of the agency: improved, or of unknown outcome and counted so in the upper bound."""
    by = ["cpas", "instrument", "assessor"]
    paired = means[[*by, "person"]].assign(improved=means["score_change"] > 0, is_unknown=False)
    others = outcomes.loc[outcomes["pairing"] != "paired", ["cpas", "person"]].merge(paired[by].drop_duplicates(), on="cpas")
    rows = pd.concat([paired, others.assign(improved=False, is_unknown=True)])
    both = pd.concat([rows.assign(holds=rows["improved"]), rows.assign(holds=rows["improved"] | rows["is_unknown"])])
    return both.assign(bound=pd.Categorical.from_codes(np.repeat([0, 1], len(rows)), categories=["lower", "upper"]))


def hours_of(attendance: pd.DataFrame, attended: np.ndarray) -> pd.DataFrame:
    """The hours of each person in each edition."""
    groups, firsts = pd.factorize(keys(attendance, ["cpas", "edition_id", "person"], attendance))
    first = np.unique(groups, return_index=True)[1]
    return attendance.take(first).assign(hours=pd.Series(attended).groupby(groups).sum().to_numpy())


def spent(editions: pd.DataFrame, enrolments: pd.DataFrame, how: str) -> Query:
    """The cost of the editions over people, counted each time or once; no figure where no cost is known."""
    enrolments = enrolments.loc[enrolments["cost"].notna(), ["cpas", "project", "person"]].assign(cost=np.nan)
    rows = pd.concat([editions[["cpas", "project"]].assign(person=-1, cost=editions["cost_eur"]), enrolments])
    sums = {"numerator": (cents(rows["cost"]), 100), "has_cost": (rows["cost"].notna().to_numpy(), 1)}
    people = {"persons": rows["person"]}
    if how == "counted":
        sums["denominator"] = ((rows["person"] >= 0).to_numpy(), 1)
    else:
        people["denominator"] = rows["person"]
    return Query(rows, [["project"], []], sums, people, having="has_cost")


def balance(lake: dict) -> pd.DataFrame:
    """Granted, eligible, advance and balance of each agreement, in cents."""
    shares = {one["scope"]: round(10_000 * one["value"]) for one in reference.parameters() if one["name"] == "advance_share"}
    in_force = lambda name: lake[name][lake[name]["year"] == int(PERIOD)]
    agreements, expenses = in_force("agreements"), in_force("expenses")
    place = places_in(expenses, ["cpas", "scheme"], agreements)
    amounts = np.where(expenses["eligible"].fillna(False).to_numpy(bool), cents(expenses["amount_eur"]), 0)
    sums = pd.Series(amounts[place >= 0]).groupby(place[place >= 0]).sum()
    eligible = np.zeros(len(agreements), "i8")
    eligible[sums.index] = sums
    granted = cents(agreements["granted_eur"])
    owed = granted * agreements["scheme"].astype(object).map(shares).to_numpy("i8")
    advance = np.sign(owed) * ((np.abs(owed) + 5_000) // 10_000)
    values = {"granted": granted, "eligible": eligible, "advance": advance, "balance": np.minimum(granted, eligible) - advance}
    items = pd.Categorical.from_codes(np.repeat(range(len(values)), len(agreements)), categories=list(values))
    return pd.concat([agreements[["cpas", "scheme"]]] * len(values)).assign(item=items, value=np.concatenate(list(values.values())))


def grouped(rows: pd.DataFrame, place: np.ndarray, dimensions: list, unknown: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The group of each row, and of each group the place and the dimensions as text."""
    key, sizes = place.astype("i8"), []
    for name in dimensions:
        sizes.append(len(rows[name].cat.categories) + 1)
        key = key * sizes[-1] + rows[name].cat.codes.to_numpy() + 1
    groups, rest = pd.factorize(key)
    codes = {}
    for name, size in zip(reversed(dimensions), reversed(sizes)):
        rest, codes[name] = rest // size, rest % size
    text = None
    for name in sorted(dimensions):
        named = np.array(["unknown" if name in unknown else "", *rows[name].cat.categories.astype(object)], object)
        part = np.where(named == "", "", f"{name}=" + named)[codes[name]]
        text = part if text is None else text + np.where((text != "") & (part != ""), ";", "") + part
    return groups, rest, np.full(len(rest), "", object) if text is None else text


def asked(indicator: reference.Indicator, query: Query, levels: dict) -> list[pd.DataFrame]:
    """A query by each level and each of its sets: place, dimensions as text, statistics."""
    found = []
    sums = pd.DataFrame({name: np.asarray(values).astype("i8") for name, (values, _) in query.sums.items()})
    people = {name: np.asarray(who).astype("i8") for name, who in query.people.items()}
    agencies = query.rows["cpas"].cat.codes.to_numpy()
    for level, of_agency in levels.items():
        for dimensions in query.sets:
            # An edition's number is the agency's own: above the agency it means nothing.
            if level != "cpas" and "edition" in dimensions:
                continue
            place = of_agency[agencies]
            is_in = place >= 0
            rows, here, who = query.rows, sums, people
            if not is_in.all():
                rows, place, here, who = rows[is_in], place[is_in], sums[is_in], {name: one[is_in] for name, one in people.items()}
            groups, places, text = grouped(rows, place, dimensions, query.unknown)
            totals = here.groupby(groups).sum() if len(here.columns) else pd.DataFrame(index=range(len(places)))
            answer = pd.DataFrame({"place": places, "dimensions": text, "id": indicator.id, "unit": indicator.unit})
            for name, (_, by) in query.sums.items():
                answer[name] = totals[name].to_numpy() / by
            for name, one in who.items():
                answer[name] = different(groups, one, len(places))
            if query.having:
                answer = answer[answer[query.having] > 0].drop(columns=query.having)
            if "contributors" in query.sums:
                answer.loc[answer["contributors"] == 0, "value_eur"] = np.nan
            found.append(answer)
    return found


def different(groups: np.ndarray, people: np.ndarray, size: int) -> np.ndarray:
    """How many different people each group has."""
    most = int(people.max(initial=0)) + 1
    once = pd.unique((groups * most + people)[people >= 0])
    return np.bincount(once // most, minlength=size)


def share(part: pd.Series, n: pd.Series) -> dict:
    """A share in per cent with Wilson's interval."""
    p = part / n
    centre, half = (p + Z * Z / (2 * n)) / (1 + Z * Z / n), Z / (1 + Z * Z / n) * np.sqrt((p * (1 - p) / n + Z * Z / (4 * n * n)).clip(lower=0))
    inside = (n > 0) & (p >= 0) & (p <= 1)
    low = (100 * (centre - half)).mask(part <= 0, 0.0).where(inside)
    high = (100 * (centre + half)).mask(part >= n, 100.0).where(inside)
    return {"numerator": part, "denominator": n, "value": (100 * p).where(n > 0), "ci_low": low, "ci_high": high}


def quotient(part: pd.Series, whole: pd.Series) -> dict:
    return {"numerator": part, "denominator": whole, "value": (part / whole).where(whole > 0)}


def average(rows: pd.DataFrame) -> tuple[pd.Series, dict]:
    """The deviation of values, and their mean with Student's interval."""
    n, total, squares = rows["n"], rows["sum"], rows["sum_sq"]
    left = squares - total * total / n
    # Of values all alike the subtraction leaves a trace of its own rounding.
    left = left.where(left > 4 * sys.float_info.epsilon * squares, 0.0)
    deviation = np.sqrt((left / (n - 1)).where(n >= 2))
    student = {number: reference.student(int(number) - 1) for number in n[n >= 2].unique()}
    half = n.map(student) * deviation / np.sqrt(n)
    return deviation, quotient(total, n) | {"ci_low": total / n - half, "ci_high": total / n + half}


def figures(kind: str, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The figures that the statistics of a kind stand for."""
    persons = rows["persons"] if "persons" in rows else rows["contributors"]

    def figure(rows: pd.DataFrame, columns: dict, suffix: str = "", unit: str | None = None) -> pd.DataFrame:
        every = {name: columns.get(name, np.nan) for name in ("numerator", "denominator", "value", "ci_low", "ci_high")}
        about = {"place": rows["place"], "dimensions": rows["dimensions"], "persons": persons[rows.index].astype("int64")}
        return pd.DataFrame({**about, **every, "id": rows["id"] + suffix, "unit": unit or rows["unit"]})

    if kind in ("count", "amount"):
        return [figure(rows, {"value": rows["value" if kind == "count" else "value_eur"].astype("float64")})]
    numbers = rows.select_dtypes("number").columns.difference(["place"])
    rows = rows.assign(**rows[numbers].fillna(0).astype("float64"))
    if kind == "ratio":
        is_share = rows["unit"] == "percent"
        shares, others = rows[is_share], rows[~is_share]
        return [figure(shares, share(shares["numerator"], shares["denominator"])), figure(others, quotient(others["numerator"], others["denominator"]))]
    deviation, mean = average(rows)
    found = [figure(rows, mean)]
    if kind == "change":
        found += [figure(rows, quotient(rows[f"sum_{side}"], rows["n"]), f".{side}") for side in ("before", "after")]
        response = mean | {"value": (rows["sum"] / rows["n"] / deviation).where(deviation > 0), "ci_low": np.nan, "ci_high": np.nan}
        found.append(figure(rows, response, ".response", "deviations"))
        found += [figure(rows, share(rows[column], rows["n"]), f".{name}", "percent") for name, column in reference.CHANGE_SHARES.items()]
    return found


def judged(indicator: reference.Indicator, lake: dict, observations: pd.DataFrame, of_agency: np.ndarray) -> pd.DataFrame:
    """Objectives, by the figures that they name."""
    rows = lake["objectives"]
    rows = rows[rows["year"] == int(PERIOD)]
    text = lambda name: rows[name].astype(object).where(rows[name].notna(), "")
    order = {breakdown: ";".join(sorted(breakdown.split(";"))) for breakdown in text("breakdown").unique()}
    wanted = pd.DataFrame({"place": of_agency[rows["cpas"].cat.codes], "id": text("indicator"), "dimensions": text("breakdown").map(order)})
    realised = wanted.merge(observations[["place", "id", "dimensions", "value"]], how="left")["value"].to_numpy()
    target, is_number = rows["target"].to_numpy(), (rows["kind"] == "quantitative").to_numpy()
    part = realised / np.where(target > 0, target, np.nan)
    reached = np.where((rows["direction"] == "at_most").to_numpy(), 1 / part, part)
    outcome = np.select([np.isnan(part), reached >= 1, reached >= reference.parameter("objective_nearly")], ["not_measurable", "met", "nearly"], "not_met")
    breakdown = text("breakdown").map({code: code.replace("=", ":").replace(";", ",") for code in order})
    status, outcome = text("status").where(~is_number, ""), pd.Series(outcome, rows.index, dtype=object).where(is_number, "")
    named = {
        "breakdown": breakdown, "direction": text("direction").replace("", "at_least").where(is_number, ""), "evidence": text("evidence"), "indicator": text("indicator"), "objective": text("objective_id"),
        "objective_kind": text("kind"), "objective_status": status, "outcome": outcome, "scheme": text("scheme"),
    }  # fmt: skip
    dimensions = sum((np.where(code == "", "", f";{name}=" + code) for name, code in named.items()), np.full(len(rows), "", object))
    is_none = np.isnan(part) & is_number
    return pd.DataFrame(
        {
            "place": wanted["place"].to_numpy(), "dimensions": pd.Series(dimensions).str.removeprefix(";"), "persons": pd.NA,
            "numerator": np.where(is_number, realised, np.nan), "denominator": target, "value": np.where(is_number, 100 * part, np.nan),
            "ci_low": np.nan, "ci_high": np.nan, "id": indicator.id, "unit": indicator.unit, "status": np.where(is_none, "not_computable", "free"),
        }
    )  # fmt: skip


def compute(project: reference.Project, lake: dict, paired: Paired, measures: reference.Table) -> pd.DataFrame:
    """All observations."""
    places = pd.DataFrame(reference.areas(project))
    places["place"] = places.groupby(["area_level", "area"], sort=False).ngroup()
    levels = {}
    for level, of in places.groupby("area_level", sort=False):
        levels[level] = np.full(len(project.cpas), -1)
        levels[level][pd.Index(project.cpas).get_indexer(of["cpas"])] = of["place"]
    known, entries, answers = catalogue(lake, paired, measures), reference.indicators(), {}
    for one in entries:
        if one.id in known:
            answers.setdefault(one.kind, []).extend(asked(one, known.pop(one.id), levels))
        elif one.kind != "objective":
            print("not in the peer:", one.id, file=sys.stderr)
    found = pd.concat([figure for kind, parts in answers.items() for figure in figures(kind, pd.concat(parts, ignore_index=True))], ignore_index=True)
    found["status"] = np.where(found["value"].isna(), "not_computable", "free")
    if "cpas" in levels:
        found = pd.concat([found, *(judged(one, lake, found, levels["cpas"]) for one in entries if one.kind == "objective")], ignore_index=True)
    names = places.drop_duplicates("place").set_index("place")
    return found.rename(columns={"id": "indicator"}).assign(
        period=PERIOD, persons=found["persons"].astype("Int64"), **{name: names[name].to_numpy(object)[found["place"]] for name in ("area_level", "area")}
    )


def main():
    phases = reference.Phases()
    project, out = reference.Project(Path(sys.argv[1])), Path(sys.argv[2])
    (out / "lake").mkdir(parents=True, exist_ok=True)
    tables, scales = {table.name: table for table in reference.tables()}, reference.scales()
    phases.end("start")
    rows = {name: read(project, table, scales) for name, table in tables.items()}
    phases.rows_read = sum(map(len, rows.values()))
    phases.end("read")
    people, ids = know_people(project, rows)
    lake, rejected = {}, []
    for name, table in tables.items():
        lake[name], wrong = accept(table, rows.pop(name), people)
        rejected.append(wrong.astype({"source_file": "str"}))
    rejected = pd.concat(rejected)
    phases.rows_rejected = len(rejected)
    phases.end("check")
    for name, table in tables.items():
        lay_up(table, lake[name], ids, out)
    rejected.assign(check_id=np.array(CHECKS)[rejected.pop("fault")]).to_parquet(out / "rejects.parquet", index=False)
    phases.end("lake")
    paired = pair(lake, tables["measures"], scales)
    phases.end("pair")
    observations = compute(project, lake, paired, tables["measures"])
    phases.end("indicators")
    observations = observations[reference.COLUMNS].sort_values(reference.COLUMNS[:5])
    options = pa.csv.WriteOptions(quoting_style="needed")
    pa.csv.write_csv(pa.Table.from_pandas(observations, preserve_index=False), out / "indicators.csv", options)
    phases.end("write")
    phases.write(out / "phases.json")


if __name__ == "__main__":
    main()
