// The custom scalars of the schema, by the formats that their descriptions document. graphql-js makes
// scalars that accept every value out of a schema document.
//
// A message says "cannot represent" for a value of the wrong kind and "is not" for a malformed one.
import { Kind } from "graphql";

const AMOUNT = /^-?\d+(\.\d{1,2})?$/;
const MAX_CENTS = 2n ** 63n;

/** Checks an amount of money: decimal text with at most two decimals, in 64 bits of cents. */
function checkMoney(text) {
  if (!AMOUNT.test(text)) {
    throw new TypeError(`Money: ${JSON.stringify(text)} is not an amount.`);
  }
  const [units, decimals = ""] = text.replace("-", "").split(".");
  const cents = BigInt(units + decimals.padEnd(2, "0"));
  if (cents >= (text.startsWith("-") ? MAX_CENTS + 1n : MAX_CENTS)) {
    throw new TypeError(`Money: ${text} is not within 64 bits.`);
  }
  return text;
}

const MOMENT =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|[+-](\d\d):(\d\d))$/;

/** Checks a time in RFC 3339, no finer than a microsecond. */
function checkDateTime(text) {
  const match = MOMENT.exec(text);
  const [year, month, day, hour, minute, second] = match?.slice(1, 7).map(Number) ?? [];
  const daysInMonth = match && new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  const isInRange =
    match !== null &&
    month >= 1 && month <= 12 &&
    day >= 1 && day <= daysInMonth &&
    hour <= 23 && minute <= 59 && second <= 60 &&
    Number(match[8] ?? 0) <= 23 && Number(match[9] ?? 0) <= 59 &&
    /^\d{0,6}0*$/.test(match[7] ?? "");
  if (!isInRange) {
    throw new TypeError(`DateTime: ${JSON.stringify(text)} is not a time in RFC 3339.`);
  }
  return text;
}

/** Replaces the functions that read the input of the scalar `type`. */
function readInput(type, check, literalKinds, jsonTypes) {
  type.parseLiteral = (node) => {
    if (!literalKinds.includes(node.kind)) {
      throw new TypeError(`${type.name} cannot represent a literal of the kind ${node.kind}.`);
    }
    return check(node.value);
  };
  type.parseValue = (value) => {
    if (!jsonTypes.includes(typeof value)) {
      throw new TypeError(`${type.name} cannot represent a value of the type ${typeof value}.`);
    }
    return check(String(value));
  };
}

/** Gives the custom scalars of `schema` their formats. */
export function defineScalars(schema) {
  const numbers = [Kind.STRING, Kind.INT, Kind.FLOAT];
  readInput(schema.getType("Money"), checkMoney, numbers, ["string", "number"]);
  readInput(schema.getType("DateTime"), checkDateTime, [Kind.STRING], ["string"]);
}
