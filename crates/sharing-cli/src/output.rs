//! Pictures of what was asked for: a table for people, the rest for programs.

mod shape;
mod table;

use std::{
    cell::RefCell,
    io::{self, Write},
};

use anstream::ColorChoice;
use clap::{Args, ValueEnum};
use jmespath::Expression;
use serde::Serialize;
use serde_json::{Map, Value};

use self::table::picture;
use crate::{failure::Failure, wrap::width};

/// How to print.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for people.
    #[default]
    Table,
    /// What the service said, as JSON.
    Json,
    /// A line of JSON for each entry.
    Ndjson,
    /// Comma-separated values, with a header.
    Csv,
    /// What the service said, as YAML.
    Yaml,
    /// A page for a browser, of an audit or a run.
    Html,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArguments {
    /// How to print what was asked for.
    #[arg(short, long, value_enum, default_value_t, global = true, value_name = "FORMAT")]
    output: Format,

    /// Print only what this JMESPath expression finds in the JSON, as in "value[].id".
    #[arg(long, global = true, value_name = "EXPRESSION")]
    query: Option<String>,

    /// Print only these columns, in this order: of a table by its headings, of JSON by its properties.
    #[arg(long, global = true, value_name = "NAME,…", value_delimiter = ',')]
    columns: Vec<String>,

    /// Whether to colour. NO_COLOR in the environment means never, unless this says otherwise.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal.
    #[default]
    Auto,
    Always,
    Never,
}

/// Prints data to standard output, and keeps what the summary of it all says.
pub(crate) struct Output {
    format: Format,
    query: Option<Expression<'static>>,
    columns: Vec<String>,
    summary: RefCell<Map<String, Value>>,
}

impl Output {
    /// What was wished for; from here on everything is coloured, or not, as it says.
    pub(crate) fn new(arguments: &OutputArguments) -> Result<Self, Failure> {
        match arguments.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
        .write_global();
        let query = arguments.query.as_deref().map(|text| {
            // Its further lines point at the place.
            let why = |error: jmespath::JmespathError| error.to_string().lines().map(str::to_owned).collect();
            jmespath::compile(text)
                .map_err(|error| Failure::Query { expression: text.to_owned(), faults: why(error) })
        });
        Ok(Self {
            format: arguments.output,
            query: query.transpose()?,
            columns: arguments.columns.iter().map(|name| name.trim().to_owned()).collect(),
            summary: RefCell::default(),
        })
    }

    /// Prints a value: as it is, or the rows that are made of it.
    pub(crate) fn print<T: Serialize>(
        &self,
        value: &T,
        header: &[&str],
        rows: impl FnOnce(&T) -> Vec<Vec<String>>,
    ) -> Result<(), Failure> {
        let text = match self.format {
            _ if self.query.is_some() => return self.shape(serde_json::to_value(value)?),
            Format::Json if self.columns.is_empty() => serde_json::to_string_pretty(value)?,
            Format::Yaml if self.columns.is_empty() => shape::yaml(value)?,
            Format::Json | Format::Yaml | Format::Ndjson => return self.shape(serde_json::to_value(value)?),
            Format::Table => {
                let (header, rows) = self.chosen(header, rows(value))?;
                picture(&header, rows, width(io::stdout()))
            }
            Format::Csv => {
                let (header, rows) = self.chosen(header, rows(value))?;
                let header: Vec<_> = header.iter().map(|name| name.to_lowercase()).collect();
                table::csv(&header, rows)?
            }
            Format::Html => return Err(Failure::NoPage),
        };
        Ok(write(&text)?)
    }

    /// The format in which rows are made that come one by one: where their shape is changed before they are printed, or
    /// where only this knows the format, they come as JSON to a [`sink`](Self::sink).
    pub(crate) fn format(&self) -> Format {
        if self.gathers() { Format::Json } else { self.format }
    }

    fn gathers(&self) -> bool {
        self.format == Format::Yaml || self.query.is_some() || !self.columns.is_empty()
    }

    /// Where rows go that come one by one, written in [`format`](Self::format).
    pub(crate) fn sink(&self) -> Sink {
        if self.gathers() { Sink::Gathered(Vec::new()) } else { Sink::Stdout(Stdout::new()) }
    }

    /// Prints what was gathered, if it was.
    pub(crate) fn close(&self, sink: Sink) -> Result<(), Failure> {
        match sink {
            Sink::Stdout(_) => Ok(()),
            Sink::Gathered(json) => {
                // One value, or several in lines of their own.
                let values = serde_json::Deserializer::from_slice(&json).into_iter::<Value>();
                let mut values = values.collect::<Result<Vec<_>, _>>()?;
                match (values.pop(), values.is_empty()) {
                    (Some(only), true) => self.shape(only),
                    (last, _) => {
                        values.extend(last);
                        self.shape(values.into())
                    }
                }
            }
        }
    }

    /// Prints a part of a long table: the first, counted from 0, and the following ones with an empty line before them.
    pub(crate) fn section(
        &self,
        header: &[&str],
        rows: Vec<Vec<String>>,
        part: usize,
    ) -> Result<(), Failure> {
        if part > 0 {
            write("")?;
        }
        Ok(write(&picture(header, rows, width(io::stdout())))?)
    }

    /// Keeps what the summary is to say.
    pub(crate) fn note(&self, name: &str, value: &impl Serialize) {
        // What cannot be JSON is not worth failing for.
        if let Ok(value) = serde_json::to_value(value) {
            self.summary.borrow_mut().insert(name.to_owned(), value);
        }
    }

    /// What was kept.
    pub(crate) fn noted(&self) -> Map<String, Value> {
        self.summary.borrow().clone()
    }
}

/// Standard output, or what is gathered to be printed in another shape.
#[derive(Debug)]
pub(crate) enum Sink {
    Stdout(Stdout),
    Gathered(Vec<u8>),
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::Gathered(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Gathered(out) => out.flush(),
        }
    }
}

/// Standard output, whose reader may have seen enough: then what is written goes nowhere.
#[derive(Debug)]
pub(crate) struct Stdout {
    is_read: bool,
}

impl Stdout {
    pub(crate) const fn new() -> Self {
        Self { is_read: true }
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_read {
            return Ok(bytes.len());
        }
        match io::stdout().lock().write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_read = false;
                Ok(bytes.len())
            }
            result => result,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match io::stdout().lock().flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}

/// Writes lines to standard output, without their colours where nobody sees them.
pub(crate) fn write(text: &str) -> io::Result<()> {
    match writeln!(anstream::stdout().lock(), "{text}") {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
