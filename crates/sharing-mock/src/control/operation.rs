//! What can be asked of the control API, as data.

use hyper::Response;
use schemars::{Schema, SchemaGenerator};

use super::{Call, Wrong};
use crate::socket;

/// One thing to ask.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    /// Below `/_mock`; a segment in braces stands for any one.
    pub(crate) path: &'static str,
    /// Its name in the document, in camel case.
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) query: &'static [Parameter],
    pub(crate) body: Option<Body>,
    pub(crate) reply: Reply,
    pub(crate) handler: fn(&Call<'_>) -> Result<Response<socket::Body>, Wrong>,
}

/// A parameter of the query.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    /// What it means, and what is right.
    pub(crate) description: &'static str,
    /// `string` or `integer`.
    pub(crate) kind: &'static str,
}

/// A body to send.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
    /// One that is right, and that a refusal shows.
    pub(crate) example: &'static str,
    pub(crate) required: bool,
}

/// What comes back where nothing is wrong.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) media_type: &'static str,
    /// None where there is no body.
    pub(crate) schema: Option<fn(&mut SchemaGenerator) -> Schema>,
}

impl Reply {
    pub(crate) const NOTHING: Self = Self { status: 204, media_type: "", schema: None };

    pub(crate) const fn ok(schema: fn(&mut SchemaGenerator) -> Schema) -> Self {
        Self { status: 200, media_type: "application/json", schema: Some(schema) }
    }

    pub(crate) const fn created(schema: fn(&mut SchemaGenerator) -> Schema) -> Self {
        Self { status: 201, ..Self::ok(schema) }
    }
}

impl Operation {
    /// Whether a path is this operation's, and what stands for the segment in braces.
    pub(crate) fn meets<'a>(&self, path: &'a str) -> Option<Option<&'a str>> {
        let (mut own, mut asked) = (self.path.split('/'), path.split('/'));
        let mut parameter = None;
        loop {
            match (own.next(), asked.next()) {
                (None, None) => return Some(parameter),
                (Some(own), Some(asked)) if own.starts_with('{') && !asked.is_empty() => {
                    parameter = Some(asked)
                }
                (Some(own), Some(asked)) if own == asked => {}
                _ => return None,
            }
        }
    }

    /// The name of the segment in braces.
    pub(crate) fn parameter(&self) -> Option<&'static str> {
        self.path.split('/').find_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }
}
