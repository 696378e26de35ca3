"""Holds in headless Chromium that the page of a report keeps its promises.

    python3 tests/page/check.py [--axe axe.min.js] [--chromium PROGRAM] PAGE.html...

Prints a line for everything that fails and then exits with 1. Needs nothing but Python and Chromium; axe-core comes from
npm (`npm pack axe-core`) and is left out without --axe, what is on paper is left out without pdftotext: both are said.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import unicodedata
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

from browser import Browser

WIDTHS = (1280, 768, 360, 320)
# A4 less the margins of @page, in CSS pixels.
PAPER = 688
FILTER_FROM = 9
LOADING = {"src", "srcset", "href", "xlink:href", "poster", "data", "action", "formaction", "background", "ping", "cite"}
LOADERS = {"link", "base", "iframe", "frame", "object", "embed", "audio", "video", "source", "track", "form", "portal"}
REACHING = r"\b(fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|eval|Worker|RTCPeerConnection)\b|\bimport\s*\(|new Function|import\s[^;]*from"


class Page:
    def __init__(self, path, browser, axe=None):
        self.path, self.browser, self.axe = Path(path), browser, axe
        self.text = self.path.read_text(encoding="utf-8")

    def altered(self, text):
        """A copy of the page with another text."""
        copy = Path(self.browser.folder.name) / self.path.name
        copy.write_text(text, encoding="utf-8")
        return copy


# ---- what the text alone tells


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.complaints, self.ids, self.links, self.levels, self.inside = [], [], [], [], []
        self.language, self.style, self.script = None, "", ""

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        where = f"<{tag}> in line {self.getpos()[0]}"
        if tag == "html":
            self.language = attributes.get("lang")
        if tag in LOADERS or (tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh"):
            self.complaints.append(f"{where} can load something")
        if re.fullmatch("h[1-6]", tag) and "template" not in self.inside:
            self.levels.append(int(tag[1]))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        for name, value in attributes.items():
            if name in LOADING and not (value or "").startswith(("#", "data:")):
                self.complaints.append(f"{where}: {name} leads to {(value or '')[:60]!r}")
            if name.startswith("on"):
                self.complaints.append(f"{where}: inline handler {name}")
            if name == "style":
                self.style += value or ""
            if name == "href" and (value or "").startswith("#"):
                self.links.append(value[1:])
        if tag in ("template", "style", "script"):
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data):
        if "style" in self.inside:
            self.style += data
        if "script" in self.inside:
            self.script += data


def written(page):
    """One file that loads nothing, with unique ids, targets for its links, a language and headings in order."""
    reader = Reader()
    reader.feed(page.text)
    yield from reader.complaints
    for found in re.findall(r"url\(\s*[\"']?(?!data:)[^)]{0,60}|@import[^;]{0,60}", reader.style):
        yield f"the style loads something: {found}"
    for found in re.finditer(REACHING, reader.script):
        yield f"the script has {found[0]!r}"
    if not reader.language:
        yield "the page does not say its language"
    for name in sorted({name for name in reader.ids if reader.ids.count(name) > 1}):
        yield f"the id {name!r} is used twice"
    for name in sorted(set(reader.links) - set(reader.ids)):
        yield f"a link leads to #{name}, which is not there"
    if reader.levels.count(1) != 1 or reader.levels[0] != 1:
        yield f"not one first heading: {reader.levels[:5]}"
    for before, after in zip(reader.levels, reader.levels[1:]):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"


# ---- what the browser shows


def network(page):
    """Nothing is asked for, whatever the page's own policy says."""
    page.browser.open(page.path)
    page.browser.run("scrollTo(0, document.body.scrollHeight)")
    page.browser.settle()
    for event in page.browser.events:
        if event["method"] == "Network.requestWillBeSent":
            url = event["params"]["request"]["url"]
            if not url.startswith(("data:", page.path.resolve().as_uri())):
                yield f"the page asks for {url}"
        if event["method"] == "Runtime.exceptionThrown":
            yield f"the script fails: {event['params']['exceptionDetails'].get('exception', {}).get('description', '')[:200]}"


