"""The national year in DuckDB: exports, checks, pseudonyms, lake, pairing, the whole catalogue.

    python benches/peers/duckdb_peer.py PROJECT OUT

The catalogue's own SQL runs as it stands; a new indicator needs no line here as long as it reads known tables.

Spared, beside what reference.py names: order of columns, delimiter, encoding, forms of dates and numbers are known
beforehand and not found out; a number with a third decimal is rounded and not rejected; a key with two contents ends the
run; no receipts, no reject file a person can read, no origin of each row, no hash of the content, no transaction log, one
Parquet file a table and no partitions; one period, so no later one says anything again.
"""

import sys
from pathlib import Path

import duckdb
import reference
from reference import PERIOD, Z

TYPES = {
    "person": "VARCHAR",
    "id": "VARCHAR",
    "text": "VARCHAR",
    "instrument": "VARCHAR",
    "domain": "VARCHAR",
    "date": "DATE",
    "year": "INTEGER",
    "boolean": "BOOLEAN",
    "integer": "INTEGER",
    "hours": "DECIMAL(9,2)",
    "money": "DECIMAL(14,2)",
    "score": "DECIMAL(7,2)",
}
FORMS = {"date": "date.form", "year": "date.form", "code": "code.unknown", "boolean": "code.unknown"}


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def enum(values) -> str:
    return f"ENUM ({', '.join(map(quoted, values))})"


def blob(content: bytes) -> str:
    return "'" + "".join(f"\\x{byte:02X}" for byte in content) + "'::BLOB"


def kind(contract: dict) -> str:
    """The type of a field in DuckDB: a code list is a type of its own, so that an unknown code is a cell that cannot be read."""
    if contract["type"] == "code":
        return f"list_{contract['codelist']}"
    return TYPES[contract["type"]]


def make_types(db, project: reference.Project):
    for path in sorted((reference.QUERIES / "codelists").glob("*.csv")):
        db.execute(f"CREATE TYPE list_{path.stem} AS {enum(reference.codes(path.stem))}")
    db.execute("CREATE MACRO digits_of(t) AS regexp_replace(t, '[ ./\u00a0\u202f-]', '', 'g')")
    # The month of a bis number is 20 or 40 higher; day or month 00 is unknown.
    db.execute(
        """CREATE MACRO is_birth_day(year, month, day) AS
            (month BETWEEN 0 AND 12 AND day = 0) OR (month = 0 AND day BETWEEN 1 AND 31)
            OR TRY_CAST(printf('%d-%02d-%02d', year, month, day) AS DATE) IS NOT NULL"""
    )
    db.execute(
        """CREATE MACRO century(nine, two) AS
            CASE two WHEN 97 - nine % 97 THEN 1900 WHEN 97 - (2000000000 + nine) % 97 THEN 2000 END"""
    )
    db.execute(
        """CREATE MACRO niss_fault(digits) AS CASE
            WHEN NOT regexp_full_match(digits, '[0-9]{11}') THEN 'niss.form'
            WHEN century(digits[:9]::BIGINT, digits[10:]::BIGINT) IS NULL THEN 'niss.check_digits'
            WHEN NOT is_birth_day(
                century(digits[:9]::BIGINT, digits[10:]::BIGINT) + digits[:2]::INTEGER,
                digits[3:4]::INTEGER - CASE WHEN digits[3:4] BETWEEN '20' AND '32' THEN 20 WHEN digits[3:4] BETWEEN '40' AND '52' THEN 40 ELSE 0 END,
                digits[5:6]::INTEGER
            ) THEN 'niss.birth_date' END"""
    )
    db.execute(
        """CREATE MACRO text_fault(t) AS CASE
            WHEN length(t) > 60 OR contains(t, chr(10)) OR contains(t, chr(13)) THEN 'text.too_long'
            WHEN length(t) > 10 AND regexp_full_match(digits_of(t), '[0-9]{11}') AND niss_fault(digits_of(t)) IS NULL THEN 'niss.misplaced' END"""
    )


