//! Access lists: who should have, or who has, which access to what; read and written as CSV, NDJSON or JSON.

mod agreement;
mod cells;
mod column;
mod csv;
mod fault;
mod format;
mod json;
mod reader;
mod rules;
mod schema;
mod tail;
mod writer;

#[cfg(test)]
mod tests;

pub use self::{
    agreement::Agreement,
    fault::AccessListFault,
    format::{Format, NoFormat},
    reader::{AccessListReader, Entry},
    schema::access_list_schema,
    writer::AccessListWriter,
};