UNSEEN = """[...document.body.querySelectorAll("*:not(script, style, desc, title, .skip)")].filter(element => {
  const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  const box = element.getBoundingClientRect();
  const seen = element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  return own && !(seen && box.width > 1 && box.height > 1 && box.right > 0 && box.bottom + scrollY > 0);
}).map(element => `${element.localName}.${element.getAttribute("class")} ${element.textContent.trim().slice(0, 40)}`)"""
TEXTS = """[...document.querySelectorAll("main :is(h2, h3, p, th, td, dt, dd, figcaption):not(.help, .filter)")]
  .map(element => [...element.childNodes].filter(node => !node.matches?.(".filter")).map(node => node.textContent).join("").trim())"""


def without_script(page):
    """With script disabled everything is there to read, and the script takes nothing away."""
    browser = page.browser
    for width in (1280, 360):
        browser.open(page.path, width, script=False)
        for element in browser.run(UNSEEN):
            yield f"without script, {width} px: not seen: {element}"
        if browser.run("document.querySelectorAll('button, dialog, input').length"):
            yield "without script: a control that does nothing"
        yield from too_wide(browser, f"without script, {width} px")
    plain = browser.run(TEXTS)
    browser.open(page.path)
    if browser.run(TEXTS) != plain:
        yield "the script changes texts of the report"


def too_wide(browser, where):
    wide, have = browser.run("[document.scrollingElement.scrollWidth, innerWidth]")
    if wide > have:
        yield f"{where}: the page is {wide} px wide on {have} px"


def links(page):
    """With script, every link has its target, too."""
    page.browser.open(page.path)
    lost = """[...document.links].map(link => link.getAttribute("href")).filter(to => !document.getElementById(to.slice(1)))"""
    for target in page.browser.run(lost):
        yield f"a link leads to {target}, which is not there"


EDITION = """(() => { const box = document.querySelector(".edition").getBoundingClientRect();
  return document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)?.closest(".edition") !== null
    && box.top >= 0 && box.bottom <= innerHeight })()"""


def widths(page):
    """No page scrolls sideways, charts are whole, and the edition stays on the screen."""
    browser = page.browser
    for width in WIDTHS:
        browser.open(page.path, width, 740)
        yield from too_wide(browser, f"{width} px")
        for share in (0, 0.5, 1):
            browser.run(f"scrollTo({{ top: document.documentElement.scrollHeight * {share}, behavior: 'instant' }})")
            browser.settle()
            if not browser.run(EDITION):
                yield f"{width} px: the edition cannot be seen at {share:.0%} of the page"
        control = browser.run("document.querySelector('button.open')?.click()")
        yield from too_wide(browser, f"{width} px, with the dialog open")
        if control is not None:
            browser.press("Escape")
    stuck = "[...document.querySelectorAll('.scroll:not(.fits)')].filter(region => region.tabIndex !== 0).length"
    if browser.run(stuck):
        yield "a region that scrolls cannot be reached with the keyboard"


# ---- tables

TABLES = """(() => {
  window.held = [...document.querySelectorAll("main table")].map(table => ({ table, rows: [...table.tBodies[0].rows] }));
  return held.map(({ table, rows }) => ({ id: table.closest(".block").id, filter: !!table.querySelector("input"),
    columns: table.tHead.rows[0].cells.length,
    rows: rows.map(row => ({ total: row.classList.contains("total"), cells: [...row.cells].map(cell =>
      ({ text: cell.textContent.trim(), value: cell.dataset.value ?? null, sign: !!cell.querySelector("abbr") })) })) }));
})()"""
ORDER = """(({ table, rows }) => ({ order: [...table.tBodies[0].rows].map(row => rows.indexOf(row)),
  sorts: [...table.tHead.rows[0].cells].map(cell => cell.getAttribute("aria-sort")) }))(held[%d])"""
RANKS = """(texts => { const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
  return texts.map(text => texts.filter(other => order.compare(other, text) < 0).length) })(%s)"""


def expected(browser, rows, column, direction):
    """The order asked for, worked out a second way."""
    cells = [row["cells"][column] for row in rows]
    if any(cell["value"] is not None for cell in cells):
        texts = [cell["value"] for cell in cells]
        try:
            ranks = [None if text is None else Decimal(text) for text in texts]
        except ArithmeticError:
            ranks = [rank if text else None for rank, text in zip(browser.run(RANKS % json.dumps([text or "" for text in texts])), texts)]
    else:
        found = browser.run(RANKS % json.dumps([cell["text"] for cell in cells]))
        ranks = [None if cell["sign"] or not cell["text"] else rank for cell, rank in zip(cells, found)]
    body = [at for at, row in enumerate(rows) if not row["total"]]
    full = sorted((at for at in body if ranks[at] is not None), key=lambda at: ranks[at] if direction == "ascending" else -ranks[at])
    return full + [at for at in body if ranks[at] is None] + [at for at, row in enumerate(rows) if row["total"]]