def read(db, project: reference.Project, table: reference.Table, scales: list[dict]) -> int:
    """One scan over all files of a table: the rows with their types, and the first check that a row fails.

    Read as text and cast with TRY_CAST: the reader's own types and its `store_rejects` take longer.
    """
    project.paths(table)
    wanted = {heading: table.fields[field] for field, heading in table.headings.items()}
    wanted |= {heading: table.fields[table.value] for heading in table.unpivot}
    names = {heading: field for field, heading in table.headings.items()} | {heading: heading for heading in table.unpivot}
    typed = ", ".join(f"TRY_CAST(raw_{heading} AS {kind(contract)}) AS {names[heading]}" for heading, contract in wanted.items())
    constants = "".join(f", {quoted(value)} AS {field}" for field, value in table.constants.items())
    cpas = len(str(project.inbox)) + 2
    columns = {f"raw_{heading}": "VARCHAR" for heading in wanted}
    db.execute(
        f"""CREATE TABLE read_{table.name} AS
        SELECT filename[{cpas}:{cpas + 4}] AS cpas, filename AS source_file, {typed}{constants}, {fault(table, scales, wanted, names)} AS fault
        FROM read_csv({quoted(f"{project.inbox}/*/{PERIOD}/{table.file}")}, columns = {columns}, header = true, auto_detect = false,
            delim = ',', quote = '"', escape = '"', filename = true)"""
    )
    return db.sql(f"SELECT count(*) FROM read_{table.name}").fetchall()[0][0]


def fault(table: reference.Table, scales: list[dict], wanted: dict, names: dict) -> str:
    """The first check that a row fails, or NULL. The national number is put to its checks once, not here."""
    whens = []
    for heading, contract in wanted.items():
        name = names[heading]
        if contract["type"] in ("id", "text"):
            whens.append(f"WHEN text_fault(raw_{heading}) IS NOT NULL THEN text_fault(raw_{heading})")
        elif contract["type"] != "person":
            check = "project.unknown" if contract.get("codelist") == "project" else FORMS.get(contract["type"], "number.form")
            whens.append(f"WHEN {name} IS NULL AND raw_{heading} IS NOT NULL THEN '{check}'")
        if contract["type"] == "date":
            whens.append(f"WHEN {name} < DATE '1900-01-01' OR {name} > DATE '2100-12-31' THEN 'date.range'")
        if contract["type"] == "year":
            whens.append(f"WHEN {name} NOT BETWEEN 1900 AND 2100 THEN 'date.range'")
    whens += [f"WHEN {names[heading]} IS NULL THEN 'value.missing'" for heading, contract in wanted.items() if contract["required"] and heading not in table.unpivot]
    whens += [f"WHEN {later} < {earlier} THEN 'date.order'" for earlier, later in table.in_order]
    for scale in scales:
        if scale["instrument"] == table.constants.get("instrument"):
            headings = [heading for heading, code in table.unpivot.items() if code == scale["domain"]]
            whens += [f"WHEN {heading} NOT BETWEEN {scale['lowest']} AND {scale['highest']} THEN 'score.range'" for heading in headings]
    return f"CASE {' '.join(whens)} END"


def know_people(db, project: reference.Project, tables: list[reference.Table]):
    """Every national number once: whether it is one, and the pseudonym of the person, HMAC-SHA-256 in SQL.

    In memory 128 bits are 16 bytes, not 32 digits: a tenth of the time of the whole and a fifth of the memory.
    """
    written = " UNION ".join(f"SELECT person_id FROM read_{table.name}" for table in tables if "person_id" in table.headings)
    inside, outside = map(blob, reference.hmac_pads(project.key))
    db.execute(
        f"""CREATE TABLE people AS SELECT written, fault, CASE WHEN fault IS NULL
                THEN sha256({outside} || unhex(sha256({inside} || unhex(regexp_replace(digits, '(.)', '0\\1', 'g')))))[:32]::UUID END AS id
        FROM (SELECT person_id AS written, digits_of(person_id) AS digits, niss_fault(digits_of(person_id)) AS fault FROM ({written}) WHERE person_id IS NOT NULL)"""
    )


