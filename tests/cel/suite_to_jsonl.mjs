// Writes the conformance suite of the expression language as JSON Lines, one test a line:
//   {"file", "section", "name", "expr", "bindings": {name: tagged value}, "container",
//    "disable_check", "needs": ["uint", ...], "expect": {"value": tagged} or {"error": [texts]}}
// Tagged values keep their types: {"int": "1"}, {"list": [...]}, {"map": [[key, value], ...]}.
// Tests that need protobuf messages, and those that look at the checker's output, are left out.
//   node suite_to_jsonl.mjs FOLDER_OF_CEL_SPEC > suite.jsonl
import { pathToFileURL } from "node:url";
import path from "node:path";

const folder = path.resolve(process.argv[2]);
const { tests } = await import(
  pathToFileURL(path.join(folder, "dist/esm/testdata/conformance.js")).href
);

const messageFiles = new Set(
  "dynamic enums proto2 proto2_ext proto3 wrappers unknowns type_deductions".split(" "),
);
const wellKnown = "type.googleapis.com/google.protobuf.";

class NeedsMessages extends Error {}

function tagged(value) {
  const [[kind, content]] = Object.entries(value);
  switch (kind) {
    case "nullValue":
      return { null: null };
    case "boolValue":
      return { bool: content };
    case "int64Value":
      return { int: String(content) };
    case "uint64Value":
      return { uint: String(content) };
    case "doubleValue":
      // The package has lost the sign of zero: "0" is either.
      return { double: String(content) };
    case "stringValue":
      return { string: content };
    case "bytesValue":
      return { bytes: content };
    case "typeValue":
      return { type: content };
    case "listValue":
      return { list: (content.values ?? []).map(tagged) };
    case "mapValue":
      return {
        map: (content.entries ?? []).map(({ key, value }) => [tagged(key), tagged(value)]),
      };
    case "objectValue":
      if (content["@type"] === `${wellKnown}Timestamp`) return { timestamp: content.value };
      if (content["@type"] === `${wellKnown}Duration`) return { duration: content.value };
  }
  throw new NeedsMessages(kind);
}

function needsMessages(test) {
  return (
    test.container?.startsWith("cel.expr.conformance") ||
    /TestAllTypes|NestedTestAllTypes|cel\.expr\.|google\.protobuf\.(?!Timestamp\b|Duration\b)/.test(
      test.expr,
    )
  );
}

// Only for counting: a test that asks for one of these is outside the narrower profile.
function needs(test) {
  const code = test.expr.replace(/[rR]?(["'])(\\.|(?!\1).)*\1/gs, "''");
  const expected = JSON.stringify([test.value ?? null, test.bindings ?? null]);
  const found = [];
  if (/\b(0x[0-9a-fA-F]+|\d+)[uU]\b|\buint\(/.test(code) || expected.includes("uint64Value")) {
    found.push("uint");
  }
  if (/\b[bB][rR]?''|\bbytes\(/.test(code) || expected.includes("bytesValue")) {
    found.push("bytes");
  }
  if (/\btype\b/.test(code) || expected.includes("typeValue")) found.push("type");
  return found;
}

function line(file, section, { original: test }) {
  if (test.typedResult !== undefined || test.checkOnly || needsMessages(test)) return undefined;
  const bindings = {};
  for (const [name, bound] of Object.entries(test.bindings ?? {})) {
    bindings[name] = tagged(bound.value);
  }
  const errors = test.evalError?.errors?.map(({ message }) => message ?? "");
  return {
    file,
    section,
    name: test.name,
    expr: test.expr,
    bindings,
    container: test.container ?? "",
    disable_check: test.disableCheck ?? false,
    needs: needs(test),
    expect: errors ? { error: errors } : { value: tagged(test.value ?? { boolValue: true }) },
  };
}

for (const { name: file, suites: sections } of tests.suites) {
  if (messageFiles.has(file)) continue;
  for (const { name: section, tests: cases } of sections) {
    for (const test of cases ?? []) {
      try {
        const written = line(file, section, test);
        if (written) console.log(JSON.stringify(written));
      } catch (problem) {
        if (!(problem instanceof NeedsMessages)) throw problem;
      }
    }
  }
}
