//! Access lists: who should have, or who has, which access to what; read and written as CSV, NDJSON or JSON.

mod cells;
mod column;
mod csv;
mod fault;
mod format;
mod json;
mod reader;
mod rules;
mod tail;
mod writer;

pub use self::{
    fault::AccessListFault,
    format::{Format, NoFormat},
    reader::AccessListReader,
    writer::AccessListWriter,
};
