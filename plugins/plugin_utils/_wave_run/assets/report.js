// Copyright (c) 2026 sfb.teams_upgrade contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
"use strict";
// The table of users: sorts, filters, keeps both in the address, and exports what is filtered. All values become text nodes.
(() => {
  const { columns, shown, words, rows, total, file } = JSON.parse(document.getElementById("data").textContent);
  const AT_ONCE = 100; // rows that are drawn at first, and with each "Show more"
  const CHOICES = 40; // a column with up to so many values, of up to so many letters, is filtered by one of them, others by a part of their text
  const [form, found, table, more] = ["filters", "found", "table", "more"].map((id) => document.getElementById(id));
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const statuses = Object.keys(words);
  const statusAt = columns.indexOf("status");
  let matching = rows;
  let drawn = 0;

  const make = (tag, text, attributes = {}) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const labelled = (name) => name.replaceAll("_", " ");
  const textOf = (row, column) => {
    const sided = column.of.length > 1 && column.name !== "why";
    const parts = column.of.map((at) => row[at] && (sided ? `${labelled(columns[at]).replace(`${column.name} `, "")}: ${row[at]}` : row[at]));
    return parts.filter(Boolean).join(sided ? ", " : " ");
  };
  // What is searched, in small letters: a text for each column that is shown, and all of them.
  const texts = rows.map((row) => shown.map((column) => textOf(row, column).toLowerCase()));
  const wholes = texts.map((each, at) => `${each.join("\n")}\n${words[rows[at][statusAt]].toLowerCase()}`);
  const place = new Map(rows.map((row, at) => [row, at]));

  const valuesOf = (column) => {
    const values = column.of.length === 1 && column.name !== "user" ? new Set(rows.map((row) => row[column.of[0]])) : [];
    const found = [...values].filter(Boolean);
    return found.length <= CHOICES && found.every((value) => value.length <= CHOICES) ? found : [];
  };
  const byChoice = new Map();

  function field(name, label, values) {
    const holder = make("label", label);
    const input = values ? make("select", "", { name }) : make("input", "", { name, type: "search", autocomplete: "off", spellcheck: "false" });
    for (const [value, text] of values || []) input.append(make("option", text, { value }));
    holder.append(input);
    form.append(holder);
    return holder;
  }
  function makeForm() {
    field("q", "Search in all columns").className = "all";
    shown.forEach((column, at) => {
      const values = valuesOf(column);
      if (values.length) byChoice.set(column.name, at);
      values.sort(column.name === "status" ? (one, other) => statuses.indexOf(one) - statuses.indexOf(other) : collator.compare);
      const choices = [["", "all"], ...values.map((value) => [value, column.name === "status" ? words[value] : value])];
      field(column.name, column.label, values.length ? choices : null);
    });
    const orders = shown.flatMap(({ name, label }) => [[name, label], [`-${name}`, `${label}, from the end`]]);
    field("sort", "Sort by", [["", "need of attention"], ...orders]);
    const buttons = make("div", "", { class: "buttons all" });
    for (const [id, text] of [["export", "Export what is filtered as CSV"], ["clear", "Clear the filters"]]) buttons.append(make("button", text, { type: "button", id }));
    form.append(buttons);
    form.hidden = table.hidden = false;
  }
  function makeHead() {
    const row = make("tr", "", { role: "row" });
    for (const { name, label } of shown) {
      const cell = make("th", "", { scope: "col", role: "columnheader", class: name, "data-name": name });
      cell.append(make("button", label, { type: "button" }));
      row.append(cell);
    }
    const head = make("thead", "", { role: "rowgroup" });
    head.append(row);
    table.append(head, make("tbody", "", { role: "rowgroup" }));
  }
  function drawnRow(row) {
    const line = make("tr", "", { role: "row" });
    for (const column of shown) {
      const text = textOf(row, column);
      const first = column.name === "user";
      const cell = make(first ? "th" : "td", "", first ? { scope: "row", role: "rowheader", class: "user" } : { role: "cell", class: column.name });
      if (!first && text) cell.dataset.label = column.label;
      if (column.name === "status") cell.append(make("span", words[text], { class: `o ${text}` }));
      else if (text) cell.append(make("bdi", text));
      line.append(cell);
    }
    return line;
  }
  function draw(many) {
    const part = document.createDocumentFragment();
    for (const row of matching.slice(drawn, drawn + many)) part.append(drawnRow(row));
    table.tBodies[0].append(part);
    drawn = Math.min(matching.length, drawn + many);
    more.hidden = drawn >= matching.length;
    more.textContent = `Show more (${(matching.length - drawn).toLocaleString("en")} are not shown yet)`;
  }

  const wanted = () => Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
  function filtered({ q, sort: _sort, ...others }) {
    const search = q && q.toLowerCase();
    const tests = Object.entries(others).map(([name, value]) => {
      const at = shown.findIndex((column) => column.name === name);
      if (byChoice.has(name)) return (index) => rows[index][shown[at].of[0]] === value;
      return (index) => texts[index][at].includes(value.toLowerCase());
    });
    return rows.filter((_row, index) => (!search || wholes[index].includes(search)) && tests.every((test) => test(index)));
  }
  function sorted(list, sort = "") {
    const sign = sort.startsWith("-") ? -1 : 1;
    const at = shown.findIndex((column) => column.name === sort.replace(/^-/, ""));
    if (at < 0) return list;
    const value = (row) => texts[place.get(row)][at];
    const compare = shown[at].name === "status" ? (one, other) => statuses.indexOf(one) - statuses.indexOf(other) : collator.compare;
    return [...list].sort((one, other) => sign * compare(value(one), value(other)));
  }
  function show() {
    const chosen = wanted();
    matching = sorted(filtered(chosen), chosen.sort);
    const name = (chosen.sort || "").replace(/^-/, "");
    for (const cell of table.tHead.rows[0].cells) {
      if (cell.dataset.name === name) cell.setAttribute("aria-sort", chosen.sort.startsWith("-") ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    table.tBodies[0].replaceChildren();
    drawn = 0;
    draw(AT_ONCE);
    found.textContent = `${matching.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} ${rows.length < total ? "listed " : ""}users`;
    return chosen;
  }
  function keep() {
    const address = new URLSearchParams(show()).toString();
    history.replaceState(null, "", `#${address || "users"}`);
  }
  // What a link in the page or a kept address asks for. Without "=", it is the name of a section.
  function follow() {
    const asked = location.hash.slice(1);
    if (asked && !asked.includes("=")) return;
    const given = new URLSearchParams(asked);
    for (const input of form.elements) {
      if (!input.name) continue;
      const value = given.get(input.name) || "";
      if (value && input.options && ![...input.options].some((option) => option.value === value)) input.append(make("option", value, { value }));
      input.value = value;
    }
    show();
    if (asked) document.getElementById("users").scrollIntoView();
  }
  // As the CSV file beside the page is written: a text that a spreadsheet would take for a formula gets an apostrophe.
  const FORMULA = /((?:^|[;\t\r\n])[\s"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g;
  const cellOf = (value) => {
    const text = value.replace(FORMULA, "$1'");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  function download() {
    const lines = [columns, ...matching].map((row) => row.map(cellOf).join(","));
    const address = URL.createObjectURL(new Blob([`\ufeff${lines.join("\n")}\n`], { type: "text/csv" }));
    make("a", "", { href: address, download: file }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }
  // On paper, everything that is filtered is there, and every reason is open.
  function unfold() {
    draw(matching.length);
    for (const details of document.querySelectorAll("details:not([open])")) {
      details.dataset.folded = "yes";
      details.open = true;
    }
  }
  function fold() {
    for (const details of document.querySelectorAll("details[data-folded]")) {
      delete details.dataset.folded;
      details.open = false;
    }
  }

  makeForm();
  makeHead();
  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("export").addEventListener("click", download);
  document.getElementById("clear").addEventListener("click", () => { form.reset(); keep(); form.elements.q.focus(); });
  more.addEventListener("click", () => draw(AT_ONCE));
  table.tHead.addEventListener("click", (event) => {
    const cell = event.target.closest("th");
    if (!cell) return;
    form.elements.sort.value = cell.getAttribute("aria-sort") === "ascending" ? `-${cell.dataset.name}` : cell.dataset.name;
    keep();
  });
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", unfold);
  addEventListener("afterprint", fold);
  show();
  follow();
})();