def accept(db, table: reference.Table):
    """The rows that no check rejects."""
    has_person = "person_id" in table.headings
    people = "LEFT JOIN people AS p ON p.written = t.person_id" if has_person else ""
    wrong = "COALESCE(p.fault, t.fault)" if has_person else "t.fault"
    fields = ", ".join("p.id AS person_id" if field == "person_id" else f"t.{field}" for field in [*table.headings, *table.constants, *table.unpivot])
    db.execute(f"INSERT INTO rejects SELECT t.source_file, {wrong} FROM read_{table.name} AS t {people} WHERE {wrong} IS NOT NULL")
    db.execute(f"CREATE TABLE rows_{table.name} AS SELECT t.cpas, {fields} FROM read_{table.name} AS t {people} WHERE {wrong} IS NULL")
    db.execute(f"DROP TABLE read_{table.name}")
    drop_repeats(db, table)


def drop_repeats(db, table: reference.Table):
    """Of rows with one key and one content one stays. A key with two contents would need the order of the rows, which
    the reader need not keep here: no such row is in the exports, and if it were, the work would not be the same.
    """
    # A row of many records is repeated when all of them are; the exports hold no other repeats.
    key = [field for field in table.key if field != table.into]
    first = db.sql(f"SELECT {', '.join(key)}, min(rowid) AS first FROM rows_{table.name} GROUP BY ALL HAVING count(*) > 1")
    first.create("repeats")
    same = " AND ".join(f"r.{field} IS NOT DISTINCT FROM t.{field}" for field in key)
    alike = " AND ".join(f"f.{field} IS NOT DISTINCT FROM t.{field}" for field in [*table.headings, *table.unpivot])
    again = db.execute(
        f"""SELECT t.rowid, {alike} FROM rows_{table.name} AS t
        JOIN repeats AS r ON {same} AND t.rowid > r.first JOIN rows_{table.name} AS f ON f.rowid = r.first"""
    ).fetchall()
    if not all(is_same for _, is_same in again):
        raise SystemExit(f"{table.name}: a key with two contents")
    if again:
        db.execute(f"DELETE FROM rows_{table.name} WHERE rowid IN ({', '.join(str(row) for row, _ in again)})")
        db.execute(f"INSERT INTO rejects SELECT NULL, 'duplicate.row' FROM range({len(again)})")
    db.execute("DROP TABLE repeats")


def unpivoted(table: reference.Table, source: str, fields: list[str]) -> str:
    """A row of many records becomes so many rows; a cell that is empty was not asked."""
    named = ", ".join(f"{heading} AS {quoted(code)}" for heading, code in table.unpivot.items())
    domain = f"{table.into}::{enum(table.unpivot.values())} AS {table.into}"
    return f"SELECT {', '.join(fields)}, {domain}, {table.value} FROM (UNPIVOT {source} ON {named} INTO NAME {table.into} VALUE {table.value})"


def lay_up(db, table: reference.Table, out: Path):
    """The table of the lake, pseudonyms as digits."""
    rows = f"rows_{table.name}"
    written = f"(SELECT * REPLACE (replace(person_id::VARCHAR, '-', '') AS person_id) FROM {rows})" if "person_id" in table.headings else f"(FROM {rows})"
    if table.unpivot:
        fields = ["cpas", *table.headings, *table.constants]
        written = f"({unpivoted(table, written, fields)})"
        db.execute(f"CREATE VIEW {table.name} AS {unpivoted(table, rows, fields)}")
    db.execute(f"COPY {written} TO {quoted(f'{out}/lake/{table.name}.parquet')} (FORMAT parquet)")
    if not table.unpivot:
        db.execute(f"ALTER TABLE {rows} RENAME TO {table.name}")


