"""Attacks the public edition of a project, knowing everything but the hidden numbers.

    python tests/second_way/attack.py PROJECT PERIOD

Takes out/national/PERIOD/figures.csv (what is published) and out/indicators.csv (the true figures of the same areas, by which
it judges, and by which it knows which sums hold). Looks for: a number below the threshold that is shown, a share whose
complement is below it, a hidden figure that still shows a number, the spread of few numbers, and a sensitive number that
follows from the shown ones, or is held in too narrow a range by them, by any sum over areas or one dimension, by what a province
and a size class have in common, as a part of a whole, as what is left of one count beside another that it holds, or as the same
number of another indicator (people and enrolments where nobody enrolled twice). Fractions, not floating point. Exits with 1 when
it finds one.
"""

import csv
import json
import pathlib
import sys
from collections import defaultdict
from fractions import Fraction

COLUMNS = ("persons", "numerator", "denominator")
# Editions of a project, tables handed in, and money of agencies are about no person.
IMPERSONAL = {
    "participation.programme",
    "participation.cost",
    "subsidy.balance",
    "submission.complete",
    "submission.timely",
}
# Who is counted by the first is counted by the second: what is left over is a number of people, or of what stands for one.
WITHIN = {
    "participation.completed|value": "participation.started|value",
    "participation.started|value": "participation.referred|value",
    "piis.ended|value": "piis.count|value",
    "parcours.duration|denominator": "parcours.count|value",
    "parcours.people|value": "parcours.count|value",
}
# Rounds in which ranges are narrowed down.
ROUNDS = 40
# Units of a value that is itself a count.
COUNTS = ("persons", "files", "contracts", "bilans", "decisions")


