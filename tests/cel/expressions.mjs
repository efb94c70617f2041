// Random expressions, mostly of fitting types, now and then not: errors must agree, too. The same
// seed makes the same expression.
//
// Left out, because the library that we compare with is known to differ:
//   names in back quotes              not read by it
//   a macro's variable that hides another   looked up wrongly
//   timestamp(int)                    taken as milliseconds; the standard says seconds
//   int(duration), duration(int)      not in the standard
//   int(''), int('0x1f')              whatever JavaScript's BigInt() makes of a text
//   double('x'), double(' 1 ')        whatever JavaScript's Number() makes of a text: not an error
//   a list, a map, bytes, ... in a map   an error there; here it is no key, as in any other map
//   -(-x), !(!x)                      cut down to x before x is looked at
//   list[true]                        the item at 1 there
//   uint / uint past 2^63             an overflow there
//   a named zone from 0:00 to 0:59 of its clock   a day too late there
//   null as a value in a map, with in and has()   taken for a key that is not there
//   a whole number near 2^63 with a double   `==` is exact there, `<=` is not; the suite's is not
//   fractions below a millisecond, asked for milliseconds   rounded; the suite cuts them off
//   years before 100, local time before 1970   JavaScript's Date
// (reverse() and format() it has, and we have not.)

export class Random {
  constructor(seed) {
    this.state = BigInt(seed);
    // Seeds are neighbours: what they begin with must not be.
    const [high, low] = [this.next(), this.next()];
    this.state = (BigInt(high) << 32n) | BigInt(low);
  }
  // Source: SplitMix64, Steele and others (2014).
  next() {
    this.state = BigInt.asUintN(64, this.state + 0x9e3779b97f4a7c15n);
    let z = this.state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return Number(BigInt.asUintN(32, z ^ (z >> 31n)));
  }
  below(count) {
    return this.next() % count;
  }
  chance(percent) {
    return this.below(100) < percent;
  }
  pick(choices) {
    return choices[this.below(choices.length)];
  }
}

export const types = "bool int uint double string bytes timestamp duration ints strings map".split(" ");

// The variables of every expression, as tagged values.
export const bindings = {
  yes: { bool: true },
  i: { int: "7" },
  n: { int: "-3" },
  u: { uint: "5" },
  d: { double: "2.5" },
  big: { double: "1e300" },
  s: { string: "café" },
  empty: { string: "" },
  raw: { bytes: "YWL/" },
  t: { timestamp: "2026-03-29T00:30:00.250Z" },
  span: { duration: "5400s" },
  li: { list: [{ int: "1" }, { int: "2" }, { int: "3" }] },
  ls: { list: [{ string: "a" }, { string: "bb" }, { string: "" }] },
  m: {
    map: [
      [{ string: "a" }, { int: "1" }],
      [{ string: "b" }, { int: "20" }],
    ],
  },
};

const literals = {
  bool: ["true", "false", "yes"],
  int: "0 1 2 3 -1 -7 10 255 0x1F i n 9223372036854775807 -9223372036854775808".split(" "),
  uint: "0u 1u 2u 10u 0xFFu u 18446744073709551615u".split(" "),
  double: "0.0 1.0 -1.5 2.5 .25 1e3 1e-7 1.5e300 -0.0 d big".split(" "),
  string: [`''`, `'a'`, `"bb"`, `'café'`, `'a\\nb'`, `r'\\d+'`, `'\\u00e9'`, `'''x'y'''`, `'\\x41'`, `'12'`, `'🐱'`, "s", "empty"],
  bytes: [`b''`, `b'a'`, `b'\\xff\\x00'`, `b'é'`, `b"\\101"`, "raw"],
  timestamp: [
    "t",
    `timestamp('2026-01-01T00:00:00Z')`,
    `timestamp('1999-12-31T23:59:59.5+02:00')`,
    `timestamp('2024-02-29T12:34:56.123Z')`,
    `timestamp('9999-12-31T23:59:59Z')`,
    `timestamp('2026-10-25T00:59:59Z')`,
    `timestamp('2026-13-01T00:00:00Z')`,
  ],
  duration: [
    "span",
    `duration('0s')`,
    `duration('1h30m')`,
    `duration('-1.5s')`,
    `duration('250ms')`,
    `duration('24h')`,
    `duration('2000000h')`,
    `duration('1d')`,
  ],
  ints: ["li", "[]", "[1, 2, 3]", "[0]", "[3, 1, 2, 1]"],
  strings: ["ls", "[]", "['a']", "['x', 'a', 'é']"],
  map: ["m", "{}", "{'a': 1}", "{'b': 2, 'c': 3}", "{1: 4, 2: 5}", "{true: 1, 'a': 2}", "{'a': 1, 'a': 2}"],
};