def add_reference(db, project: reference.Project, tables: list[str], scales: list[dict]):
    """The tables that queries join beside those of the lake."""

    def table(name: str, columns: str, lines: list[dict]):
        db.execute(f"CREATE TABLE {name} ({columns})")
        db.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(lines[0]))})", [list(line.values()) for line in lines])

    db.execute(
        f"""CREATE TABLE reference_period AS SELECT '{PERIOD}' AS period, {PERIOD} AS year,
            DATE '{PERIOD}-01-01' AS start_on, DATE '{PERIOD}-12-31' AS end_on"""
    )
    # No quarter is handed in, so a submission is an agency.
    db.execute(
        f"""CREATE VIEW handed_in AS SELECT cpas AS submission_id, cpas, period, year, start_on, end_on,
            start_on - DATE '1970-01-01' AS start_number, end_on - DATE '1970-01-01' AS end_number
        FROM reference_period, (SELECT unnest([{', '.join(map(quoted, project.cpas))}]) AS cpas)"""
    )
    for name in tables:
        db.execute(f"CREATE VIEW handed_in_{name} AS SELECT cpas AS submission_id, * FROM {name}")
    db.execute(
        """CREATE TABLE calendar AS SELECT day::DATE AS day, day::DATE - DATE '1970-01-01' AS number, year(day) AS year,
            12 * year(day) + month(day) AS month_number, day(day) AS day_of_month
        FROM generate_series(DATE '1900-01-01', DATE '2100-12-31', INTERVAL 1 DAY) AS s(day)"""
    )
    table("parameters", "name VARCHAR, period VARCHAR, scope VARCHAR, value DECIMAL(14,4)", reference.parameters())
    db.execute("CREATE TABLE areas (cpas VARCHAR, area_level VARCHAR, area VARCHAR)")
    areas = reference.areas(project)
    values = ", ".join(f"({quoted(one['cpas'])}, {quoted(one['area_level'])}, {quoted(one['area'])})" for one in areas)
    db.execute(f"INSERT INTO areas VALUES {values}")
    names = "instrument VARCHAR, domain VARCHAR, lowest INTEGER, highest INTEGER, best INTEGER, worst INTEGER, sign INTEGER"
    table("scales", names, scales)


SERIES = """
    arg_min(score, measured_on) FILTER (occasion = 'zero') AS marked_zero, min(measured_on) FILTER (occasion = 'zero') AS marked_zero_on,
    arg_min(score, measured_on) FILTER (occasion IS NULL) AS first_score, min(measured_on) FILTER (occasion IS NULL) AS first_on,
    arg_max(score, measured_on) FILTER (occasion = 'end') AS marked_end, max(measured_on) FILTER (occasion = 'end') AS marked_end_on,
    arg_max(score, measured_on) FILTER (occasion IS NULL) AS last_score, max(measured_on) FILTER (occasion IS NULL) AS last_unmarked_on"""


