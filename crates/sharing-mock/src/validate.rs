//! Whether each answer is one that `schemas/openapi.json` describes: for tests, and only in a build that checks itself.
//!
//! A test need not ask for it, and cannot forget it: an answer that the document does not describe ends the process.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    sync::LazyLock,
};

use jsonschema::Validator;
use serde_json::{Value, json};
use sharing_model::ActionKind;

use crate::{answer::Answer, service::Request};

/// The schema of an answer's body by status; `None` where there is no body.
type Responses = BTreeMap<u16, Option<String>>;

struct Document {
    actions: HashMap<ActionKind, Responses>,
    schemas: HashMap<String, Validator>,
}

static DOCUMENT: LazyLock<Result<Document, String>> = LazyLock::new(Document::read);

/// Ends the process where the answer is not one that the document describes for this action.
pub(crate) fn check(request: &Request<'_>, action: Option<ActionKind>, answer: &Answer) {
    let found = match &*DOCUMENT {
        Ok(document) => document.judge(action, answer),
        Err(error) => Err(error.clone()),
    };
    if let Err(error) = found {
        let body = answer.body.as_deref().unwrap_or_default();
        eprintln!(
            "sharing-mock: {} {} is answered {} as schemas/openapi.json does not say: {error}\n{body}",
            request.method, request.path, answer.status
        );
        std::process::exit(101);
    }
}

impl Document {
    fn read() -> Result<Self, String> {
        // Read, and not built in: the crate by itself has no such file, and still builds with all features.
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/openapi.json");
        let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        let document: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let operations = || document["paths"].as_object().into_iter().flat_map(|paths| paths.values());
        let operations = || operations().filter_map(Value::as_object).flat_map(|path| path.values());
        let mut actions = HashMap::new();
        for kind in ActionKind::all() {
            let operation = operations().find(|operation| operation["x-action"] == kind.facts().name);
            let operation = operation.ok_or_else(|| format!("it has no {kind}"))?;
            actions.insert(kind, responses(&document, operation));
        }
        let mut schemas = HashMap::new();
        for name in
            document["components"]["schemas"].as_object().into_iter().flat_map(|schemas| schemas.keys())
        {
            let reference = format!("#/components/schemas/{name}");
            let schema = json!({ "$ref": reference, "components": document["components"] });
            let validator = jsonschema::options().should_validate_formats(true).build(&schema);
            schemas.insert(reference, validator.map_err(|error| error.to_string())?);
        }
        Ok(Self { actions, schemas })
    }

    fn judge(&self, action: Option<ActionKind>, answer: &Answer) -> Result<(), String> {
        let schema = match action {
            Some(action) => {
                let responses = self.actions.get(&action).ok_or("there is no such action")?;
                responses.get(&answer.status).ok_or("there is no such status")?.as_deref()
            }
            // What is no action can only be refused.
            None if answer.status < 400 => return Err("no action is answered so".to_owned()),
            None => Some("#/components/schemas/ErrorResponse"),
        };
        match (schema, answer.body.as_deref()) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err("there is no body".to_owned()),
            (Some(_), None) => Err("there is a body".to_owned()),
            (Some(schema), Some(body)) => {
                let body: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
                let validator = self.schemas.get(schema).ok_or("there is no such schema")?;
                let errors: Vec<_> = validator
                    .iter_errors(&body)
                    .map(|error| format!("{}: {error}", error.instance_path()))
                    .collect();
                if errors.is_empty() { Ok(()) } else { Err(errors.join("\n")) }
            }
        }
    }
}

fn responses(document: &Value, operation: &Value) -> Responses {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let response = |(status, response): (&String, &Value)| {
        let shared =
            response["$ref"].as_str().and_then(|name| document.pointer(name.trim_start_matches('#')));
        let content = &shared.unwrap_or(response)["content"]["application/json"]["schema"]["$ref"];
        Some((status.parse().ok()?, content.as_str().map(str::to_owned)))
    };
    responses.filter_map(response).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_document_does_not_say_is_told() {
        let document = Document::read().unwrap();
        let judge = |body: Value| document.judge(Some(ActionKind::GetPermission), &Answer::ok(body));
        assert_eq!(judge(json!({ "id": "1", "roles": ["read"] })), Ok(()));
        assert!(judge(json!({ "id": 1 })).unwrap_err().contains("/id"));
        let made = Answer { status: 201, ..Answer::ok(json!({ "id": "1" })) };
        assert!(document.judge(Some(ActionKind::GetPermission), &made).is_err());
        assert!(document.judge(Some(ActionKind::DeletePermission), &Answer::no_content()).is_ok());
        assert!(document.judge(None, &Answer::ok(json!({}))).is_err());
    }
}
