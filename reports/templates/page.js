// The page is whole without this script. It adds what paper cannot do: sort and filter tables, and open what is
// behind a figure. Every word it shows comes from the page's template "parts".
(() => {
  "use strict";
  const parts = document.getElementById("parts");
  const words = parts.dataset;
  const part = (selector) => parts.content.querySelector(selector).cloneNode(true);
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const wide = matchMedia("(min-width: 72rem)");
  const FILTER_FROM = 9;

  const isTotal = (row) => row.classList.contains("total");
  const plain = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();

  function button(className, holder) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = className;
    made.append(...holder.childNodes);
    holder.append(made);
    return made;
  }

  // ---- sorting

  /** What a cell is sorted by; null sorts last. A text column has no values, its cells are sorted by what they show. */
  function keys(rows, column) {
    const cells = rows.map((row) => row.cells[column]);
    const byValue = cells.some((cell) => "value" in cell.dataset);
    const shown = (cell) => (cell.querySelector("abbr") ? null : cell.textContent.trim() || null);
    const found = cells.map((cell) => (byValue ? cell.dataset.value ?? null : shown(cell)));
    const areNumbers = found.every((key) => key === null || Number.isFinite(Number(key)));
    return new Map(rows.map((row, at) => [row, areNumbers && found[at] !== null ? Number(found[at]) : found[at]]));
  }

  function sorted(rows, column, direction) {
    const key = keys(rows, column);
    const compare = (a, b) => (typeof a === "number" ? a - b : collator.compare(a, b));
    return [...rows].sort((first, second) => {
      const [a, b] = [key.get(first), key.get(second)];
      if (a === null || b === null) return (a === null) - (b === null);
      return direction === "descending" ? compare(b, a) : compare(a, b);
    });
  }

  function makeSortable(table) {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const rows = original.filter((row) => !isTotal(row));
    if (rows.length < 2) return;
    const headings = [...table.tHead.rows[0].cells];
    const next = { ascending: "descending", descending: null };
    headings.forEach((heading, column) => {
      const control = button("sort", heading);
      control.title = `${words.sort} ${control.textContent}`;
      control.addEventListener("click", () => {
        const now = heading.getAttribute("aria-sort");
        const direction = now ? next[now] : "ascending";
        headings.forEach((other) => other.removeAttribute("aria-sort"));
        if (direction) heading.setAttribute("aria-sort", direction);
        body.append(...(direction ? [...sorted(rows, column, direction), ...original.filter(isTotal)] : original));
      });
    });
  }

  // ---- filtering

  function makeFilterable(table) {
    const body = table.tBodies[0];
    const rows = [...body.rows].filter((row) => !isTotal(row));
    if (rows.length < FILTER_FROM) return;
    const texts = rows.map((row) => plain([...row.cells].map((cell) => cell.textContent).join(" ")));
    const line = part(".filter");
    const [field, count] = [line.querySelector("input"), line.querySelector("output")];
    table.caption.firstElementChild.append(line);
    // A total is not hidden, for it is what the rows left are a share of; it is marked as standing for all rows.
    [...body.rows].filter(isTotal).forEach((row) => { row.cells[0].dataset.all = words.all; });
    field.addEventListener("input", () => {
      const wanted = plain(field.value).split(/\s+/).filter(Boolean);
      rows.forEach((row, at) => row.classList.toggle("away", !wanted.every((word) => texts[at].includes(word))));
      const left = rows.filter((row) => !row.classList.contains("away")).length;
      table.classList.toggle("filtered", left < rows.length);
      count.textContent = wanted.length ? `${left} / ${rows.length} ${words.rows}` : "";
      rove(table);
    });
  }

  // ---- what is behind a figure

  const dialog = part("dialog");
  const slot = (selector) => dialog.querySelector(selector);

  function openBehind(control) {
    const cell = control.parentElement;
    const { row, table, column } = place(cell);
    const before = [...row.cells].slice(0, column).filter((other) => !other.classList.contains("figure"));
    const fill = (selector, text) => {
      slot(selector).textContent = text;
      slot(selector).hidden = !text;
    };
    fill(".table", table.caption.querySelector("h3").textContent);
    fill("h2", [...before, table.tHead.rows[0].cells[column]].map((other) => other.textContent.trim()).join(" – "));
    fill(".value", cell.textContent.trim());
    fill(".reason", cell.querySelector("abbr")?.title ?? "");

    const target = cell.dataset.definition && document.getElementById(cell.dataset.definition);
    slot(".definition").hidden = !target;
    if (target) {
      slot(".link").textContent = target.querySelector("h3").textContent;
      slot(".link").setAttribute("href", `#${target.id}`);
      fill(".text", target.querySelector("p").textContent);
    }
    slot(".trace").hidden = !cell.dataset.trace;
    slot("code").textContent = cell.dataset.trace ?? "";
    slot(".trace output").textContent = "";
    // Not every browser focuses a button that is clicked; the dialog gives the focus back to what had it.
    control.focus({ preventScroll: true });
    dialog.showModal();
  }

  async function copyTrace() {
    getSelection().selectAllChildren(slot("code"));
    try {
      await navigator.clipboard.writeText(slot("code").textContent);
      slot(".trace output").textContent = words.copied;
    } catch {
      // A browser may forbid copying: the command stays selected, for the reader's own keys.
    }
  }

  function place(cell) {
    return { row: cell.parentElement, table: cell.closest("table"), column: cell.cellIndex };
  }

  const shownRows = (table) => [...table.tBodies[0].rows].filter((row) => !row.classList.contains("away"));

  /** One figure of a table is a stop of the Tab key; the arrows go to the others. Hundreds of stops would be a wall. */
  function rove(table, chosen = null) {
    const controls = [...table.querySelectorAll("button.open")];
    const current = chosen ?? controls.find((control) => control.tabIndex === 0);
    const kept = current && !current.closest(".away") ? current : controls.find((control) => !control.closest(".away"));
    controls.forEach((control) => { control.tabIndex = control === kept ? 0 : -1; });
  }

  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  function walk(event) {
    const step = STEPS[event.key];
    const control = event.target.closest("button.open");
    if (!step || !control || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { row, table, column } = place(control.parentElement);
    const rows = shownRows(table);
    let [at, across] = [rows.indexOf(row), column];
    let found = null;
    do {
      [at, across] = [at + step[0], across + step[1]];
      found = rows[at]?.cells[across]?.querySelector("button.open");
    } while (!found && rows[at]?.cells[across]);
    found?.focus();
  }

  function makeOpenable(table) {
    const cells = table.querySelectorAll("td[data-definition], td[data-trace]");
    cells.forEach((cell) => button("open", cell).setAttribute("aria-haspopup", "dialog"));
    if (!cells.length) return;
    rove(table);
    table.addEventListener("click", (event) => {
      const control = event.target.closest("button.open");
      if (control) openBehind(control);
    });
    table.addEventListener("focusin", (event) => {
      if (event.target.matches("button.open")) rove(table, event.target);
    });
    table.addEventListener("keydown", walk);
  }

  // ---- the page

  /** A region that does not scroll is no stop of the Tab key, and its headings can stay in view. */
  function watchWidths() {
    const watcher = new ResizeObserver((entries) => entries.forEach(({ target }) => {
      const fits = target.firstElementChild.getBoundingClientRect().width <= target.clientWidth + 1;
      target.classList.toggle("fits", fits);
      target.classList.toggle("wide", !fits);
      if (fits) target.removeAttribute("tabindex");
      else target.tabIndex = 0;
    }));
    document.querySelectorAll(".scroll").forEach((region) => watcher.observe(region));
    const bar = document.querySelector(".edition");
    const stick = () => document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`);
    new ResizeObserver(stick).observe(bar);
  }

  /** Marks in the contents where the reader is. */
  function followReader() {
    const contents = document.getElementById("contents");
    const links = new Map([...contents.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
    const watcher = new IntersectionObserver((entries) => {
      const entered = entries.filter((entry) => entry.isIntersecting).at(-1);
      if (!entered) return;
      links.forEach((link) => link.removeAttribute("aria-current"));
      const link = links.get(entered.target.id);
      link.setAttribute("aria-current", "location");
      if (wide.matches) contents.scrollTop = link.offsetTop - contents.clientHeight / 2;
    }, { rootMargin: "-15% 0px -80% 0px" });
    links.forEach((_, id) => watcher.observe(document.getElementById(id)));
  }

  /** Beside the text the contents are open; above it they would hide the summary. */
  function foldContents() {
    const fold = () => { document.querySelector("#contents details").open = wide.matches; };
    wide.addEventListener("change", fold);
    fold();
  }

  document.querySelectorAll("main table").forEach((table) => {
    makeOpenable(table);
    makeSortable(table);
    makeFilterable(table);
  });
  if (document.querySelector("button.open")) {
    document.querySelector("main section").append(part(".help"));
    document.body.append(dialog);
    slot(".copy").addEventListener("click", copyTrace);
    slot(".close").addEventListener("click", () => dialog.close());
    slot(".link").addEventListener("click", () => dialog.close());
  }
  watchWidths();
  followReader();
  foldContents();
})();