def read(path, period, is_of_agencies=False):
    """Figures of areas above the agencies, or of the agencies, by what tells them apart."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["period"] == period]
    rows = [row for row in rows if (row["area_level"] == "cpas") == is_of_agencies]
    key = lambda row: (row["indicator"], row["area_level"], row["area"], row["dimensions"])
    return {key(row): row for row in rows}


def whole(text):
    """The count in a cell, or None."""
    if text == "" or not float(text).is_integer() or float(text) < 0:
        return None
    return int(float(text))


def base(indicator):
    """`progress.change` of `progress.change.improved`: parts of a figure share people and number of readings."""
    parts = ("before", "after", "response", "improved", "unchanged", "worsened", "ceiling", "floor")
    stem, _, last = indicator.rpartition(".")
    return stem if last in parts else indicator


def cells(row):
    """Names of the numbers of a figure, so that figures that share a number share its name."""
    where = (row["area_level"], row["area"], row["dimensions"])
    for column in COLUMNS:
        if whole(row[column]) is not None:
            stem = row["indicator"] if column == "numerator" else base(row["indicator"])
            yield column, (stem + "|" + column, *where)
    if row["unit"] in COUNTS and not row["numerator"] and whole(row["value"]) is not None:
        yield "value", (row["indicator"] + "|value", *where)


def alike(one, other):
    """Whether two texts are one number: what comes from sums of agencies may differ in the last digits."""
    return one == other or ("" not in (one, other) and abs(float(one) - float(other)) <= 1e-9 * max(1, abs(float(other))))


def sums(values, regions):
    """Every total with its parts that adds up: over provinces, regions, size classes and each dimension."""
    groups = defaultdict(list)
    for name in values:
        measure, level, area, dimensions = name
        if level == "province":
            groups[(measure, "region", regions.get(area), dimensions), "area"].append(name)
        if level in ("region", "size_class"):
            groups[(measure, "country", "BE", dimensions), level].append(name)
        pairs = dimensions.split(";") if dimensions else []
        for place, pair in enumerate(pairs):
            rest = ";".join(pairs[:place] + pairs[place + 1 :])
            groups[(measure, level, area, rest), pair.split("=")[0]].append(name)
    for (total, _), parts in groups.items():
        if total in values and sum(values[part] for part in parts) == values[total]:
            yield {total: 1, **{part: -1 for part in parts}}


def crossings(agencies, areas, values):
    """What provinces and size classes have in common: numbers that nobody shows, and the sums that they make."""
    found = defaultdict(int)
    for (_, _, agency, dimensions), row in agencies.items():
        own = areas.get(agency, {})
        if "edition=" in dimensions or not {"province", "size_class"} <= own.keys():
            continue
        for column, name in cells(row):
            found[name[0], "common", (own["province"], own["size_class"]), dimensions] += whole(row[column])
    parts = defaultdict(list)
    for name in found:
        measure, _, (province, size_class), dimensions = name
        parts[measure, "province", province, dimensions].append(name)
        parts[measure, "size_class", size_class, dimensions].append(name)
    shown = lambda name: all(total in values for total in ((name[0], "province", name[2][0], name[3]), (name[0], "size_class", name[2][1], name[3])))
    equations = []
    for total, names in parts.items():
        if total in values and sum(found[name] for name in names) == values[total]:
            equations.append({total: 1, **{name: -1 for name in names}})
    return {name: value for name, value in found.items() if shown(name)}, equations


def left_over(values):
    """What a count that holds another has beside it: people who were referred and did not start; records beyond their people."""
    found, equations = {}, []
    for part, value in values.items():
        measure, *where = part
        indicator, column = measure.split("|")
        if base(indicator) in IMPERSONAL:
            continue
        wholes = [WITHIN[measure]] if measure in WITHIN else []
        if column == "persons" and "attendance" not in indicator:
            wholes += [f"{indicator}|denominator", f"{indicator}|value"]
        for whole_name in wholes:
            total = (whole_name, *where)
            if total in values and values[total] >= value:
                rest = (f"{whole_name} beyond {measure}", *where)
                found[rest] = values[total] - value
                equations.append({total: 1, part: -1, rest: -1})
    return found, equations


def ranges(equations, values, known):
    """The least and the most that each number can be, for whoever sees those that are known, each as its number or its two ends:
    each equation, again and again."""
    most = max(values.values(), default=0) * 4 + 1000
    ends = lambda name: (known[name] if isinstance(known, dict) else (values[name], values[name])) if name in known else (0, most)
    low = {name: ends(name)[0] for name in values}
    high = {name: ends(name)[1] for name in values}
    for _ in range(ROUNDS):
        before = (dict(low), dict(high))
        for equation in equations:
            # total = sum of parts
            total = next(name for name, factor in equation.items() if factor > 0)
            parts = [name for name in equation if name != total]
            if any(equation[part] != -1 for part in parts) or equation[total] != 1:
                continue
            least, largest = sum(low[part] for part in parts), sum(high[part] for part in parts)
            low[total], high[total] = max(low[total], least), min(high[total], largest)
            for part in parts:
                low[part] = max(low[part], low[total] - (largest - high[part]))
                high[part] = min(high[part], high[total] - (least - low[part]))
        if (low, high) == before:
            break
    return low, high


def same(values):
    """Pairs of numbers that are one: two measures agree in half of what they share and is not zero, and in three cells."""
    by_measure = defaultdict(dict)
    for name, value in values.items():
        if value:
            by_measure[name[0]][name[1:]] = value
    names = sorted(by_measure)
    is_of_people = lambda measure: base(measure.split("|")[0]) not in IMPERSONAL
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            if is_of_people(one) != is_of_people(other):
                continue
            shared = by_measure[one].keys() & by_measure[other].keys()
            equal = [key for key in shared if by_measure[one][key] == by_measure[other][key]]
            if len(equal) >= 3 and 2 * len(equal) >= len(shared):
                yield from ({(one, *key): 1, (other, *key): -1} for key in equal)


def partitions(values):
    """Parts of one whole: numerators over a dimension that make up the denominator of each."""
    groups = defaultdict(list)
    for measure, level, area, dimensions in values:
        if measure.endswith("|numerator"):
            pairs = dimensions.split(";") if dimensions else []
            for place, pair in enumerate(pairs):
                rest = ";".join(pairs[:place] + pairs[place + 1 :])
                groups[measure, level, area, pair.split("=")[0], rest].append((measure, level, area, dimensions))
    for (measure, *_), parts in groups.items():
        wholes = [(base(measure.split("|")[0]) + "|denominator", *part[1:]) for part in parts]
        if len(parts) > 1 and all(values.get(one) == sum(values[part] for part in parts) for one in wholes):
            yield {wholes[0]: 1, **{part: -1 for part in parts}}
            yield from ({wholes[0]: 1, other: -1} for other in wholes[1:])


def bounds(values):
    """The bounds of progress: they differ by those not measured, and the others are the pairs of other indicators."""
    without = lambda dimensions, *names: ";".join(
        pair for pair in dimensions.split(";") if pair.split("=")[0] not in names
    )
    pairs = defaultdict(list)
    for name in values:
        if name[0] in ("progress.reliable|denominator", "progress.overall|denominator"):
            pairs[name[1], name[2], without(name[3], "verdict", "reliability")].append(name)
    for name in list(values):
        measure, level, area, dimensions = name
        if measure != "progress.bounds|numerator" or "bound=upper" not in dimensions:
            continue
        lower = (measure, level, area, dimensions.replace("bound=upper", "bound=lower"))
        whole = ("progress.bounds|denominator", level, area, dimensions)
        for other in pairs[level, area, without(dimensions, "bound")]:
            if lower in values and values[whole] - (values[name] - values[lower]) == values[other]:
                yield {name: 1, lower: -1, whole: -1, other: 1}


def determined(equations):
    """Unknowns that the equations leave no choice: Gauss-Jordan elimination over fractions."""
    rows, holders = {}, defaultdict(set)
    for equation in sorted(equations, key=len):
        row = {name: Fraction(factor) for name, factor in equation.items()}
        for pivot in [name for name in row if name in rows]:
            factor = row[pivot]
            for name, value in rows[pivot].items():
                row[name] = row.get(name, 0) - factor * value
                if not row[name]:
                    del row[name]
        if not row:
            continue
        pivot = min(row, key=lambda name: (len(holders[name]), str(name)))
        row = {name: value / row[pivot] for name, value in row.items()}
        for other in list(holders[pivot]):
            factor = rows[other].get(pivot)
            if not factor:
                continue
            for name, value in row.items():
                rows[other][name] = rows[other].get(name, 0) - factor * value
                if rows[other][name]:
                    holders[name].add(other)
                else:
                    del rows[other][name]
                    holders[name].discard(other)
        rows[pivot] = row
        for name in row:
            holders[name].add(pivot)
    return {pivot for pivot, row in rows.items() if len(row) == 1}


def main():
    project, edition = pathlib.Path(sys.argv[1]), sys.argv[2]
    folder = project / "out" / "national" / edition
    with open(folder / "figures.csv", encoding="utf-8", newline="") as file:
        periods = sorted({row["period"] for row in csv.DictReader(file)})
    # No sum goes over two periods: each is attacked by itself.
    return max(attack(project, folder, period, period == edition) for period in periods)


def attack(project, folder, period, is_own):
    """The figures of one period; of those before the edition's own only the country's are in it."""
    rules = json.loads((folder / "record.json").read_text(encoding="utf-8"))["rules"]
    threshold, width = rules["threshold"], rules["width"]
    is_handed_in = json.loads((folder / "record.json").read_text(encoding="utf-8"))["hand_ins"] > 0
    public, true = read(folder / "figures.csv", period), read(project / "out" / "indicators.csv", period)
    if not is_own:
        true = {key: row for key, row in true.items() if row["area_level"] == "country"}
    if not any(key[0].startswith("submission.") for key in public):
        # Where agencies hand in figures and no rows, none of them can tell who handed in.
        true = {key: row for key, row in true.items() if not key[0].startswith("submission.")}
    faults = [] if public.keys() == true.keys() else ["the edition holds other figures than were computed"]
    values, known, sensitive = {}, set(), set()
    for key, row in true.items():
        shown = public.get(key)
        if shown is None:
            continue
        if shown["status"] == "suppressed":
            if any(shown[column] for column in (*COLUMNS, "value", "ci_low", "ci_high")):
                faults.append(f"{key} is suppressed and shows a number")
        elif not all(alike(shown[column], row[column]) for column in (*COLUMNS, "value")) or not all(
            shown[column] == "" or alike(shown[column], row[column]) for column in ("ci_low", "ci_high")
        ):
            faults.append(f"{key} is shown as another number than was computed")
        for column, name in cells(row):
            values[name] = whole(row[column])
            if shown["status"] != "suppressed":
                known.add(name)
            is_small = 0 < values[name] < threshold and base(row["indicator"]) not in IMPERSONAL
            # A sum, such as points gained, is not a number of people.
            if column != "numerator" or row["unit"] == "percent":
                if is_small and not (column == "numerator" and "attendance" in row["indicator"]):
                    sensitive.add(name)
        part, of = whole(row["numerator"]), whole(row["denominator"])
        if row["unit"] == "percent" and shown["status"] != "suppressed" and None not in (part, of):
            is_counted = "attendance" not in row["indicator"] and base(row["indicator"]) not in IMPERSONAL
            if is_counted and 0 < of - part < threshold:
                faults.append(f"{key} is shown, and its complement is {of - part}")
    record = json.loads((project / "out" / "record.json").read_text(encoding="utf-8"))
    for (indicator, *where), row in public.items():
        is_mean = row["unit"] in ("points", "days", "hours", "deviations")
        if is_mean and row["ci_low"] and float(row["persons"] or 0) < 10 * threshold and base(indicator) not in IMPERSONAL:
            faults.append(f"{indicator} {where} shows how few numbers spread")
    for name in known & sensitive:
        faults.append(f"{name} is shown and is below {threshold}")
    regions = {areas["province"]: areas["region"] for areas in record["areas"].values() if "province" in areas}
    agencies = read(project / "out" / "indicators.csv", period, True) if is_own else {}
    common, common_sums = crossings(agencies, record["areas"], values)
    beyond, beyond_sums = left_over(values)
    of_people = lambda name: base(name[0].split("|")[0]) not in IMPERSONAL and "attendance" not in name[0]
    is_count = lambda name: not name[0].endswith("|numerator") or name[0].split("|")[0] in shares
    shares = {indicator for (indicator, *_), row in true.items() if row["unit"] == "percent"}
    sensitive |= {name for name, value in common.items() if 0 < value < threshold and of_people(name) and is_count(name)}
    sensitive |= {name for name, value in beyond.items() if 0 < value < threshold and name[0].split(" beyond ")[1] in WITHIN}
    linked = [*sums(values, regions), *same(values), *partitions(values), *bounds(values), *common_sums, *beyond_sums]
    values |= {name: value for equation in common_sums for name in equation if name[1] == "common" for value in [common.get(name, 0)]}
    values |= beyond
    equations = []
    for equation in linked:
        unknown = {name: factor for name, factor in equation.items() if name not in known}
        if unknown:
            equations.append(unknown)
    found = determined(equations)
    faults += [f"{name} follows from what is shown" for name in sorted(found & sensitive, key=str)]
    # What hand-ins hide is taken over: ranges of a sum are as wide as those of its parts, by the sums that hold in each part.
    # Numbers that only the whole country shows to be the same are none of those.
    in_parts = [one for one in linked if not is_handed_in or len(one) > 2]
    low, high = ranges(in_parts, values, known)
    for name in sorted(sensitive, key=str):
        if high[name] - low[name] < width:
            faults.append(f"{name}, which is {values[name]}, lies between {low[name]} and {high[name]}")
    print(
        f"attack, {project.name}, {period}: {len(public)} figures, {len(values)} numbers, {len(values) - len(known)} hidden, "
        f"{len(equations)} sums with hidden ones, {len(sensitive)} below {threshold}; {len(faults)} faults"
    )
    for fault in faults[:20]:
        print("  " + fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
