"""Holds an edition whose counts are inexact against the true figures, and attacks it.

    python tests/second_way/inexact.py PROJECT PERIOD

Takes what attack.py takes, of a project with `small_counts` or `cell_keys` under [publish]. Looks for: a count of 1 to below the
threshold that is shown, one further from the true one than the rule allows, one number shown as two, a share that does not follow
from the counts beside it, and a small count that sums hold in a narrower range than its own blur does. Prints how many of the sums
that hold in the true figures hold in the edition too. Exits with 1 when it finds a fault, or where sums of rounded small counts
mostly do not hold.
"""

import json
import pathlib
import sys

import attack

# Sums of small counts may fail where two tables of one count have no finer cells in common.
LEAST_SHARE = 0.9


def main():
    project, period = pathlib.Path(sys.argv[1]), sys.argv[2]
    folder = project / "out" / "national" / period
    rules = json.loads((folder / "record.json").read_text(encoding="utf-8"))["rules"]
    threshold, base, most = rules["threshold"], rules["small_counts"], rules["cell_keys"]
    public, true = attack.read(folder / "figures.csv", period), attack.read(project / "out" / "indicators.csv", period)
    values, shown, exact, faults = {}, {}, set(), []
    for key, row in true.items():
        seen = public[key]
        is_of_people = attack.base(row["indicator"]) not in attack.IMPERSONAL
        for column, name in attack.cells(row):
            # Hours and points are no counts of people.
            if "attendance" in name[0] and column != "persons" or column == "numerator" and row["unit"] != "percent":
                continue
            values[name] = attack.whole(row[column])
            if not is_of_people:
                exact.add(name)
            number = attack.whole(seen[column])
            if seen["status"] == "suppressed" or number is None:
                continue
            is_mean = row["unit"] in ("points", "days", "hours", "deviations", "eur")
            if shown.setdefault(name, number) != number and not is_mean and column != "numerator":
                faults.append(f"{key} {column}: {shown[name]} elsewhere, {number} here")
            if is_of_people and 0 < number < threshold:
                faults.append(f"{key} {column}: {number} is shown")
            if not is_of_people and number != values[name]:
                faults.append(f"{key} {column}: {number} is shown and {values[name]} was computed")
        if row["unit"] == "percent" and seen["value"] and seen["numerator"]:
            share = 100 * float(seen["numerator"]) / float(seen["denominator"])
            if abs(share - float(seen["value"])) > 1e-9:
                faults.append(f"{key}: {seen['value']} does not follow")
    if most:
        for name, number in shown.items():
            # A part that noise lifted above its whole is cut to it.
            is_cut = name[0].endswith("|numerator") and number < values[name]
            far = abs(number - values[name])
            if name not in exact and far > most and not (number in (0, threshold) and far < threshold + most) and not is_cut:
                faults.append(f"{name}: {number} for {values[name]}")
    areas = json.loads((project / "out" / "record.json").read_text(encoding="utf-8"))["areas"]
    regions = {one["province"]: one["region"] for one in areas.values() if "province" in one}
    sums = list(attack.sums(values, regions))
    told = [equation for equation in sums if all(name in shown for name in equation) and len(equation) > 2]
    held = sum(sum(factor * shown[name] for name, factor in equation.items()) == 0 for equation in told)
    # What each shown number tells; a sum of small counts tells no more than they do.
    totals = {name for equation in sums for name, factor in equation.items() if factor > 0}
    behind = {}
    for name, number in shown.items():
        if name in exact:
            behind[name] = (number, number)
        elif most:
            low = {0: 0, threshold: 1}.get(number, number - most)
            behind[name] = (max(low, 0), (threshold - 1 if number == 0 else number) + most)
            if name[0].endswith("|numerator"):
                del behind[name]
        elif name not in totals and number <= base:
            behind[name] = (0, base - 1) if number == 0 else (1, base)
    low, high = attack.ranges(sums, values, behind)
    least = most or base // 2
    small = [name for name, value in values.items() if 0 < value < threshold and name not in exact]
    for name in small:
        if high[name] - low[name] < least:
            faults.append(f"{name}, which is {values[name]}, lies between {low[name]} and {high[name]}")
    if base and held < LEAST_SHARE * len(told):
        faults.append("most sums do not hold")
    error = sum(abs(shown[name] - values[name]) for name in shown) / max(len(shown), 1)
    print(
        f"inexact, {project.name}, {period}: {len(shown)} of {len(values)} counts shown, {error:.2f} off on average; {held} of "
        f"{len(told)} sums hold; {len(small)} small counts attacked; {len(faults)} faults"
    )
    for fault in faults[:20]:
        print("  " + fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
