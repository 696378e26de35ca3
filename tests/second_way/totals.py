"""Whether the figures of larger areas are what their parts give: cpas, province, region, size class, country.

    python tests/second_way/totals.py PROJECT

What a query counts row by row or sums up has to be the same at every level, to the last bit of a count. Of what it counts as
different (`COUNT(DISTINCT ...)`: people, who may belong to two centres) a larger area holds no more than its parts together and
no fewer than the largest of them. Ends with 1 where that does not hold. Says how often people counted once in the country
stand in several centres: there the total must not be the sum.
"""

import csv
import re
import sys
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import compare

SAME = ("numerator", "denominator")


def different(sql: str) -> set[str]:
    """The columns of a query, the inner ones too, that count different things."""
    found = set()
    for match in re.finditer(r"COUNT\(DISTINCT (?:[^()]|\([^()]*\))*\) AS (\w+)", sql):
        found.add(match[1])
    # A column that is made from one of those.
    for match in re.finditer(r"([^\n]*) AS (numerator|denominator|value)\b", sql):
        if any(re.search(rf"\b{name}\b", match[1]) for name in found):
            found.add(match[2])
    return found


def main() -> int:
    project = Path(sys.argv[1])
    queries = {indicator: (header, different(sql)) for indicator, header, sql in compare.indicators(project)}
    figures = defaultdict(lambda: defaultdict(list))
    with open(project / "out/indicators.csv", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            base = line["indicator"] if line["indicator"] in queries else line["indicator"].rsplit(".", 1)[0]
            header, _ = queries[base]
            if header["kind"] != "objective" and "edition=" not in line["dimensions"]:
                figures[base, line["indicator"], line["period"], line["dimensions"]][line["area_level"]].append(line)
    faults, held, shared = [], 0, 0
    for (base, indicator, period, dimensions), levels in sorted(figures.items()):
        header, counted = queries[base]
        is_count = header["kind"] in ("count", "amount")
        columns = ("value", "persons") if is_count else (*SAME, "persons")
        if base.startswith("submission."):
            continue  # Centres that handed in nothing count above the centre only.
        whole = levels.get("country", [])
        for column in columns if len(whole) == 1 else ():
            number = lambda line: Fraction(line[column] or 0)
            total = number(whole[0])
            for level in sorted(levels.keys() - {"country"}):
                parts = [number(line) for line in levels[level]]
                held += 1
                is_different = column == "persons" or column in counted
                if header["kind"] == "amount" and column == "persons":
                    continue  # Contributors: agreements or editions.
                if is_different:
                    shared += level == "cpas" and sum(parts) > total
                    right = max(parts) <= total <= sum(parts)
                else:
                    # Counts are exact; sums of scores and amounts come as binary fractions.
                    right = abs(sum(parts) - total) <= Fraction(1, 10**9) * max(abs(total), 1)
                if not right:
                    faults.append(f"{indicator} {period} {dimensions}: {column} of the country {float(total)}, of {level} {float(sum(parts))}")
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    print(f"totals, {project.name}: {held} held against their parts, {len(faults)} do not fit; {shared} times people of several centres count once")
    return 1 if faults or not held else 0


if __name__ == "__main__":
    sys.exit(main())
