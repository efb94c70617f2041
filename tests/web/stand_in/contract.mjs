// docs/openapi.yaml as a judge: what the stand-in takes and answers must be as written there, with nothing more and nothing
// less. So the page cannot come to rely on something that the daemon need not give.
import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";

const file = new URL("../../../docs/openapi.yaml", import.meta.url);
export const document = parse(readFileSync(file, "utf8"));

const pointer = (...parts) => parts.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

function lookUp(reference) {
  return reference.slice(2).split("/").reduce((node, part) => node[part.replaceAll("~1", "/").replaceAll("~0", "~")], document);
}

// Objects may hold only what is written down. A part of an `allOf` does not know its siblings: there the whole is closed.
function closed(whole) {
  const parts = new Set();
  const visit = (node, enter) => {
    if (node === null || typeof node !== "object") return;
    enter(node);
    for (const child of Object.values(node)) visit(child, enter);
  };
  visit(whole, (node) => {
    for (const part of node.allOf ?? []) parts.add(part.$ref ? lookUp(part.$ref) : part);
  });
  visit(whole, (node) => {
    const isObject = node.type === "object" && node.properties || Array.isArray(node.allOf);
    if (isObject && !parts.has(node)) node.unevaluatedProperties = false;
  });
  return whole;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(closed(document), "contract");

// "/v1/calls/T1/claim" → "/v1/calls/{task}/claim": the written path with the fewest blanks.
export function pathOf(path) {
  const fits = (template) => new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`).test(path);
  return Object.keys(document.paths).filter(fits).sort((a, b) => a.split("{").length - b.split("{").length)[0] ?? null;
}

function complaints(schema, value) {
  const validate = ajv.getSchema(`contract#${schema}`);
  if (validate(value)) return [];
  return validate.errors.map(({ instancePath, message, params }) =>
    `${instancePath || "/"} ${message} ${params.unevaluatedProperty ?? params.additionalProperty ?? ""}`.trim());
}

// What is wrong with the body of a request; [] when nothing is.
export function requestComplaints(method, path, body) {
  const operation = document.paths[path][method.toLowerCase()];
  if (operation.requestBody === undefined) return body === undefined ? [] : ["no body is taken here"];
  if (body === undefined) return ["a JSON body is needed"];
  return complaints(pointer("paths", path, method.toLowerCase(), "requestBody", "content", "application/json", "schema"), body);
}

// What is wrong with an answer.
export function answerComplaints(method, path, status, type, body) {
  const responses = document.paths[path]?.[method.toLowerCase()]?.responses;
  const response = responses?.[String(status)];
  if (response === undefined) return [`${method} ${path} does not answer ${status}`];
  const at = response.$ref ? response.$ref.slice(1) : pointer("paths", path, method.toLowerCase(), "responses", status);
  const content = (response.$ref ? lookUp(response.$ref) : response).content;
  if (content === undefined) return body === undefined ? [] : [`${method} ${path} ${status} has no body`];
  if (content[type] === undefined) return [`${method} ${path} ${status} is not ${type}`];
  return type.endsWith("json") ? complaints(`${at}${pointer("content", type, "schema")}`, body) : [];
}

const event_schemas = {
  "call.opened": "CallRow", "call.changed": "CallRow", "call.claimed": "CallClaimed", "call.withdrawn": "CallWithdrawn",
  "incident.opened": "Incident", "incident.changed": "Incident", "incident.closed": "Incident", "ops.rules": "OpsChanged",
  "ops.held": "OpsChanged", "ops.feeds": "OpsChanged", "ops.effect": "OpsChanged", "session.ended": null, missed: null,
};

export function eventComplaints(name, data) {
  if (!Object.hasOwn(event_schemas, name)) return [`there is no event ${name}`];
  return event_schemas[name] === null ? [] : complaints(pointer("components", "schemas", event_schemas[name]), data);
}