def pair(db, measures: reference.Table):
    """Zero against end measure: `pairs`, their means `pair_means`, what became of each parcours `outcomes`, `repeats`
    outside any, and the `trajectory` of those that ended.

    The parcours of a reading is looked up once, before its domains become rows; a reading marked interim is neither.
    """
    db.execute("CREATE TABLE ended AS SELECT *, rowid::INTEGER AS number FROM parcours WHERE end_on IS NOT NULL")
    fields = ["number", "instrument", "assessor", "occasion", "measured_on"]
    due = {month: f"abs(measured_on - (start_on + INTERVAL {month} MONTH)::DATE)" for month in reference.DUE}
    db.execute(
        f"""CREATE TABLE of_ended AS SELECT {', '.join(fields)}, {', '.join(measures.unpivot)}, least({', '.join(due.values())}) AS off,
            CASE off {' '.join(f'WHEN {days} THEN {month}' for month, days in due.items())} END AS month
        FROM rows_measures AS m JOIN ended AS e ON e.cpas = m.cpas AND e.parcours_id = m.parcours_id"""
    )
    db.execute(
        f"""CREATE TABLE series AS
        WITH series AS (
            SELECT number, instrument, domain, assessor, {SERIES}
            FROM ({unpivoted(measures, "(FROM of_ended WHERE occasion IS DISTINCT FROM 'interim')", fields)}) GROUP BY ALL
        ), chosen AS (
            SELECT s.*, e.start_on, e.end_on,
                s.marked_zero IS NOT NULL AS has_zero, s.first_on - e.start_on BETWEEN -60 AND 30 AS may_zero,
                s.marked_end IS NOT NULL AS has_end, s.last_unmarked_on - e.end_on BETWEEN -60 AND 60 AS may_end
            FROM series AS s JOIN ended AS e ON e.number = s.number
        ), ends AS (
            SELECT number, instrument, domain, assessor, has_zero,
                CASE WHEN has_zero THEN marked_zero WHEN may_zero THEN first_score END AS zero,
                CASE WHEN has_zero THEN marked_zero_on WHEN may_zero THEN first_on END AS zero_on,
                CASE WHEN has_end THEN marked_end WHEN may_end THEN last_score END AS last,
                CASE WHEN has_end THEN marked_end_on WHEN may_end THEN last_unmarked_on END AS last_on
            FROM chosen
        )
        SELECT *, CASE WHEN zero IS NULL THEN 0 WHEN last IS NULL THEN 1 WHEN last_on <= zero_on THEN 2 ELSE 3 END AS came FROM ends"""
    )
    about = "e.cpas, e.parcours_id, e.person_id, e.kind, e.start_on, e.end_on"
    scored = """s.instrument, s.domain, s.assessor, s.zero_on, s.last_on, s.zero AS score_before, s.last AS score_after,
        CAST(c.sign * (s.last - s.zero) AS DECIMAL(7,2)) AS score_change, s.zero = c.best AS at_ceiling, s.zero = c.worst AS at_floor"""
    scales = "JOIN scales AS c ON c.instrument = s.instrument AND c.domain = s.domain"
    db.execute(f"CREATE TABLE pairs AS SELECT e.number, {about}, {scored} FROM series AS s JOIN ended AS e ON e.number = s.number {scales} WHERE s.came = 3")
    # To six decimals, halves away from zero.
    mean = lambda name: f"""CAST(sign(sum({name})) * ((abs(sum({name})) * 100)::BIGINT * 20000 + count(*)) // (2 * count(*)) / 1000000.0 AS DECIMAL(11,6)) AS {name}"""
    db.execute(
        f"""CREATE TABLE pair_means AS
        WITH means AS (
            SELECT number, instrument, assessor, {mean('score_before')}, {mean('score_after')}, {mean('score_change')}
            FROM pairs GROUP BY number, instrument, assessor
        )
        SELECT {about}, m.instrument, m.assessor, m.score_before, m.score_after, m.score_change FROM means AS m JOIN ended AS e USING (number)"""
    )
    db.execute(
        """CREATE TABLE outcomes AS
        SELECT p.cpas, p.parcours_id, p.person_id, p.kind, p.start_on, p.end_on, p.end_on - p.start_on AS days,
            CASE WHEN p.end_on IS NULL THEN 'running' ELSE ['no_zero', 'no_end', 'same_day', 'paired'][COALESCE(s.came, 0) + 1] END AS pairing
        FROM parcours AS p
        LEFT JOIN ended AS e ON e.cpas = p.cpas AND e.parcours_id = p.parcours_id
        LEFT JOIN (SELECT number, max(came) AS came FROM series GROUP BY number) AS s ON s.number = e.number"""
    )
    db.execute(
        f"""CREATE TABLE repeats AS
        WITH s AS (
            SELECT cpas, person_id, instrument, domain, assessor, arg_min(score, measured_on) AS zero, min(measured_on) AS zero_on,
                arg_max(score, measured_on) AS last, max(measured_on) AS last_on
            FROM measures WHERE parcours_id IS NULL GROUP BY ALL
        )
        SELECT s.cpas, '' AS parcours_id, s.person_id, '' AS kind, NULL::DATE AS start_on, NULL::DATE AS end_on, {scored}
        FROM s {scales} WHERE s.last_on > s.zero_on"""
    )
    follow(db, measures, about)
    # Days on which a person and the worker both scored: what `progress.agreement` asks for, an eighth of all measures.
    both = """(FROM rows_measures SEMI JOIN (
        SELECT cpas, person_id, measured_on FROM rows_measures GROUP BY ALL HAVING min(assessor) <> max(assessor)
    ) USING (cpas, person_id, measured_on))"""
    fields = ["cpas", "person_id", "instrument", "measured_on", "assessor"]
    db.execute(
        f"""CREATE TABLE same_day AS
        SELECT cpas, person_id, instrument, domain, measured_on, min(score) = max(score) AS is_same
        FROM ({unpivoted(measures, both, fields)}) WHERE assessor IN ('client', 'worker')
        GROUP BY cpas, person_id, instrument, domain, measured_on HAVING min(assessor) <> max(assessor)"""
    )