// In none of the zones between midnight and one.
const zonedMoments = [
  `timestamp('2024-02-29T12:34:56.123Z')`,
  `timestamp('1999-12-31T21:59:59.5Z')`,
  `timestamp('2026-03-28T23:59:59-01:01')`,
  `timestamp('2026-03-29T01:00:00Z')`,
  `timestamp('2026-10-25T01:30:00Z')`,
];
const zones = [`'UTC'`, `'Europe/Rome'`, `'America/New_York'`, `'+05:30'`, `'-02:00'`, `'03:00'`, `'Asia/Kathmandu'`, `'Nowhere'`];
const parts = "FullYear Month Date DayOfMonth DayOfWeek DayOfYear Hours Minutes Seconds Milliseconds".split(" ");
const patterns = [`'a'`, `'^a'`, `'b+$'`, `'[0-9]+'`, `'(a|b)c?'`, `'\\\\w'`, `'('`, `'caf.'`, `''`, `'a{2,3}'`];

export class Generator {
  constructor(seed) {
    this.random = new Random(seed);
    this.locals = []; // {name, type}
  }

  expression() {
    return this.of(this.random.pick(types), 4);
  }

  of(type, depth) {
    // Something that does not fit.
    if (this.random.chance(3)) type = this.random.pick(types);
    const local = this.locals.filter((known) => known.type === type);
    if (local.length > 0 && this.random.chance(40)) return this.random.pick(local).name;
    if (depth <= 0 || this.random.chance(15)) return this.random.pick(literals[type]);
    const inner = (wanted) => this.of(wanted, depth - 1);
    if (this.random.chance(8)) return `(${inner("bool")} ? ${inner(type)} : ${inner(type)})`;
    if (this.random.chance(3)) return `dyn(${inner(type)})`;
    return this[type](inner, depth);
  }

  // Not for conversions: what they make of other types differs, see above.
  strict(type) {
    return this.random.pick(literals[type]);
  }

  bool(inner, depth) {
    const random = this.random;
    const same = random.pick(types);
    const ordered = random.pick("bool int uint double string bytes timestamp duration".split(" "));
    switch (random.below(16)) {
      case 0:
      case 1:
        return `(${inner("bool")} && ${inner("bool")})`;
      case 2:
      case 3:
        return `(${inner("bool")} || ${inner("bool")})`;
      case 4:
        return this.signed("!", inner("bool"));
      case 5:
      case 6:
        return `(${inner(same)} ${random.pick(["==", "!="])} ${inner(same)})`;
      case 7:
      case 8:
        return `(${inner(ordered)} ${random.pick(["<", "<=", ">", ">="])} ${inner(ordered)})`;
      case 9:
        return `(${this.small_number()} ${random.pick(["==", "<", ">=", "!="])} ${this.small_number()})`;
      case 10:
        return `(${inner("int")} in ${inner("ints")})`;
      case 11:
        return random.chance(50)
          ? `(${inner("string")} in ${inner("strings")})`
          : `(${this.strict("string")} in ${inner("map")})`;
      case 12:
        return `${this.parenthesised(inner("string"))}.${random.pick(["contains", "startsWith", "endsWith"])}(${inner("string")})`;
      case 13:
        return `${this.parenthesised(inner("string"))}.matches(${random.pick(patterns)})`;
      case 14:
        return random.chance(50)
          ? `has(${random.pick(["m", "{'a': 1}", "{}"])}.${random.pick(["a", "b", "zz"])})`
          : `(type(${inner(same)}) == type(${inner(same)}))`;
      default:
        return this.macro(random.pick(["all", "exists", "exists_one"]), depth, "bool");
    }
  }

  // Numbers that all types can hold exactly, so that comparing across types is the same everywhere.
  small_number() {
    return this.random.pick("dyn(1) dyn(2.0) dyn(7u) dyn(-1) 1.5 dyn(i) d u i 0.0 dyn(0u)".split(" "));
  }

