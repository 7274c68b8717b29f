//! `$filter`, as far as the service takes it on permissions: comparisons of properties with literals, joined by `and`,
//! `or` and `not`. The crates that read OData filters know no paths (`Link/Scope`).

use serde_json::Value;

/// What an element must be like.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    Any(Vec<Filter>),
    All(Vec<Filter>),
    Not(Box<Filter>),
    /// A property's path, whether it must be equal or must not, and the literal.
    Compare(Vec<String>, bool, Value),
}

/// How deep parentheses may go: each is a step on the stack.
const DEPTH: usize = 32;

impl Filter {
    /// Reads a filter, or says what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut parser = Parser { rest: text, depth: 0 };
        let filter = parser.any()?;
        let rest = parser.rest.trim();
        if rest.is_empty() { Ok(filter) } else { Err(format!("expected the end, found {rest:?}")) }
    }

    /// Whether an element is like that. Names of properties are not case-sensitive here.
    pub(crate) fn holds(&self, element: &Value) -> bool {
        match self {
            Self::Any(filters) => filters.iter().any(|filter| filter.holds(element)),
            Self::All(filters) => filters.iter().all(|filter| filter.holds(element)),
            Self::Not(filter) => !filter.holds(element),
            Self::Compare(path, equal, literal) => (follow(element, path) == literal) == *equal,
        }
    }
}

/// What stands at the end of a path; null where nothing does.
fn follow<'a>(element: &'a Value, path: &[String]) -> &'a Value {
    path.iter().fold(element, |at, name| {
        let found =
            at.as_object().and_then(|object| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)));
        found.map_or(&Value::Null, |(_, value)| value)
    })
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> Result<Filter, String> {
        self.joined("or", Self::all, Filter::Any)
    }

    fn all(&mut self) -> Result<Filter, String> {
        self.joined("and", Self::one, Filter::All)
    }

    fn joined(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Result<Filter, String>,
        join: fn(Vec<Filter>) -> Filter,
    ) -> Result<Filter, String> {
        let first = part(self)?;
        let mut parts = vec![first];
        while self.eat_word(word) {
            parts.push(part(self)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { join(parts) })
    }

    fn one(&mut self) -> Result<Filter, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(format!("at most {DEPTH} parentheses in one another"));
        }
        let filter = if self.eat_word("not") {
            self.one().map(|filter| Filter::Not(Box::new(filter)))
        } else if self.eat("(") {
            let filter = self.any()?;
            if self.eat(")") { Ok(filter) } else { Err("expected )".to_owned()) }
        } else {
            self.comparison()
        };
        self.depth -= 1;
        filter
    }

    fn comparison(&mut self) -> Result<Filter, String> {
        let path: Vec<_> = self.word().split('/').map(str::to_owned).collect();
        if path.iter().any(String::is_empty) {
            return Err(format!("expected a property, found {:?}", self.rest));
        }
        let equal = match self.word() {
            "eq" => true,
            "ne" => false,
            other => return Err(format!("expected eq or ne, found {other:?}")),
        };
        Ok(Filter::Compare(path, equal, self.literal()?))
    }

    fn literal(&mut self) -> Result<Value, String> {
        if self.eat("'") {
            let mut text = String::new();
            loop {
                let (part, rest) = self.rest.split_once('\'').ok_or("expected a closing '")?;
                text.push_str(part);
                self.rest = rest;
                // A quote inside is written twice.
                if !rest.starts_with('\'') {
                    return Ok(text.into());
                }
                text.push('\'');
                self.rest = &rest[1..];
            }
        }
        match self.word() {
            "null" => Ok(Value::Null),
            "true" => Ok(true.into()),
            "false" => Ok(false.into()),
            other => Err(format!("expected null, true, false or a text in single quotes, found {other:?}")),
        }
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest.trim_start();
        let end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '\'')).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        self.rest = after;
        word
    }

    fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let before = self.rest;
        let eats = self.word() == word;
        if !eats {
            self.rest = before;
        }
        eats
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn links_are_told_apart_by_what_they_are() {
        let link =
            json!({ "id": "7", "link": { "scope": "anonymous", "webUrl": "it's" }, "hasPassword": true });
        for (filter, holds) in [
            ("Link ne null", true),
            ("link eq null", false),
            ("Link ne null and Link/Scope eq 'anonymous'", true),
            ("link/scope eq 'users' or (hasPassword eq true and not link/type ne null)", true),
            ("link/webUrl eq 'it''s'", true),
            ("grantedTo/user/id eq 'x'", false),
        ] {
            assert_eq!(Filter::read(filter).map(|filter| filter.holds(&link)), Ok(holds), "{filter}");
        }
    }

    #[test]
    fn what_is_no_filter_is_told() {
        for text in [
            "",
            "link",
            "link is null",
            "link ne",
            "link ne 'open",
            "(link ne null",
            "link ne null link",
            "/ eq null",
        ] {
            assert!(Filter::read(text).is_err(), "{text}");
        }
        assert!(Filter::read(&"(".repeat(10_000)).is_err() && Filter::read(&"not ".repeat(10_000)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd_to_read(text in "\\PC*") {
            let _ = Filter::read(&text);
        }
    }
}
