// Judges GraphQL requests with graphql-js. Each line of standard input is a JSON object
// {query, variables?, operationName?, rule?}; each line of standard output is the verdict on it:
// {accepted, stage, errors: [{message, locations}], broken}. `stage` is where the request was refused:
// parse, validate, operation, coerce (variables) or arguments (of the fields that would be executed).
// `broken` is the number of errors of the validation rule `rule` by itself.
//
// Usage: node examiner.mjs SCHEMA.graphql
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import {
  buildSchema, getNamedType, getOperationAST, getVariableValues, GraphQLError, isAbstractType,
  isCompositeType, Kind, parse, specifiedRules, TypeNameMetaFieldDef, SchemaMetaFieldDef,
  TypeMetaFieldDef, validate,
} from "graphql";
import { collectFields, collectSubfields } from "graphql/execution/collectFields.js";
import { getArgumentValues } from "graphql/execution/values.js";
import { defineScalars } from "./scalars.mjs";

const schema = buildSchema(readFileSync(process.argv[2], "utf8"));
defineScalars(schema);
const rules = new Map(specifiedRules.map((rule) => [rule.name, rule]));

/** Coerces the arguments of every field that execution could reach, as graphql-js does on execution. */
function coerceArguments(document, operation, rootType, variables) {
  const fragments = Object.create(null);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments[definition.name.value] = definition;
    }
  }
  const fieldOf = (type, name) => {
    const meta = [TypeNameMetaFieldDef, SchemaMetaFieldDef, TypeMetaFieldDef];
    return meta.find((field) => field.name === name) ?? type.getFields()[name];
  };
  const coerceFields = (type, fields) => {
    for (const nodes of fields.values()) {
      const field = fieldOf(type, nodes[0].name.value);
      getArgumentValues(field, nodes[0], variables);
      const result = getNamedType(field.type);
      if (isCompositeType(result)) {
        for (const object of isAbstractType(result) ? schema.getPossibleTypes(result) : [result]) {
          coerceFields(object, collectSubfields(schema, fragments, variables, object, nodes));
        }
      }
    }
  };
  coerceFields(rootType, collectFields(schema, fragments, variables, rootType, operation.selectionSet));
}

function judge({ query, variables, operationName, rule }) {
  const refused = (stage, errors, broken = 0) => ({
    accepted: false,
    stage,
    errors: errors.map(({ message, locations }) => ({ message, locations: locations ?? [] })),
    broken,
  });
  let document;
  try {
    document = parse(query);
  } catch (error) {
    return refused("parse", [error]);
  }
  let broken = 0;
  if (rule) {
    if (!rules.has(rule)) throw new Error(`graphql-js has no rule ${rule}`);
    broken = validate(schema, document, [rules.get(rule)]).length;
  }
  const errors = validate(schema, document);
  if (errors.length > 0) return refused("validate", errors, broken);
  const operation = getOperationAST(document, operationName);
  if (!operation) {
    return refused("operation", [new GraphQLError("The operation to execute is not known.")], broken);
  }
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) {
    const message = `The schema has no root type for a ${operation.operation}.`;
    return refused("operation", [new GraphQLError(message)], broken);
  }
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
  if (coerced.errors) return refused("coerce", coerced.errors, broken);
  try {
    coerceArguments(document, operation, rootType, coerced.coerced);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return refused("arguments", [error], broken);
  }
  return { accepted: true, stage: null, errors: [], broken };
}

if (process.argv[3] === "--rules") {
  console.log(JSON.stringify([...rules.keys()]));
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(judge(JSON.parse(line)))}\n`);
  }
}