def follow(db, measures: reference.Table, about: str):
    """The score of each month since the start: the zero measure, and of each due day the reading nearest to it, of two
    as near the earlier. Only a reading marked zero or not at all can be the zero measure said again.
    """
    fields = ["number", "instrument", "assessor", "occasion", "measured_on", "off", "month"]
    near = f"(FROM of_ended WHERE off <= {reference.OFF})"
    # Days off, day and score in one whole number: the least is the reading wanted.
    order = "min((off * 100000 + (measured_on - DATE '1900-01-01')) * 100000 + (score * 100)::BIGINT)"
    db.execute(
        f"""CREATE TABLE trajectory AS
        WITH due AS (
            SELECT number, instrument, domain, assessor, month, {order} % 100000 AS hundredths
            FROM ({unpivoted(measures, near, fields)}) AS m
            ANTI JOIN (
                SELECT s.*, CASE WHEN has_zero THEN 'zero' END AS occasion FROM series AS s
                WHERE (number, zero_on) IN (SELECT number, measured_on FROM of_ended WHERE off <= {reference.OFF} AND (occasion = 'zero' OR occasion IS NULL))
            ) AS z ON z.number = m.number AND z.instrument = m.instrument AND z.domain = m.domain AND z.assessor = m.assessor
                AND z.zero_on = m.measured_on AND z.occasion IS NOT DISTINCT FROM m.occasion
            GROUP BY ALL
        ), every AS (
            SELECT number, instrument, domain, assessor, 0 AS month, zero AS score FROM series WHERE zero IS NOT NULL
            UNION ALL
            SELECT number, instrument, domain, assessor, month, CAST(hundredths / 100 AS DECIMAL(7,2)) FROM due
        )
        SELECT {about}, t.instrument, t.domain, t.assessor, t.month, t.score FROM every AS t JOIN ended AS e USING (number)"""
    )


GRAIN = ("period", "area_level", "area")
# The statistics that a query of each kind returns.
STATISTICS = {
    "count": ["value"],
    "amount": ["value_eur"],
    "ratio": ["numerator", "denominator"],
    "mean": ["n", "sum", "sum_sq"],
    "change": ["n", "sum", "sum_sq", "sum_before", "sum_after", *reference.CHANGE_SHARES.values()],
}


def make_estimates(db):
    """Wilson's interval of a share, Student's of a mean, and the deviation, as macros over sufficient statistics."""
    db.execute(
        f"""CREATE MACRO wilson(part, whole, way) AS
            ((part / whole + {Z * Z} / (2 * whole)) / (1 + {Z * Z} / whole))
            + way * {Z} / (1 + {Z * Z} / whole) * sqrt(part / whole * (1 - part / whole) / whole + {Z * Z} / (4 * whole * whole))"""
    )
    db.execute(
        """CREATE MACRO share_end(part, whole, way) AS CASE
            WHEN whole <= 0 OR part < 0 OR part > whole THEN NULL
            WHEN way < 0 AND part <= 0 THEN 0.0
            WHEN way > 0 AND part >= whole THEN 100.0
            ELSE 100 * wilson(part, whole, way) END"""
    )
    db.execute("CREATE MACRO quotient(part, whole) AS CASE WHEN whole > 0 THEN part / whole END")
    # Of values all alike the subtraction leaves a trace of its own rounding.
    db.execute("CREATE MACRO left_over(spread, squares) AS CASE WHEN spread > 4 * 2.220446049250313e-16 * squares THEN spread ELSE 0 END")
    db.execute("CREATE MACRO deviation(n, total, squares) AS CASE WHEN n >= 2 THEN sqrt(left_over(squares - total * total / n, squares) / (n - 1)) END")


