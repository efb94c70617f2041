// What concerns everybody, above the list: what happened, how many customers, and what to say when one of them calls.
import { freshId, h, words } from "../base/dom.js";
import { number } from "../base/format.js";
import { known, language, t } from "../words/words.js";

// Agents are told of what customers feel; what is wrong with our own feeds concerns them only when it keeps calls back.
function concerns(incident) {
  return incident.state === "open" && (incident.briefing.length > 0 || incident.calls_held > 0);
}

// In the language of the page, or in the one there is.
export function briefingOf(incident) {
  return incident.briefing.find((text) => text.language === language()) ?? incident.briefing[0] ?? null;
}

export function incidentTitle(incident) {
  return t("incident.title", { kind: known("incident.kind", incident.kind), about: incident.about });
}

export class Incidents {
  element = h("section", { class: "incidents", tabindex: "0" });
  #all = new Map();

  load(incidents) {
    this.#all = new Map(incidents.map((incident) => [incident.incident, incident]));
    this.draw();
  }

  take(name, incident) {
    this.#all.set(incident.incident, incident);
    this.draw();
  }

  draw() {
    const open = [...this.#all.values()].filter(concerns).sort((a, b) => Date.parse(b.since) - Date.parse(a.since));
    this.element.hidden = open.length === 0;
    this.element.setAttribute("aria-label", t("incident.region"));
    this.element.replaceChildren(...open.map((incident) => {
      const id = freshId("incident");
      const briefing = briefingOf(incident);
      return h("article", { class: "incident", "aria-labelledby": id },
        h("h2", { id }, incidentTitle(incident)),
        briefing ? words(briefing, "p", { class: "briefing" }) : null,
        h("p", { class: "small" }, t("incident.counts", {
          customers: t("count.customers", { n: incident.customers, shown: number(incident.customers) }),
          calls: t("count.calls_held", { n: incident.calls_held, shown: number(incident.calls_held) }),
        })));
    }));
  }
}
