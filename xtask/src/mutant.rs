//! Bodies one change away from a good one. A rule that our types know and a schema does not, or the other way round, shows
//! among them.

use serde_json::{Value, json};

/// Every body that has one value swapped, one member less or one member more.
pub(crate) fn of(body: &Value) -> Vec<Value> {
    let swaps =
        [json!(null), json!(1), json!(true), json!(""), json!("x"), json!([]), json!([null]), json!({})];
    let mut places = Vec::new();
    find(body, String::new(), &mut places);
    let mut mutants = Vec::new();
    for place in &places {
        mutants.extend(swaps.iter().map(|swap| changed(body, place, |value| *value = swap.clone())));
        let Some(Value::Object(members)) = body.pointer(place) else { continue };
        mutants.extend(members.keys().map(|name| {
            changed(body, place, |value| {
                value.as_object_mut().and_then(|members| members.remove(name));
            })
        }));
        let more = ["unknown", "@an.annotation"];
        mutants.extend(more.map(|name| changed(body, place, |value| value[name] = json!(1))));
    }
    mutants
}

/// The JSON pointers of a value and of all that is in it.
fn find(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| find(value, format!("{at}/{name}"), places));
        }
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(index, value)| find(value, format!("{at}/{index}"), places));
        }
        _ => {}
    }
    places.push(at);
}

fn changed(body: &Value, place: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut body = body.clone();
    if let Some(value) = body.pointer_mut(place) {
        change(value);
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mutant_differs_in_one_place() {
        let mutants = of(&json!({ "a": [2] }));
        assert_eq!(mutants.len(), 3 * 8 + 1 + 2);
        for expected in
            [json!({ "a": [""] }), json!({ "a": {} }), json!({}), json!({ "a": [2], "unknown": 1 })]
        {
            assert!(mutants.contains(&expected), "{expected}");
        }
    }
}
