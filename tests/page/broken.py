"""Holds that check.py notices what it is for: breaks a good page in one place at a time.

    python3 tests/page/broken.py --axe axe.min.js PAGE.html

The page should have totals, cells without value and a table of 70 rows, as the sample centres' have.
"""

import argparse
import sys
from pathlib import Path

import check
from browser import Browser


def style(rules):
    return "</style>", f"{rules}</style>"


def script(lines):
    return "\n})();\n</script>", f"\n{lines}\n}})();\n</script>"


# The check, what is replaced by what, and the complaint that has to come.
BREAKS = [
    (check.written, ("</main>", '<img src="https://example.be/a.png" alt=""></main>'), "src leads to"),
    (check.written, ("</main>", '<a href="https://example.be">a</a></main>'), "href leads to"),
    (check.written, ("</head>", '<link rel="icon" href="data:,"></head>'), "can load something"),
    (check.written, style("body { background: url(a.png) }"), "the style loads"),
    (check.written, ("<main ", '<main onclick="alert(1)" '), "inline handler"),
    (check.written, script("fetch('data:,');"), "the script has 'fetch'"),
    (check.written, ('<footer>', '<footer id="content">'), "used twice"),
    (check.written, ('href="#contents"', 'href="#nowhere"'), "#nowhere, which is not there"),
    (check.written, ("<html lang=", "<html data-lang="), "language"),
    (check.written, ("<h3", "<h5"), "a heading of level 5"),
    (check.network, script("new Image().src = 'http' + '://example.be/a.png';"), "asks for http://example.be"),
    (check.network, script("nothing();"), "the script fails"),
    (check.without_script, style(".lead .reading { display: none }"), "not seen: p.reading"),
    (check.without_script, style(".notes { position: absolute; left: -100vw; width: 10px; overflow: hidden }"), "not seen: "),
    (check.without_script, ("</main>", "<button>+</button></main>"), "does nothing"),
    (check.without_script, style("header { width: 900px }"), "without script, 360 px: the page is"),
    (check.without_script, script("document.querySelector('td').textContent = 7;"), "changes texts"),
    (check.links, script("document.querySelector('main a').setAttribute('href', '#nowhere');"), "#nowhere"),
    (check.widths, style("h1 { width: 500px }"), "360 px: the page is"),
    (check.widths, style(".edition { position: static !important }"), "edition cannot be seen"),
    (check.widths, style("dialog { position: absolute; width: 60rem; max-width: none }"), "with the dialog open"),
    (check.widths, ("else target.tabIndex = 0", "else target.removeAttribute('tabindex')"), "reached with the keyboard"),
    (check.sorting, ("? a - b :", "? b - a :"), "ascending: rows"),
    (check.sorting, ("areNumbers && found", "false && found"), "ascending: rows"),
    (check.sorting, ("(a === null) - (b === null)", "(b === null) - (a === null)"), "rows"),
    (check.sorting, ("[...sorted(rows, column, direction), ...original.filter(isTotal)]", "sorted(original, column, direction)"), "rows"),
    (check.sorting, ("descending: null }", 'descending: "ascending" }'), "third press: rows"),
    (check.sorting, ('other.removeAttribute("aria-sort")', "0"), "aria-sort is"),
    (check.sorting, ("const control = button(", "if (column) return; const control = button("), "no button"),
    (check.sorting, script("addEventListener('keydown', event => event.preventDefault(), true);"), "column 1, ascending"),
    (check.filtering, ("texts[at].includes(word)", "texts[at].startsWith(word)"), "rows, not"),
    (check.filtering, ("const wanted = plain(field.value)", "const wanted = field.value"), "rows, not"),
    (check.filtering, ("`${left} / ", "`${rows.length} / "), "is answered with"),
    (check.filtering, ("FILTER_FROM = 9", "FILTER_FROM = 20"), "not there for"),
    (check.filtering, style(".filtered .total { display: none }"), "rows, not"),
    (check.filtering, ("row.cells[0].dataset.all =", "void"), "not marked"),
    (check.filtering, style(".away { display: none }"), "paper does not have"),
    (check.filtering, ('toggle("away", ', 'toggle("away", row.matches(".away") || '), "stay hidden"),
    (check.figures, ("td[data-definition], td[data-trace]", "tr:first-child td[data-trace]"), "is not a button"),
    (check.figures, ("dialog.showModal();", "dialog.show();"), "opens no dialog"),
    (check.figures, ('cell.dataset.trace ?? "";', '"";'), "lacks the trace"),
    (check.figures, ("[...before, ", "["), "lacks the row"),
    (check.figures, ("`#${target.id}`", "`#content`"), "leads to #content"),
    (check.figures, script("dialog.addEventListener('cancel', event => event.preventDefault());"), "Escape does not close"),
    (check.figures, script("dialog.addEventListener('close', () => document.activeElement.blur());"), "focus does not come back"),
    (check.figures, ("control === kept ? 0 : -1", "0"), "stops of the Tab key"),
    (check.figures, ('addEventListener("keydown", walk)', 'addEventListener("keyup", () => 0)'), "the arrows do not lead"),
    (check.figures, ("writeText(slot", "writeText('x' + slot"), "does not copy"),
    (check.figures, ('slot(".link").addEventListener("click", () => dialog.close());', ""), "link to the definition"),
    (check.figures, ('slot(".close").addEventListener("click", () => dialog.close());', ""), "close button"),
    (check.paper, style("@media print { td { min-width: 40mm } }"), "is wider than the sheet"),
    (check.paper, ("@bottom-left { content:", "@top-left { content:"), "lacks the edition"),
    (check.paper, ('content: counter(page) " / "', 'content: counter(page) " of "'), "lacks its number"),
    (check.paper, (".sort, .open { display: contents; }", ""), "not repeated"),
    (check.paper, style("@media print { a::after { content: 'https://example.be' } }"), "shows an address"),
    (check.access, style(".notes { color: #bbb !important }"), "axe, light, 1280 px: color-contrast"),
    (check.access, style("@media (prefers-color-scheme: dark) { .notes { color: #444 !important } }"), "axe, dark, 360 px: color-contrast"),
    (check.access, style("dialog .value { color: #bbb !important }"), "dialog: color-contrast"),
    (check.access, ('<input type="search"', '</label><input type="search"'), "label"),
]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--axe", type=Path, required=True)
    options.add_argument("page", type=Path)
    given = options.parse_args()
    unseen = 0
    with Browser() as browser:
        whole = check.Page(given.page, browser, given.axe.read_text(encoding="utf-8"))
        for function, (old, new), wanted in BREAKS:
            name = f"{function.__name__}: {new.strip()[:70]!r} for {old.strip()[:40]!r}"
            if old not in whole.text:
                print(f"cannot break {name}")
                unseen += 1
                continue
            page = check.Page(whole.altered(whole.text.replace(old, new, 1)), browser, whole.axe)
            said = list(function(page))
            if not any(wanted in complaint for complaint in said):
                unseen += 1
                print(f"not noticed: {name}: {said[:2]}")
            else:
                answer = next(" ".join(complaint.split()) for complaint in said if wanted in complaint)
                print(f"noticed: {name}: {answer[:150]}")
    print(f"{len(BREAKS)} breaks, {unseen} not noticed")
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
