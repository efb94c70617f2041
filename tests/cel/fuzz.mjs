// Compares the expression language with npm's @bufbuild/cel over random expressions.
//   node fuzz.mjs PREMURA_CEL_ANSWERS FOLDER_WITH_NODE_MODULES COUNT [SEED]
// exit: 0 no difference; 1 some, each with the seed that makes it alone (COUNT 1).
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { bindings, Generator } from "./expressions.mjs";

// What the library makes of local time must not depend on where this runs.
process.env.TZ = "UTC";

const [program, folder, count, firstSeed = "1"] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(folder), "fuzz.js"));
const load = async (name) => import(pathToFileURL(require.resolve(name)).href);
const cel = (await load("@bufbuild/cel")).default ?? (await load("@bufbuild/cel"));
const wellKnown = await load("@bufbuild/protobuf/wkt");
const { fromJson, toJson } = await load("@bufbuild/protobuf");
const { TimestampSchema, DurationSchema } = wellKnown;

function native(tagged) {
  const [[tag, content]] = Object.entries(tagged);
  switch (tag) {
    case "int":
      return BigInt(content);
    case "uint":
      return cel.celUint(BigInt(content));
    case "double":
      return Number(content);
    case "bytes":
      return new Uint8Array(Buffer.from(content, "base64"));
    case "timestamp":
      return fromJson(TimestampSchema, content);
    case "duration":
      return fromJson(DurationSchema, content);
    case "list":
      return cel.celList(content.map(native));
    case "map":
      return cel.celMap(new Map(content.map(([key, value]) => [native(key), native(value)])));
    default:
      return content;
  }
}

function tagged(value) {
  if (value === null) return { null: null };
  switch (typeof value) {
    case "bigint":
      return { int: String(value) };
    case "number":
      return { double: Object.is(value, -0) ? "-0" : String(value) };
    case "boolean":
      return { bool: value };
    case "string":
      return { string: value };
  }
  if (cel.isCelUint(value)) return { uint: String(value.value) };
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("base64") };
  if (cel.isCelList(value)) return { list: [...value].map(tagged) };
  if (cel.isCelMap(value)) {
    return { map: [...value.entries()].map(([key, content]) => [tagged(key), tagged(content)]) };
  }
  if (cel.isCelType(value)) return { type: value.name };
  const message = value.message ?? value;
  switch (message.$typeName) {
    case "google.protobuf.Timestamp":
      return { timestamp: toJson(TimestampSchema, message) };
    case "google.protobuf.Duration":
      return { duration: toJson(DurationSchema, message) };
  }
  throw new Error(`a value of no known type: ${value}`);
}

const variables = Object.fromEntries(
  Object.entries(bindings).map(([name, value]) => [name, native(value)]),
);

function theirs(expression) {
  const value = cel.run(expression, variables);
  return cel.isCelError(value) ? { error: String(value.message) } : { value: tagged(value) };
}

function agree(ours, other) {
  if (ours.wrong !== undefined) return false;
  if (ours.error !== undefined || other.error !== undefined) {
    return ours.error !== undefined && other.error !== undefined;
  }
  return JSON.stringify(ours.value) === JSON.stringify(other.value);
}

const answers = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface({ input: answers.stdout })[Symbol.asyncIterator]();
answers.stdin.write(`${JSON.stringify({ bindings })}\n`);

const batch = 500;
const shownMost = 20;
let differences = 0;
let values = 0;
for (let done = 0; done < Number(count); done += batch) {
  const seeds = [];
  for (let i = done; i < Math.min(done + batch, Number(count)); ++i) seeds.push(Number(firstSeed) + i);
  const expressions = seeds.map((seed) => new Generator(seed).expression());
  answers.stdin.write(expressions.map((expression) => `${JSON.stringify(expression)}\n`).join(""));
  for (const [i, expression] of expressions.entries()) {
    const { value: line, done: ended } = await lines.next();
    if (ended) {
      console.log(`it ended without an answer: seed ${seeds[i]}: ${expression}`);
      process.exit(1);
    }
    const ours = JSON.parse(line);
    const other = theirs(expression);
    if (other.value !== undefined) ++values;
    if (agree(ours, other)) continue;
    if (++differences > shownMost) continue;
    console.log(`seed ${seeds[i]}: ${expression}`);
    console.log(`  ours   ${JSON.stringify(ours)}\n  theirs ${JSON.stringify(other)}`);
  }
}
answers.stdin.end();
const share = Math.round((100 * values) / Number(count));
console.log(`${count} expressions (${share} % with a value), seeds from ${firstSeed}: ${differences} differences`);
process.exit(differences === 0 ? 0 : 1);
