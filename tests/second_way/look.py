"""Holds that a page rendered by a browser and the sheets of a workbook rendered by an office program show something.

    python tests/second_way/look.py PAGE.png SHEET.pgm...

Reads the pictures by hand, so that no picture library has to be installed.
"""

import sys
import zlib
from pathlib import Path

# Share of a picture that is not its most frequent colour: a page of text has some per cent, a blank one nothing.
LEAST_INK = 0.004


def png_bytes(path: Path) -> bytes:
    """The bytes of the rows of a PNG, each with its filter: those of a blank picture are nearly all the same."""
    data, rest = b"", path.read_bytes()[8:]
    while rest:
        length, kind = int.from_bytes(rest[:4]), rest[4:8]
        if kind == b"IDAT":
            data += rest[8 : 8 + length]
        rest = rest[12 + length :]
    return zlib.decompress(data)


def pgm_bytes(path: Path) -> bytes:
    """The grey values of a binary PGM."""
    head, width_and_height, most, values = path.read_bytes().split(b"\n", 3)
    assert head == b"P5" and most == b"255", path
    return values


def ink(values: bytes) -> float:
    return 1 - max(values.count(value) for value in range(256)) / len(values)


def main() -> int:
    page, sheets = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    shares = {page: ink(png_bytes(page))} | {sheet: ink(pgm_bytes(sheet)) for sheet in sheets}
    blank = [path.name for path, share in shares.items() if share < LEAST_INK]
    print(f"page: {shares[page]:.1%} ink; workbook: {len(sheets)} pages, least ink {min(shares[s] for s in sheets):.1%}")
    if len(sheets) < 10 or blank:
        print(f"blank or missing: {blank}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
