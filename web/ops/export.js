// The list as a file for a dialer. A plain form: it works as a link does.
import { h } from "../base/dom.js";
import { t } from "../words/words.js";

export function drawExport(app) {
  const { tenants } = app.session;
  const pick = (name, options) => h("select", { name }, options.map(([value, text]) => h("option", { value }, text)));
  return h("form", { class: "filters", method: "get", action: "/v1/calls.csv" },
    h("label", {}, t("export.format"), pick("map", [["vicidial", "VICIdial"], ["genesys", "Genesys Cloud"],
      ["connect", "Amazon Connect"], ["premura", "Premura"]])),
    h("label", {}, t("export.profile"), pick("profile", [["dialer", t("export.dialer")], ["spreadsheet", t("export.spreadsheet")]])),
    tenants.length > 1 ? h("label", {}, t("list.tenant"), pick("tenant", tenants.map(({ tenant, brand }) => [tenant, brand]))) : null,
    h("button", { type: "submit" }, t("export.download")));
}