def observe(db, indicators: list[reference.Indicator]):
    """The statistics of all queries by their kind, then the figures of each kind at once."""
    kinds = {(one.kind, one.kind == "ratio" and one.unit == "percent") for one in indicators}
    for kind, is_share in sorted(kinds):
        numbers = ", ".join(f'"{name}" DOUBLE' for name in STATISTICS[kind])
        db.execute(
            f"""CREATE TABLE of_{kind}_{is_share} (id VARCHAR, unit VARCHAR, period VARCHAR, area_level VARCHAR, area VARCHAR,
                dimensions VARCHAR, persons BIGINT, {numbers})"""
        )
        for one in indicators:
            if (one.kind, one.kind == "ratio" and one.unit == "percent") == (kind, is_share):
                try:
                    db.execute(f"INSERT INTO of_{kind}_{is_share} {asked(db, one)}")
                except duckdb.Error as fault:
                    print("not in the peer:", one.id, fault, file=sys.stderr)
        for suffix, figure, unit in figures(kind, is_share):
            db.execute(
                f"""INSERT INTO observations SELECT id || '{suffix}', period, area_level, area, dimensions, persons,
                    {figure}, {unit}, CASE WHEN v IS NULL THEN 'not_computable' ELSE 'free' END
                FROM {with_student(db, f'of_{kind}_{is_share}') if 'sum_sq' in STATISTICS[kind] else f'of_{kind}_{is_share}'}"""
            )


def asked(db, indicator: reference.Indicator) -> str:
    """The query of an indicator, with its dimensions as text."""
    query = indicator.sql
    names = db.sql(query).columns
    persons = "persons" if "persons" in names else "contributors"
    numbers = STATISTICS[indicator.kind]
    dimensions = sorted(name for name in names if name not in {*GRAIN, *numbers, persons})
    text = ", ".join(f"'{name}=' || {name}" for name in dimensions)
    text = f"concat_ws(';', {text})" if dimensions else "''"
    # No sum of nothing but of an amount: that one is unknown.
    numbers = ", ".join(f'"{name}"' if name == "value_eur" else f'COALESCE("{name}", 0)' for name in numbers)
    # An edition's number is the agency's own: above the agency it means nothing.
    where = "WHERE area_level = 'cpas' OR edition IS NULL" if "edition" in dimensions else ""
    return f"SELECT '{indicator.id}', '{indicator.unit}', {', '.join(GRAIN)}, {text}, {persons}, {numbers} FROM ({query}) {where}"


def with_student(db, statistics: str) -> str:
    """Statistics with Student's quantile for their number of values and the deviation of these."""
    wanted = db.execute(f"SELECT DISTINCT n FROM {statistics} WHERE n > 1").fetchall()
    values = ", ".join(f"({n}, {reference.student(int(n) - 1)!r})" for (n,) in wanted) or "(NULL, NULL)"
    return f"""(SELECT f.*, s.t, deviation(f.n, f."sum", sum_sq) AS deviation FROM {statistics} AS f LEFT JOIN (VALUES {values}) AS s(n, t) ON s.n = f.n)"""


def figure(numerator: str, denominator: str, value: str, low: str = "NULL", high: str = "NULL") -> str:
    return f"{numerator}, {denominator}, {value} AS v, {low}, {high}"


def of_share(part: str, whole: str) -> str:
    return figure(part, whole, f"100 * quotient({part}, {whole})", f"share_end({part}, {whole}, -1)", f"share_end({part}, {whole}, 1)")


def figures(kind: str, is_share: bool):
    """The figures of a kind: what stands behind the id, numerator to interval, unit."""
    if kind in ("count", "amount"):
        return [("", figure("NULL", "NULL", *STATISTICS[kind]), "unit")]
    if kind == "ratio":
        return [("", of_share("numerator", "denominator") if is_share else figure("numerator", "denominator", "quotient(numerator, denominator)"), "unit")]
    mean = 'quotient("sum", n)'
    found = [("", figure('"sum"', "n", mean, *(f"{mean} {way} t * deviation / sqrt(n)" for way in "-+")), "unit")]
    if kind == "change":
        found += [(f".{side}", figure(f"sum_{side}", "n", f"quotient(sum_{side}, n)"), "unit") for side in ("before", "after")]
        found.append((".response", figure('"sum"', "n", f"{mean} / NULLIF(deviation, 0)"), "'deviations'"))
        found += [(f".{name}", of_share(column, "n"), "'percent'") for name, column in reference.CHANGE_SHARES.items()]
    return found


