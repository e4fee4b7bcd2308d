"use strict";
// What a page does beyond showing itself; all of it stands there without this script, too.
// Shows the title of a mark at once, beside the pointer or finger; without this script the browser shows it after a moment.
(() => {
  const tip = document.createElement("div");
  tip.className = "tooltip";
  tip.hidden = true;
  document.body.append(tip);
  for (const mark of document.querySelectorAll("svg .tip")) {
    const title = mark.querySelector(":scope > title");
    if (!title) continue;
    mark.dataset.tip = title.textContent;
    title.remove();
  }
  const show = (event) => {
    const mark = event.target instanceof Element ? event.target.closest("svg .tip") : null;
    tip.hidden = !mark;
    if (!mark) return;
    tip.textContent = mark.dataset.tip;
    const room = document.documentElement.clientWidth - tip.offsetWidth - 12;
    tip.style.left = `${window.scrollX + Math.max(8, Math.min(event.clientX + 14, room))}px`;
    tip.style.top = `${window.scrollY + event.clientY + 18}px`;
  };
  document.addEventListener("pointermove", show);
  document.addEventListener("pointerdown", show);
  document.addEventListener("pointerleave", () => { tip.hidden = true; });
  // what is folded on screen is open on paper
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((one) => { one.open = true; });
  });
  window.addEventListener("afterprint", () => folded.forEach((one) => { one.open = false; }));
})();
// The head of a column is a button that sorts its table: up, then down. What has no number stays below.
(() => {
  const key = (row, place) => {
    const cell = row.cells[place];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
  };
  const compare = (one, other) => {
    if (typeof one === "number" && typeof other === "number") return one - other;
    return typeof one === typeof other ? one.localeCompare(other, undefined, { numeric: true }) : 0;
  };
  const sort = (head) => {
    const rows = [...head.closest("table").tBodies[0].rows];
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const place = head.cellIndex, numbers = head.classList.contains("n");
    const last = (row) => (numbers ? typeof key(row, place) !== "number" : key(row, place) === "");
    rows.sort((a, b) => last(a) - last(b) || (down ? -1 : 1) * compare(key(a, place), key(b, place)));
    rows[0]?.parentElement.append(...rows);
  };
  for (const head of document.querySelectorAll("thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head));
    head.append(button);
  }
})();
