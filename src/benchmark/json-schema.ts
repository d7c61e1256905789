/**
 * The manifest's schema as JSON Schema text, for public/benchmark.schema.json. Not part of the page's bundle.
 */
import { toJsonSchema } from "@valibot/to-json-schema";
import { ManifestSchema } from "./schema.ts";

export function benchmarkJsonSchema(): string {
  const { $schema, ...schema } = toJsonSchema(ManifestSchema, {
    typeMode: "input",
    errorMode: "throw",
    target: "draft-07",
    ignoreActions: ["finite"], // every number of JSON is; only JSON.parse makes 1e999 infinite
  });
  // The one rule between fields that JSON Schema can say: a task, or a recording with its data, not both.
  const rules = { oneOf: [{ required: ["task"] }, { required: ["recording", "data"] }] };
  return `${JSON.stringify({ $schema, ...schema, ...rules }, null, 2)}\n`;
}