def press_heading(browser, number, column, by_key):
    heading = f"held[{number}].table.tHead.rows[0].cells[{column}].querySelector('button')"
    if browser.run(f"!{heading}"):
        return None
    if by_key:
        browser.run(f"{heading}.focus()")
        browser.press("Enter")
    else:
        browser.run(f"{heading}.click()")
    return browser.run(ORDER % number)


def sorting(page):
    """Every heading sorts up, down and back; cells without value come last, totals after them; the keyboard does, too."""
    browser = page.browser
    browser.open(page.path)
    for number, table in enumerate(browser.run(TABLES)):
        rows = table["rows"]
        if sum(not row["total"] for row in rows) < 2:
            continue
        for column in range(table["columns"]):
            for direction in ("ascending", "descending", None):
                where = f"{table['id']}, column {column + 1}, {direction or 'third press'}"
                state = press_heading(browser, number, column, by_key=column == 0)
                if state is None:
                    yield f"{where}: no button in the heading"
                    break
                wanted = expected(browser, rows, column, direction) if direction else list(range(len(rows)))
                if state["order"] != wanted:
                    yield f"{where}: rows {state['order']}, not {wanted}"
                if state["sorts"] != [direction if at == column else None for at in range(table["columns"])]:
                    yield f"{where}: aria-sort is {state['sorts']}"


def plain(text):
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if unicodedata.category(sign) != "Mn").lower()


SHOWN = """(({ table, rows }) => ({ shown: rows.map(row => row.checkVisibility()), said: table.querySelector("output").textContent,
  live: table.querySelector("output").matches("output, [aria-live=polite]"), marks: rows.map(row => getComputedStyle(row.cells[0], "::after").content) }))(held[%d])"""


def with_total(text):
    """The page with a total in its first long table: a page may have none, and the filter has to spare it."""
    for body in re.finditer(r"<tbody>.*?</tbody>", text, re.S):
        if body[0].count("<tr") > FILTER_FROM:
            last = body.start() + body[0].rindex("<tr")
            return text[:last] + '<tr class="total"' + text[text.index(">", last):]
    return text


def filtering(page):
    """A long table can be filtered and says how many rows are left; a total stays and is marked; paper has all rows."""
    browser = page.browser
    browser.open(page.altered(with_total(page.text)))
    for number, table in enumerate(browser.run(TABLES)):
        rows, where = table["rows"], f"{table['id']}, filter"
        body = [row for row in rows if not row["total"]]
        if table["filter"] != (len(body) >= FILTER_FROM):
            yield f"{where}: {'there' if table['filter'] else 'not there'} for {len(body)} rows"
        if not table["filter"]:
            continue
        texts = [plain(" ".join(cell["text"] for cell in row["cells"])) for row in rows]
        # A table of numbers alone has no words.
        words = re.findall(r"\w{3,}", " ".join(texts)) + re.findall(r"\d+[.,]\d+", " ".join(texts))
        # A word of all rows but the total's leaves every row, and there is nothing to mark.
        of_rows = [text for text, row in zip(texts, rows) if not row["total"]]
        word = next(word for word in words if 0 < sum(word in text for text in of_rows) < len(of_rows)).upper()
        wanted = [row["total"] or plain(word) in text for row, text in zip(rows, texts)]
        browser.run(f"held[{number}].table.querySelector('input').focus()")
        browser.type(word)
        state = browser.run(SHOWN % number)
        if state["shown"] != wanted:
            yield f"{where}: {word!r} shows {sum(state['shown'])} rows, not {sum(wanted)}"
        count = sum(shown for shown, row in zip(wanted, rows) if not row["total"])
        if not state["said"].startswith(f"{count} / {len(body)}") or not state["live"]:
            yield f"{where}: {word!r} is answered with {state['said']!r}"
        for row, mark in zip(rows, state["marks"]):
            if row["total"] and mark in ("none", ""):
                yield f"{where}: the total is not marked as that of all rows"
        browser.media("print")
        if not all(browser.run(SHOWN % number)["shown"]):
            yield f"{where}: paper does not have all rows"
        browser.media("")
        browser.run(f"held[{number}].table.querySelector('input').select()")
        browser.type("")
        browser.run("document.execCommand('delete')")
        if not all(browser.run(SHOWN % number)["shown"]):
            yield f"{where}: rows stay hidden when it is empty"


