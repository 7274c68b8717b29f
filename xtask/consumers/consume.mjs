// What a team that writes TypeScript does with the schemas: validates with ajv, and compiles types.
// Run with the path of a plan: { schemas, cases: [{ name, schema, body, valid, example }] }.

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { compile } from "json-schema-to-typescript";
import ts from "typescript";

const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const version = (name) => `${name} ${json(join("node_modules", name, "package.json")).version}`;
const plan = json(process.argv[2]);
const problems = [];

const ajv = addFormats.default(new Ajv.default({ strict: true, allowUnionTypes: true, allErrors: true }));
const schemas = new Map();
for (const file of readdirSync(plan.schemas).filter((name) => name.endsWith(".schema.json"))) {
  const schema = json(join(plan.schemas, file));
  const validate = ajv.compile(schema);
  schemas.set(basename(file, ".schema.json"), { schema, validate });
  for (const example of schema.examples) {
    if (!validate(example)) problems.push(`${file}: its own example: ${ajv.errorsText(validate.errors)}`);
  }
}
for (const { name, schema, body, valid } of plan.cases) {
  const { validate } = schemas.get(schema);
  if (validate(body) !== valid) {
    const found = valid ? ajv.errorsText(validate.errors) : "accepted";
    problems.push(`ajv: ${name}: expected ${valid ? "valid" : "invalid"}: ${found}`);
  }
}
const examples = plan.cases.filter((it) => it.example);
const counts = `${examples.length} examples, ${plan.cases.length - examples.length} other bodies`;
console.log(`${version("ajv")}: ${schemas.size} schemas, ${counts}`);

rmSync("types", { recursive: true, force: true });
mkdirSync("types");
for (const [name, { schema }] of schemas) {
  const own = examples.filter((it) => it.schema === name && it.valid);
  const constants = own.map((it, index) => {
    return `export const example${index}: ${schema.title} = ${JSON.stringify(it.body)};\n`;
  });
  // The compiler may change what it is given.
  const types = await compile(structuredClone(schema), name);
  writeFileSync(join("types", `${name}.ts`), types + constants.join(""));
}
const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, ".");
const program = ts.createProgram(fileNames, options);
for (const { file, messageText } of ts.getPreEmitDiagnostics(program)) {
  problems.push(`tsc: ${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
}
const typed = examples.filter((it) => it.valid).length;
const tools = `${version("json-schema-to-typescript")}, ${version("typescript")}`;
console.log(`${tools}: ${fileNames.length} modules under strict, ${typed} examples as constants`);

// One fault shows on many bodies: the first ones tell.
for (const problem of problems.slice(0, 10)) console.error(problem.slice(0, 400));
if (problems.length > 10) console.error(`and ${problems.length - 10} more`);
process.exitCode = problems.length > 0 ? 1 : 0;
