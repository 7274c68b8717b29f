//! What of a Rust type's schema others are shown, in whichever language they write.

use schemars::{Schema, transform::RecursiveTransform};
use serde_json::Value;

/// Takes from a schema and all below it what only Rust's readers and validators know.
pub(crate) fn published() -> RecursiveTransform<fn(&mut Schema)> {
    RecursiveTransform(publish)
}

fn publish(schema: &mut Schema) {
    // Validators know no such formats; what they mean is in the bounds.
    let format = schema.get("format").and_then(Value::as_str);
    if format.is_some_and(|format| format.starts_with("uint") || format == "double") {
        schema.remove("format");
    }
    // Without Rust's examples and line ends.
    if let Some(Value::String(text)) = schema.get_mut("description") {
        let prose = text.split("```").next().unwrap_or_default().trim();
        *text = prose.split("\n\n").map(|part| part.replace('\n', " ")).collect::<Vec<_>>().join("\n\n");
    }
}

#[cfg(test)]
mod tests {
    use schemars::{json_schema, transform::Transform};

    use super::*;

    #[test]
    fn an_example_in_rust_is_left_out() {
        let mut schema = json_schema!({
            "properties": { "number": {
                "description": "Its place,\nfrom 1.\n\nNever 0.\n\n```\nassert!(true);\n```", "type": "integer", "format": "uint64"
            } }
        });
        published().transform(&mut schema);
        let expected = json_schema!({
            "properties": { "number": { "description": "Its place, from 1.\n\nNever 0.", "type": "integer" } }
        });
        assert_eq!(schema, expected);
    }
}