# ---- figures

BEHIND = """(() => { const dialog = document.querySelector("dialog"); return { open: dialog.open, modal: dialog.matches(":modal"),
  text: dialog.innerText, link: dialog.querySelector("a").getAttribute("href"), name: document.querySelector("#" + dialog.getAttribute("aria-labelledby"))?.textContent } })()"""


def figures(page):
    """A figure opens what is behind it, with the keyboard alone, and gets the focus back."""
    browser = page.browser
    browser.allow_copying()
    browser.open(page.path)
    if browser.run("document.querySelectorAll('main :is([data-trace], [data-definition])').length !== document.querySelectorAll('main td > button').length"):
        yield "a figure with a definition or a trace is not a button"
    tables = browser.run("""(() => { window.openable = [...document.querySelectorAll("main table")].filter(table => table.querySelector("td > button"));
      return openable.map(table => ({ id: table.closest(".block").id, stops: table.querySelectorAll("td > button[tabindex='0']").length,
        figures: table.querySelectorAll("td > button").length })) })()""")
    for number, table in enumerate(tables):
        where = table["id"]
        if table["stops"] != 1:
            yield f"{where}: {table['stops']} figures are stops of the Tab key"
        control = f"openable[{number}].querySelector('td > button')"
        browser.run(f"{control}.focus()")
        if table["figures"] > 1:
            ways = (("ArrowRight", "ArrowLeft"), ("ArrowDown", "ArrowUp"))
            moved = 0
            for there, back in ways:
                browser.press(there)
                moved += browser.run(f"document.activeElement !== {control}")
                browser.press(back)
            if not moved or not browser.run(f"document.activeElement === {control}"):
                yield f"{where}: the arrows do not lead to other figures and back"
        cell = browser.run(f"""(cell => ({{ ...cell.dataset, text: cell.textContent.trim(), row: cell.parentElement.cells[0].textContent.trim(),
          column: cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent.trim() }}))({control}.parentElement)""")
        browser.press("Enter")
        behind = browser.run(BEHIND)
        if not (behind["open"] and behind["modal"]):
            yield f"{where}: Enter opens no dialog"
            continue
        seen = " ".join(behind["text"].split())
        for part in ("trace", "text"):
            if " ".join(cell.get(part, "").split()) not in seen:
                yield f"{where}: the dialog lacks the {part} {cell[part]!r}"
        for part in ("row", "column"):
            if cell[part] not in (behind["name"] or ""):
                yield f"{where}: the dialog's name lacks the {part} {cell[part]!r}"
        if "definition" in cell and behind["link"] != f"#{cell['definition']}":
            yield f"{where}: the dialog leads to {behind['link']}, not to #{cell['definition']}"
        browser.press("Escape")
        if browser.run("document.querySelector('dialog').open"):
            yield f"{where}: Escape does not close the dialog"
        elif not browser.run(f"document.activeElement === {control}"):
            yield f"{where}: the focus does not come back to the figure"
    if tables:
        yield from dialog_controls(browser)


def dialog_controls(browser):
    browser.run("openable[0].querySelector('td > button').click()")
    browser.run("document.querySelector('dialog .copy').click()")
    said = browser.run("new Promise(done => setTimeout(() => done(document.querySelector('dialog output').textContent), 200))")
    wanted, trace = browser.run("[document.querySelector('template').dataset.copied, openable[0].querySelector('td:has(> button)').dataset.trace ?? null]")
    if trace and (said != wanted or browser.run("navigator.clipboard.readText()") != trace):
        yield f"the copy button does not copy the command: it says {said!r}"
    link = browser.run("document.querySelector('dialog a').getAttribute('href')")
    browser.run("document.querySelector('dialog a').click()")
    browser.settle()
    if browser.run("document.querySelector('dialog').open") or browser.run("location.hash") != link:
        yield "the link to the definition does not close the dialog and lead there"
    browser.run("openable[0].querySelector('td > button').click()")
    browser.run("document.querySelector('dialog .close').click()")
    if browser.run("document.querySelector('dialog').open"):
        yield "the close button does not close the dialog"


