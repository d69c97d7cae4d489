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

const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * Checks a date and time in RFC 3339, no finer than a microsecond, within the years 0000 to 9999 in UTC.
 * Leap seconds cannot be stored.
 */
function checkDateTime(text) {
  const match = DATE_TIME.exec(text);
  if (!match || !exists(match)) {
    throw new TypeError(`DateTime: ${JSON.stringify(text)} is not a time in RFC 3339.`);
  }
  return text;
}

function exists(match) {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const [fraction, sign, offsetHours, offsetMinutes] = [match[7] ?? "", match[8], ...match.slice(9).map(Number)];
  const moment = new Date(0);
  // Date.UTC takes the years up to 99 for those of the last century.
  moment.setUTCFullYear(year, month - 1, day);
  if (moment.getUTCMonth() !== month - 1 || moment.getUTCDate() !== day) return false;
  if (hour > 23 || minute > 59 || second > 59 || !/^\d{0,6}0*$/.test(fraction)) return false;
  if (sign && (offsetHours > 23 || offsetMinutes > 59)) return false;
  const offset = sign ? Number(`${sign}1`) * (offsetHours * 60 + offsetMinutes) : 0;
  moment.setUTCHours(hour, minute - offset);
  return moment.getUTCFullYear() >= 0 && moment.getUTCFullYear() <= 9999;
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
