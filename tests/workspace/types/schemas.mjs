// Writes schemas.json beside itself: one JSON Schema for each alias that shapes.ts exports.

import { readFileSync, writeFileSync } from "node:fs";
import { createGenerator } from "ts-json-schema-generator";
import ts from "typescript";

const SHAPES = "shapes.ts";

const generator = createGenerator({
  path: SHAPES,
  tsconfig: "tsconfig.json",
  // A key that a type does not have is a misspelt one, unless the type says that others may come.
  additionalProperties: false,
  expose: "all",
  jsDoc: "none",
});

const source = ts.createSourceFile(SHAPES, readFileSync(SHAPES, "utf8"), ts.ScriptTarget.ES2022);
const exported = source.statements
  .filter((s) => ts.isTypeAliasDeclaration(s) && s.modifiers?.length)
  .map((s) => s.name.text);

writeFileSync(
  "schemas.json",
  JSON.stringify(Object.fromEntries(exported.map((n) => [n, generator.createSchema(n)]))),
);