# ---- on paper, and for all readers


def paper(page):
    """No table is wider than A4; every sheet has the edition and its number; a long table repeats its headings."""
    browser = page.browser
    browser.open(page.path, PAPER)
    browser.media("print")
    for table in browser.run(f"[...document.querySelectorAll('main table')].filter(table => table.getBoundingClientRect().right > {PAPER} + 1).map(table => table.closest('.block').id)"):
        yield f"on paper: {table} is wider than the sheet"
    browser.media("")
    if not shutil.which("pdftotext"):
        return
    edition = " ".join(browser.run("document.querySelector('.edition').textContent").split())
    ends = browser.run("""[...document.querySelectorAll(".long table")].map(table => [table.tHead.rows[0].cells[0].textContent.trim(),
      [...table.tBodies[0].rows].at(-1).cells[0].textContent.trim(), table.tBodies[0].rows.length])""")
    for script in (True, False):
        browser.open(page.path, script=script)
        file = Path(browser.folder.name) / "page.pdf"
        browser.pdf(file)
        text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True).stdout.decode()
        sheets = [" ".join(sheet.split()) for sheet in text.split("\f")[:-1]]
        for number, sheet in enumerate(sheets, 1):
            if edition not in sheet[-len(edition) - 40:]:
                yield f"sheet {number} of {len(sheets)} lacks the edition"
            if f"{number} / {len(sheets)}" not in sheet[-20:]:
                yield f"sheet {number} of {len(sheets)} lacks its number"
            if re.search(r"file:/|https?:/", sheet):
                yield f"sheet {number} of {len(sheets)} shows an address"
        for heading, _, count in ends:
            if sum(heading in sheet for sheet in sheets) < 2 and count > 60:
                yield f"on paper{'' if script else ' without script'}: the headings of the table with {heading!r} are not repeated"


def access(page):
    """axe-core finds nothing serious or critical: light and dark, wide and narrow, sorted and filtered, in the dialog."""
    if not page.axe:
        return
    browser = page.browser
    for dark in (False, True):
        for width in (1280, 360):
            where = f"axe, {'dark' if dark else 'light'}, {width} px"
            browser.open(page.path, width, dark=dark)
            if browser.run("matchMedia('(prefers-color-scheme: dark)').matches") != dark:
                yield f"{where}: the browser did not take the scheme"
            browser.run(page.axe + ";1")
            yield from violations(browser, where, "document")
            browser.run("document.querySelector('th button')?.click()")
            browser.run("(field => { if (field) { field.value = 'a'; field.dispatchEvent(new Event('input')) } })(document.querySelector('main input'))")
            browser.run("document.querySelector('td > button')?.click()")
            yield from violations(browser, f"{where}, dialog", "document.querySelector('dialog') ?? document")


def violations(browser, where, context):
    found = browser.run(f"""axe.run({context}, {{ resultTypes: ["violations"] }}).then(({{ violations }}) => violations.map(
      ({{ id, impact, help, nodes }}) => ({{ id, impact, help, count: nodes.length, first: nodes[0].html.slice(0, 120) }})))""")
    for violation in found:
        if violation["impact"] in ("serious", "critical"):
            yield f"{where}: {violation['id']} ({violation['impact']}), {violation['count']} times: {violation['help']}: {violation['first']}"


CHECKS = (written, network, without_script, links, widths, sorting, filtering, figures, paper, access)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--axe", type=Path, help="axe.min.js of axe-core")
    options.add_argument("--chromium", default="chromium")
    options.add_argument("pages", nargs="+", type=Path, metavar="PAGE.html")
    given = options.parse_args()
    axe = given.axe.read_text(encoding="utf-8") if given.axe else None
    if not axe:
        print("not checked: accessibility, for want of --axe", file=sys.stderr)
    if not shutil.which("pdftotext"):
        print("not checked: text on paper, for want of pdftotext", file=sys.stderr)
    failed = 0
    with Browser(given.chromium) as browser:
        for path in given.pages:
            page = Page(path, browser, axe)
            for check in CHECKS:
                for complaint in check(page):
                    failed += 1
                    print(f"{path}: {check.__name__}: {complaint}")
    print(f"{len(given.pages)} pages, {len(CHECKS)} checks each, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
