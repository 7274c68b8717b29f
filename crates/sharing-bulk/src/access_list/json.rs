//! An access list as NDJSON or as one array of JSON: an object for each item and recipient.

use std::{
    borrow::Cow,
    fmt,
    io::{self, BufRead, BufReader, Read},
};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    cells::{Cell, Cells},
    column::{Column, NEEDED},
    fault::{AccessListFault, Place},
    tail::LONGEST_ROW,
};

/// The objects of a list, one at a time.
pub(super) struct Json<R> {
    bytes: Bytes<R>,
    shape: Shape,
    object: Vec<u8>,
    is_done: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Lines,
    /// One array, whose bracket is still to come.
    Array,
    /// In the array, before its first element.
    First,
    Next,
}

impl<R: Read> Json<R> {
    pub(super) fn lines(inner: R) -> Self {
        Self::of(inner, Shape::Lines)
    }

    pub(super) fn array(inner: R) -> Self {
        Self::of(inner, Shape::Array)
    }

    fn of(inner: R, shape: Shape) -> Self {
        let bytes = Bytes { inner: BufReader::new(inner), place: Place::START };
        Self { bytes, shape, object: Vec::new(), is_done: false }
    }

    /// The next object's cells, or what is wrong with it.
    pub(super) fn advance(&mut self) -> Option<Result<Cells<'_>, Vec<AccessListFault>>> {
        if self.is_done {
            return None;
        }
        self.object.clear();
        let found = match self.shape {
            Shape::Lines => self.line(),
            _ => self.element(),
        };
        match found {
            Ok(Some(start)) => Some(cells(&self.object, start)),
            Ok(None) => {
                self.is_done = true;
                None
            }
            Err(fault) => {
                self.is_done = true;
                Some(Err(vec![fault]))
            }
        }
    }

    /// Reads the next line that is not empty, and says where it begins.
    fn line(&mut self) -> Result<Option<Place>, AccessListFault> {
        loop {
            let start = self.bytes.place;
            self.object.clear();
            if self.bytes.line(&mut self.object).map_err(|error| start.fault(error.to_string()))? == 0 {
                return Ok(None);
            }
            if start == Place::START {
                strip_bom(&mut self.object);
            }
            if !self.object.trim_ascii().is_empty() {
                return Ok(Some(start));
            }
        }
    }

    /// Reads the next element of the array, and says where it begins.
    fn element(&mut self) -> Result<Option<Place>, AccessListFault> {
        let wrong = |place: Place, needed: &str, found: Option<u8>| {
            let found = found.map_or_else(|| "the end".to_owned(), |byte| format!("{:?}", char::from(byte)));
            Err(place.fault(format!("{needed} is needed; found {found}")))
        };
        if self.shape == Shape::Array {
            match self.bytes.next_token()? {
                (_, Some(b'[')) => self.shape = Shape::First,
                (place, found) => return wrong(place, "an array of rows, which begins with [,", found),
            }
        }
        let (mut place, mut byte) = self.bytes.next_token()?;
        match (self.shape, byte) {
            (_, Some(b']')) => {
                return match self.bytes.next_token()? {
                    (_, None) => Ok(None),
                    (place, found) => wrong(place, "nothing after the array", found),
                };
            }
            (Shape::First, _) => self.shape = Shape::Next,
            (_, Some(b',')) => (place, byte) = self.bytes.next_token()?,
            (_, found) => return wrong(place, ", or ]", found),
        }
        let Some(first @ b'{') = byte else { return wrong(place, "an object", byte) };

        self.object.push(first);
        let (mut depth, mut quoted, mut escaped) = (1, false, false);
        while depth > 0 {
            let Some(byte) = self.bytes.next()? else {
                return wrong(self.bytes.place, "the object's end", None);
            };
            self.object.push(byte);
            if self.object.len() > LONGEST_ROW {
                return Err(place.fault("an object of more than 1 MiB: is it not closed?"));
            }
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b'{' | b'[' if !quoted => depth += 1,
                b'}' | b']' if !quoted => depth -= 1,
                _ => {}
            }
        }
        Ok(Some(place))
    }
}

