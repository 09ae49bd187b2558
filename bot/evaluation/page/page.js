// Filters and sorts the questions, opens the one an address names, shows a passage where it was found, saves the record.
// Everything it shows is in the page already.
"use strict";
(() => {
  const list = document.getElementById("list");
  const filters = document.getElementById("filters");
  const sorting = document.getElementById("sorting");
  const count = document.getElementById("count");
  const download = document.getElementById("download");
  const rows = [...list.children];
  const numeric = new Set(["place", "sure", "ms"]);
  const verdicts = ["right", "partly", "wrong", "declined", "failed", "unscored"];
  let order = { key: "place", falling: false };

  for (const control of [filters, sorting, download]) control.hidden = false;
  document.getElementById("scriptless").hidden = true;

  // Letters without case and accents: "Général" is found by "general".
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const searched = new Map();
  const wordsOf = (row) => {
    if (!searched.has(row)) {
      const parts = row.querySelectorAll(".no, .asked, .before, .answer");
      searched.set(row, plain([...parts].map((part) => part.textContent).join(" ")));
    }
    return searched.get(row);
  };

  // The filters that are set, as the address keeps them: words=haftar&verdict=wrong.
  const chosen = () => new URLSearchParams([...new FormData(filters)].filter(([, value]) => value.trim()));

  function filter() {
    const asked = chosen();
    const words = plain(asked.get("words") ?? "").split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits =
        ["kind", "lang", "part", "verdict"].every((name) => !asked.has(name) || row.dataset[name] === asked.get(name)) &&
        (!asked.has("flipped") || "flipped" in row.dataset) &&
        (!words.length || words.every((word) => wordsOf(row).includes(word)));
      row.hidden = !fits;
      shown += fits;
    }
    tell(shown);
  }

  function tell(shown = rows.filter((row) => !row.hidden).length) {
    const all = `${rows.length.toLocaleString("en")} question${rows.length === 1 ? "" : "s"}`;
    const button = sorting.querySelector('[aria-pressed="true"]');
    const sorted = order.key === "place" && !order.falling
      ? ""
      : `, sorted by ${button.firstChild.textContent.toLowerCase()}, ${order.falling ? "falling" : "rising"}`;
    count.textContent = (shown === rows.length ? all : `${shown.toLocaleString("en")} of ${all}`) + sorted;
  }

  function changed() {
    filter();
    const address = chosen().toString();
    history.replaceState(null, "", address ? `#${address}` : "#questions");
  }

  // Questions of which the key is not known come last, whichever way they are sorted.
  function sort() {
    const { key, falling } = order;
    const value = (row) => {
      if (key === "verdict") return verdicts.indexOf(row.dataset.verdict);
      if (key === "question") return row.querySelector(".asked").textContent;
      const known = row.dataset[key];
      return known === "" ? null : numeric.has(key) ? Number(known) : known;
    };
    const texts = new Intl.Collator(["en", "fr"]);
    const compare = (a, b) => (typeof a === "string" ? texts.compare(a, b) : a - b);
    const keyed = rows.map((row) => [value(row), Number(row.dataset.place), row]);
    keyed.sort(([a, first], [b, second]) => {
      if (a === null || b === null) return (a === null) - (b === null) || first - second;
      return (falling ? -compare(a, b) : compare(a, b)) || first - second;
    });
    list.append(...keyed.map(([, , row]) => row));
    for (const button of sorting.children) {
      const current = button.dataset.key === key;
      button.setAttribute("aria-pressed", current);
      button.querySelector(".arrow").textContent = current ? (falling ? "▼" : "▲") : "";
    }
    tell();
  }

  // #q001 opens that question, also where a filter hides it; #kind=dated&verdict=wrong sets the filters.
  function follow() {
    const name = decodeURIComponent(location.hash.slice(1));
    if (name.includes("=")) {
      const asked = new URLSearchParams(location.hash.slice(1));
      for (const control of filters.elements) {
        if (control.type === "checkbox") control.checked = asked.has(control.name);
        else if (control.name) control.value = asked.get(control.name) ?? "";
      }
      filter();
      return;
    }
    const target = document.getElementById(name);
    const row = target?.closest(".question");
    if (!row) return;
    if (row.hidden) {
      filters.reset();
      filter();
    }
    const details = row.firstElementChild;
    details.open = true;
    const whole = target.classList.contains("opened");
    (whole ? row : target).scrollIntoView();
    if (whole) details.firstElementChild.focus({ preventScroll: true });
  }

  // A link to a passage at the end of the page becomes a button that shows it here.
  function passagesHere(row) {
    for (const link of row.querySelectorAll(".hits a")) {
      const button = document.createElement("button");
      const source = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      button.type = "button";
      button.className = "look";
      button.textContent = link.textContent;
      button.setAttribute("aria-expanded", "false");
      button.addEventListener("click", () => {
        const shown = button.parentElement.querySelector("blockquote");
        if (shown) shown.remove();
        else button.parentElement.append(source.querySelector("blockquote").cloneNode(true));
        button.setAttribute("aria-expanded", String(!shown));
      });
      link.replaceWith(button);
    }
  }

  // The record is in the page as gzipped JSON in base 64.
  async function save() {
    const packed = Uint8Array.from(atob(document.getElementById("embedded").textContent), (byte) => byte.charCodeAt(0));
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await new Response(unpacked, { headers: { "Content-Type": "application/json" } }).blob());
    link.download = "evaluation.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  filters.addEventListener("input", changed);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(changed));
  sorting.addEventListener("click", (event) => {
    const key = event.target.closest("button")?.dataset.key;
    if (!key) return;
    order = { key, falling: order.key === key && !order.falling };
    sort();
  });
  list.addEventListener("toggle", (event) => {
    const row = event.target.closest(".question");
    if (row && event.target.open) passagesHere(row);
  }, true);
  download.addEventListener("click", save);
  addEventListener("hashchange", follow);
  follow();
})();