  signed(sign, expression) {
    return /^[(]*[-!]|^dyn/.test(expression) ? expression : `${sign}(${expression})`;
  }

  parenthesised(expression) {
    return `(${expression})`;
  }

  macro(name, depth, result) {
    const kind = this.random.pick(["ints", "strings", "map"]);
    const range = this.of(kind, depth - 1);
    const variable = `v${this.locals.length}`;
    this.locals.push({ name: variable, type: kind === "ints" ? "int" : "string" });
    const body = this.of(result, depth - 2);
    this.locals.pop();
    return `${this.parenthesised(range)}.${name}(${variable}, ${body})`;
  }

  int(inner) {
    const random = this.random;
    const sign = random.pick(["+", "-", "*", "/", "%"]);
    switch (random.below(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return `(${inner("int")} ${sign} ${inner("int")})`;
      case 4:
        return this.signed("-", inner("int"));
      case 5:
        return `size(${inner(random.pick(["string", "bytes", "ints", "map"]))})`;
      case 6:
        return `int(${random.pick(["-1.9", "2.5", "d", "big", "0.0", "7u", "u", "'42'", "'-7'", "'x'", "t", "1e18"])})`;
      case 7:
        return `${this.parenthesised(inner("ints"))}[${inner("int")} + 0]`;
      case 8:
        return `${this.parenthesised(inner("map"))}[${random.pick(["'a'", "'b'", "1", "2.0", "1u"])}]`;
      case 9:
        return random.chance(50)
          ? `${this.parenthesised(this.strict("timestamp"))}.get${random.pick(parts)}()`
          : `${random.pick(zonedMoments)}.get${random.pick(parts)}(${random.pick(zones)})`;
      case 10:
        return `${this.parenthesised(inner("duration"))}.get${random.pick(["Hours", "Minutes", "Seconds", "Milliseconds"])}()`;
      default:
        return `${random.pick(["m", "{'a': 3}", "{true: m}[yes]"])}.${random.pick(["a", "b"])}`;
    }
  }

  uint(inner) {
    if (this.random.chance(20)) return `uint(${this.random.pick(["1", "-1", "i", "2.9", "'300'", "'x'", "big"])})`;
    if (this.random.chance(20)) return `(${this.random.pick(["u", "255u", "7u"])} / ${inner("uint")})`;
    return `(${inner("uint")} ${this.random.pick(["+", "-", "*", "%"])} ${inner("uint")})`;
  }

  double(inner) {
    if (this.random.chance(20)) return `double(${this.random.pick(["1", "-3", "i", "u", "'2.5'", "'-1e10'"])})`;
    if (this.random.chance(10)) return this.signed("-", inner("double"));
    return `(${inner("double")} ${this.random.pick(["+", "-", "*", "/"])} ${inner("double")})`;
  }

  string(inner) {
    if (this.random.chance(40)) {
      return `string(${inner(this.random.pick("bool int uint double bytes timestamp duration string".split(" ")))})`;
    }
    return `(${inner("string")} + ${inner("string")})`;
  }

  bytes(inner) {
    if (this.random.chance(40)) return `bytes(${inner("string")})`;
    return `(${inner("bytes")} + ${inner("bytes")})`;
  }

  timestamp(inner) {
    if (this.random.chance(20)) return `(${inner("duration")} + ${inner("timestamp")})`;
    return `(${inner("timestamp")} ${this.random.pick(["+", "-"])} ${inner("duration")})`;
  }

  duration(inner) {
    if (this.random.chance(40)) return `(${inner("timestamp")} - ${inner("timestamp")})`;
    return `(${inner("duration")} ${this.random.pick(["+", "-"])} ${inner("duration")})`;
  }

  ints(inner, depth) {
    return this.list("ints", "int", inner, depth);
  }

  strings(inner, depth) {
    return this.list("strings", "string", inner, depth);
  }

  list(type, item, inner, depth) {
    switch (this.random.below(4)) {
      case 0:
        return `[${Array.from({ length: this.random.below(4) }, () => inner(item)).join(", ")}]`;
      case 1:
        return `(${inner(type)} + ${inner(type)})`;
      case 2:
        return this.macro("map", depth, item);
      default:
        return this.macro("filter", depth, "bool");
    }
  }

  map(inner) {
    const keys = ["'a'", "'b'", "'c d'", "1", "2u", "true"].filter(() => this.random.chance(35));
    return `{${keys.map((key) => `${key}: ${inner("int")}`).join(", ")}}`;
  }
}