/// The properties of one object as the cells of a row.
fn cells(object: &[u8], start: Place) -> Result<Cells<'_>, Vec<AccessListFault>> {
    let mut cells = Cells::new(object, start, |_, byte| byte);
    let properties: Properties<'_> = serde_json::from_slice(object).map_err(|error| {
        let lines = object.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
        let offset = lines.map(<[u8]>::len).sum::<usize>() + error.column().saturating_sub(1);
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        let what = match (error.is_data(), what) {
            (true, _) => "an object with the properties item, recipient and role is needed".to_owned(),
            (_, what) if what.starts_with("control character") => {
                "a text ends before its line does".to_owned()
            }
            (_, what) => format!("no JSON: {what}"),
        };
        vec![cells.place_of(offset).fault(what)]
    })?;
    let (mut faults, mut there) = (Vec::new(), Vec::new());
    for (name, value) in properties.0 {
        let at = offset_in(object, value.get());
        let column = match Column::by_name(&name) {
            Ok(column) => column,
            Err(what) => {
                // The name's quote stands before it, where the name is written as it reads.
                let of_name = match name {
                    Cow::Borrowed(name) => offset_in(object, name).saturating_sub(1),
                    Cow::Owned(_) => at,
                };
                faults.push(cells.place_of(of_name).fault(what.replacen("column", "property", 1)));
                continue;
            }
        };
        there.push(column);
        match text(column, value) {
            Ok(None) => {}
            Ok(Some(text)) => {
                if !cells.put(column, Cell { text, at }) {
                    faults.push(
                        cells.place_of(at).fault(format!("the property {} comes twice", column.name())),
                    );
                }
            }
            Err(what) => faults.push(cells.place_of(at).fault(what)),
        }
    }
    let missing = NEEDED.iter().filter(|needed| !there.contains(needed));
    let end = cells.place_of(object.trim_ascii_end().len().saturating_sub(1));
    faults.extend(missing.map(|column| end.fault(format!("the property {} is missing", column.name()))));
    if faults.is_empty() { Ok(cells) } else { Err(faults) }
}

/// What a property says, as a cell of CSV would.
fn text(column: Column, value: &RawValue) -> Result<Option<Cow<'_, str>>, String> {
    let raw = value.get();
    let is_flag = matches!(column, Column::Notify | Column::SignIn | Column::External);
    match raw {
        "null" => Ok(None),
        "true" | "false" if is_flag => Ok(Some(Cow::Borrowed(raw))),
        _ if !is_flag && raw.starts_with('"') => {
            serde_json::from_str(raw).map(Some).map_err(|error| error.to_string())
        }
        _ => {
            let needed = if is_flag { "true or false" } else { "a text" };
            Err(format!("{}: {needed}; found {}", column.name(), shown(raw)))
        }
    }
}

/// The beginning of a value.
fn shown(raw: &str) -> String {
    match raw.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &raw[..end]),
        None => raw.to_owned(),
    }
}

/// At which byte of an object a part of it begins.
fn offset_in(object: &[u8], part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(object.as_ptr() as usize).min(object.len())
}

fn strip_bom(line: &mut Vec<u8>) {
    if line.starts_with(b"\xEF\xBB\xBF") {
        line.drain(..3);
    }
}

/// An object's properties in their order, each value as it stands.
struct Properties<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Properties<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Properties<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with the properties item, recipient and role")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut properties = Vec::with_capacity(7);
                while let Some((Name(name), value)) = map.next_entry()? {
                    properties.push((name, value));
                }
                Ok(Properties(properties))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

/// A property's name, borrowed where it can be.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Bytes, and where the next of them stands.
struct Bytes<R> {
    inner: BufReader<R>,
    place: Place,
}

impl<R: Read> Bytes<R> {
    fn next(&mut self) -> Result<Option<u8>, AccessListFault> {
        let mut one = [0];
        let read = match self.inner.fill_buf() {
            Ok([]) => return Ok(None),
            Ok(bytes) => bytes[0],
            Err(error) => return Err(self.place.fault(error.to_string())),
        };
        one[0] = read;
        self.inner.consume(1);
        self.place = self.place.after(&one);
        Ok(Some(read))
    }

    /// The next byte that is no space, and where it stands.
    fn next_token(&mut self) -> Result<(Place, Option<u8>), AccessListFault> {
        loop {
            let place = self.place;
            match self.next()? {
                Some(b' ' | b'\t' | b'\r' | b'\n') => {}
                // A byte order mark before all else.
                Some(0xEF) if place == Place::START => {
                    self.next()?;
                    self.next()?;
                    self.place = Place::START;
                }
                found => return Ok((place, found)),
            }
        }
    }

    /// Reads a line with its break, and says how many bytes it has.
    fn line(&mut self, line: &mut Vec<u8>) -> io::Result<usize> {
        let read = self.inner.by_ref().take(LONGEST_ROW as u64).read_until(b'\n', line)?;
        if read == LONGEST_ROW && !line.ends_with(b"\n") {
            return Err(io::Error::other("a line of more than 1 MiB"));
        }
        self.place = Place { line: self.place.line + 1, column: 1 };
        Ok(read)
    }
}
