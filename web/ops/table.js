// A plain table that scrolls by itself when it is wider than the page.
import { h } from "../base/dom.js";

// `columns`: [[heading, isNumber]], `rows`: arrays of cells, the first of which names its row.
export function table(caption, columns, rows) {
  return h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": caption },
    h("table", { class: "figures" },
      h("caption", { class: "unseen" }, caption),
      h("thead", {}, h("tr", {}, columns.map(([heading, isNumber]) => h("th", { scope: "col", class: isNumber ? "number" : null }, heading)))),
      h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell, place) => place === 0
        ? h("th", { scope: "row" }, cell)
        : h("td", { class: columns[place][1] ? "number" : null }, cell)))))));
}
