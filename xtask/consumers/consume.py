"""What a team that writes Python does with the schemas: validates with jsonschema, generates models, reads the OpenAPI
document. Run with the path of a plan: { schemas, openapi, cases: [{ name, schema, body, valid, example }] }."""

import importlib
import json
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import openapi_spec_validator
from datamodel_code_generator import DataModelType, InputFileType, generate
from datamodel_code_generator.format import Formatter
from jsonschema import Draft202012Validator


def load(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


plan = load(sys.argv[1])
problems = []

validators = {}
for path in sorted(Path(plan["schemas"]).glob("*.schema.json")):
    schema = load(path)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    validators[path.name.removesuffix(".schema.json")] = validator
    for example in schema["examples"]:
        for error in validator.iter_errors(example):
            problems.append(f"{path.name}: its own example: {error.message}")
for case in plan["cases"]:
    error = next(validators[case["schema"]].iter_errors(case["body"]), None)
    if (error is None) != case["valid"]:
        expected = "valid" if case["valid"] else "invalid"
        found = error.message if error else "accepted"
        problems.append(f"jsonschema: {case['name']}: expected {expected}: {found}")
examples = [case for case in plan["cases"] if case["example"]]
others = len(plan["cases"]) - len(examples)
print(f"jsonschema {version('jsonschema')}: {len(validators)} schemas, {len(examples)} examples, {others} other bodies")

# A package, lest a module named site be Python's own.
package = Path("models")
shutil.rmtree(package, ignore_errors=True)
package.mkdir()
(package / "__init__.py").touch()
for name in validators:
    generate(
        Path(plan["schemas"]) / f"{name}.schema.json",
        input_file_type=InputFileType.JsonSchema,
        output=package / f"{name.replace('-', '_')}.py",
        output_model_type=DataModelType.PydanticV2BaseModel,
        formatters=[Formatter.BUILTIN],
    )
sys.path.insert(0, ".")
valid = [case for case in examples if case["valid"]]
for case in valid:
    module = importlib.import_module(f"models.{case['schema'].replace('-', '_')}")
    model = getattr(module, validators[case["schema"]].schema["title"])
    try:
        model.model_validate(case["body"])
    except ValueError as error:
        problems.append(f"pydantic: {case['name']}: {error}")
generator = f"datamodel-code-generator {version('datamodel-code-generator')}, pydantic {version('pydantic')}"
print(f"{generator}: {len(validators)} modules, {len(valid)} examples loaded")

document = load(plan["openapi"])
openapi_spec_validator.validate(document)
operations = sum(key != "parameters" for path in document["paths"].values() for key in path)
print(f"openapi-spec-validator {version('openapi-spec-validator')}: {len(document['paths'])} paths, {operations} operations")

# One fault shows on many bodies: the first ones tell.
for problem in problems[:10]:
    print(problem[:400], file=sys.stderr)
if len(problems) > 10:
    print(f"and {len(problems) - 10} more", file=sys.stderr)
sys.exit(1 if problems else 0)
