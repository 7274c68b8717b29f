//! One text for both databases: what differs has a name in braces, and many values travel in one statement.

use std::fmt::Write;

use sqlx::{Any, AssertSqlSafe, any::AnyArguments, query::Query};

/// Parameters in one statement. SQLite looks through all of a statement's names for each of them: with ten times as many,
/// a row costs ten times as much.
const PARAMETERS: usize = 800;

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// The statement as this database spells it: `{now}` is its clock, `{skip locked}` leaves out what others hold.
    pub(super) fn spell(self, text: &str) -> String {
        let (now, skip) = match self {
            Self::Sqlite => ("CAST(unixepoch('subsec') * 1000 AS INTEGER)", ""),
            Self::Postgres => {
                ("CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)", "FOR UPDATE SKIP LOCKED")
            }
        };
        text.replace("{now}", now).replace("{skip locked}", skip)
    }

    /// How a transaction begins that will write: SQLite takes its lock at once, instead of failing halfway.
    pub(super) const fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }
}

/// One value of a statement.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Number(i64),
    Text(String),
    NoText,
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::NoText, Self::Text)
    }
}

/// Puts a value into a statement.
pub(super) fn bind(query: Query<'_, Any, AnyArguments>, value: Value) -> Query<'_, Any, AnyArguments> {
    match value {
        Value::Number(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::NoText => query.bind(None::<String>),
    }
}

/// How many rows of so many values go in one statement.
pub(super) const fn rows_at_once(values: usize) -> usize {
    PARAMETERS / values
}

/// `($1, $2), ($3, $4)`: the places for so many rows of so many values, counted on from those before.
pub(super) fn places(before: usize, rows: usize, values: usize) -> String {
    let mut text = String::with_capacity(rows * values * 7);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for value in 0..values {
            let comma = if value == 0 { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}${}", before + row * values + value + 1);
        }
        text.push(')');
    }
    text
}

/// A statement that is made up anew each time, of texts of this crate alone, and is not worth keeping.
pub(super) fn query(text: String) -> Query<'static, Any, AnyArguments> {
    sqlx::query(AssertSqlSafe(text)).persistent(false)
}

/// A statement that comes again.
pub(super) fn kept(text: String) -> Query<'static, Any, AnyArguments> {
    sqlx::query(AssertSqlSafe(text))
}
