//! `AccessListWriter`: an access list, row by row.

use std::{
    fmt,
    io::{self, Write},
};

use super::{column::Column, format::Format};
use crate::{Row, guard};

/// Writes an access list row by row; an [`AccessListReader`](crate::AccessListReader) reads the same rows from it.
///
/// ```
/// use sharing_bulk::{AccessListWriter, Format, Options, Row};
/// use sharing_model::{DriveRecipient, Role};
///
/// let row = Row::new("/drive/root:/a".parse()?, DriveRecipient::email("ryan@contoso.com"), Options::new(Role::Read));
/// let mut list = AccessListWriter::new(Vec::new(), Format::Csv);
/// list.write(&row)?;
/// assert_eq!(
///     String::from_utf8(list.finish()?)?,
///     "item,recipient,role,expires,notify,message,sign-in\n/drive/root:/a,ryan@contoso.com,read,,,,\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct AccessListWriter<W: Write> {
    target: Target<W>,
    format: Format,
    has_begun: bool,
    rows: u64,
}

enum Target<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Json(W),
}

impl<W: Write> AccessListWriter<W> {
    /// Writes in this format.
    ///
    /// ```
    /// use sharing_bulk::{AccessListWriter, Format};
    ///
    /// let empty = AccessListWriter::new(Vec::new(), Format::Json).finish()?;
    /// assert_eq!(empty, b"[\n]\n");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn new(inner: W, format: Format) -> Self {
        let target = match format {
            Format::Csv => Target::Csv(Box::new(csv::Writer::from_writer(inner))),
            Format::Ndjson | Format::Json => Target::Json(inner),
        };
        Self { target, format, has_begun: false, rows: 0 }
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    ///
    /// ```
    /// # use sharing_bulk::{AccessListWriter, Format, Row};
    /// let json = r#"{"item":"/drive/root:/a","recipient":"ryan@contoso.com","role":"read"}"#;
    /// let mut list = AccessListWriter::new(Vec::new(), Format::Ndjson);
    /// list.write(&serde_json::from_str::<Row>(json)?)?;
    /// assert_eq!(String::from_utf8(list.finish()?)?, format!("{json}\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write(&mut self, row: &Row) -> io::Result<()> {
        self.begin()?;
        let is_first = self.rows == 0;
        self.rows += 1;
        match &mut self.target {
            Target::Csv(csv) => {
                let options = &row.options;
                let flag = |said: bool, text: &'static str| if said { text } else { "" };
                csv.write_record([
                    &*row.item.to_string(),
                    &*guard(&row.whom()),
                    options.role.as_str(),
                    &options.expires.map(|expires| expires.to_string()).unwrap_or_default(),
                    flag(options.notify, "true"),
                    &*guard(options.message.as_deref().unwrap_or_default()),
                    flag(!options.sign_in, "false"),
                ])
                .map_err(io::Error::from)
            }
            Target::Json(out) => {
                if self.format == Format::Json {
                    out.write_all(if is_first { b"\n" } else { b",\n" })?;
                }
                serde_json::to_writer(&mut *out, row)?;
                if self.format == Format::Ndjson { out.write_all(b"\n") } else { Ok(()) }
            }
        }
    }

    /// Ends the list, and gives back what it was written to.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    ///
    /// ```
    /// use sharing_bulk::{AccessListWriter, Format};
    ///
    /// let empty = AccessListWriter::new(Vec::new(), Format::Csv).finish()?;
    /// assert_eq!(empty, b"item,recipient,role,expires,notify,message,sign-in\n");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn finish(mut self) -> io::Result<W> {
        self.begin()?;
        match self.target {
            Target::Csv(csv) => csv.into_inner().map_err(|error| io::Error::other(error.error().to_string())),
            Target::Json(mut out) => {
                if self.format == Format::Json {
                    out.write_all(b"\n]\n")?;
                }
                out.flush()?;
                Ok(out)
            }
        }
    }

    /// Writes what stands before the first row.
    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.has_begun, true) {
            return Ok(());
        }
        match &mut self.target {
            Target::Csv(csv) => csv.write_record(Column::all().map(Column::name)).map_err(io::Error::from),
            Target::Json(out) if self.format == Format::Json => out.write_all(b"["),
            Target::Json(_) => Ok(()),
        }
    }
}

impl<W: Write> fmt::Debug for AccessListWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessListWriter").field("format", &self.format).finish_non_exhaustive()
    }
}