def judge(db, indicator: reference.Indicator):
    """Objectives, by the figures that they name."""
    nearly = reference.parameter("objective_nearly")
    db.execute(
        f"""INSERT INTO observations
        WITH wanted AS (
            SELECT *, array_to_string(list_sort(string_split(COALESCE(breakdown, ''), ';')), ';') AS dimensions,
                objective_kind = 'quantitative' AS is_quantitative
            FROM ({indicator.sql})
        ), set_against AS (
            SELECT w.*, o.value AS realised, CASE WHEN w.target > 0 THEN o.value / w.target END AS part
            FROM wanted AS w LEFT JOIN observations AS o ON o.indicator = w.indicator AND o.period = w.period
                AND o.area_level = w.area_level AND o.area = w.area AND o.dimensions = w.dimensions
        ), judged AS (
            SELECT *, CASE
                WHEN part IS NULL THEN 'not_measurable'
                WHEN direction = 'at_most' THEN CASE WHEN part <= 1 THEN 'met' WHEN part * {nearly} <= 1 THEN 'nearly' ELSE 'not_met' END
                WHEN part >= 1 THEN 'met' WHEN part >= {nearly} THEN 'nearly' ELSE 'not_met' END AS outcome
            FROM set_against
        )
        SELECT '{indicator.id}', period, area_level, area,
            concat_ws(';', 'breakdown=' || replace(replace(breakdown, '=', ':'), ';', ','),
                CASE WHEN is_quantitative THEN 'direction=' || COALESCE(direction, 'at_least') END, 'evidence=' || evidence, 'indicator=' || indicator,
                'objective=' || objective, 'objective_kind=' || objective_kind,
                CASE WHEN NOT is_quantitative THEN 'objective_status=' || objective_status END,
                CASE WHEN is_quantitative THEN 'outcome=' || outcome END, 'scheme=' || scheme),
            NULL, CASE WHEN is_quantitative THEN realised END, target, CASE WHEN is_quantitative THEN 100 * part END, NULL, NULL,
            '{indicator.unit}', CASE WHEN part IS NULL AND is_quantitative THEN 'not_computable' ELSE 'free' END
        FROM judged"""
    )


def main():
    phases = reference.Phases()
    project, out = reference.Project(Path(sys.argv[1])), Path(sys.argv[2])
    (out / "lake").mkdir(parents=True, exist_ok=True)
    db = duckdb.connect(config={"preserve_insertion_order": "false"})
    tables, scales = reference.tables(), reference.scales()
    make_types(db, project)
    phases.end("start")
    phases.rows_read = sum(read(db, project, table, scales) for table in tables)
    phases.end("read")
    db.execute("CREATE TABLE rejects (source_file VARCHAR, check_id VARCHAR)")
    know_people(db, project, tables)
    for table in tables:
        accept(db, table)
    phases.rows_rejected = db.sql("SELECT count(*) FROM rejects").fetchall()[0][0]
    phases.end("check")
    for table in tables:
        lay_up(db, table, out)
    db.execute(f"COPY rejects TO {quoted(str(out / 'rejects.parquet'))} (FORMAT parquet)")
    phases.end("lake")
    add_reference(db, project, [table.name for table in tables], scales)
    pair(db, next(table for table in tables if table.name == "measures"))
    phases.end("pair")
    make_estimates(db)
    columns = "indicator VARCHAR, period VARCHAR, area_level VARCHAR, area VARCHAR, dimensions VARCHAR, persons BIGINT, "
    columns += ", ".join(f"{name} DOUBLE" for name in reference.COLUMNS[6:11]) + ", unit VARCHAR, status VARCHAR"
    db.execute(f"CREATE TABLE observations ({columns})")
    indicators = reference.indicators()
    observe(db, [one for one in indicators if one.kind != "objective"])
    for indicator in indicators:
        if indicator.kind == "objective":
            judge(db, indicator)
    phases.end("indicators")
    order = "ORDER BY indicator, period, area_level, area, dimensions"
    db.execute(f"COPY (FROM observations {order}) TO {quoted(str(out / 'indicators.csv'))} (FORMAT csv, HEADER)")
    phases.end("write")
    phases.write(out / "phases.json")


if __name__ == "__main__":
    main()
