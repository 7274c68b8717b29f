use std::io::{self, Read};

use proptest::prelude::*;
use sharing_model::{Circumstances, DriveRecipient, Role};

use super::*;
use crate::{Expiry, Options, Row};

/// Gives one byte at a time, so that nothing may rest on where a read ends.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let one = buffer.len().min(1);
        self.0.read(&mut buffer[..one])
    }
}

/// What a list reads as, by a whole and by dripping input alike.
fn read(text: &[u8], format: Format) -> Vec<Result<Row, AccessListFault>> {
    let now = Circumstances::default().now("2026-12-01T00:00:00Z".parse().unwrap());
    let whole: Vec<_> = AccessListReader::new(text, format).under(now).collect();
    let dripped: Vec<_> = AccessListReader::new(Drip(text), format).under(now).collect();
    assert_eq!(whole, dripped);
    whole
}

/// A line for each row or fault.
fn seen(text: &str, format: Format) -> String {
    let lines = read(text.as_bytes(), format).into_iter().map(|row| match row {
        Ok(row) => format!("{}: {}", row.line, serde_json::to_string(&row).unwrap()),
        Err(fault) => fault.to_string(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_fault_of_csv_is_told_with_its_place() {
    let text = "item,recipient,role,notify,sign-in,message,expires\r\n\
                /me/messages,ryan@contoso.com,read,,,,\r\n\
                \"/drive/root:/Zoë, old\",ryan@,owner,perhaps,,,\r\n\
                \r\n\
                /drive/root:/a,ryan@contoso.com,read,true,,\"two\r\nlines\",2020-01-01T00:00:00Z\r\n\
                /drive/root:/a,ryan@contoso.com\r\n\
                ,,,,,,\r\n\
                /drive/items/17,id:12,read,,,,2027-01-31\r\n\
                /drive/root:/b,Kim@Fabrikam.com,Read,TRUE,,\"say \"\"hello\"\"\",+2w\r\n";
    insta::assert_snapshot!(seen(text, Format::Csv));
}

#[test]
fn every_fault_of_json_is_told_with_its_place() {
    let lines = "\u{feff}{\"item\":\"/drive/root:/a\",\"recipient\":\"ryan@contoso.com\",\"role\":\"read\"}\n\n\
                 {\"item\":\"/drive/root:/a\",\"recipient\":7,\"role\":\"owner\",\"rolle\":\"read\",\"rol\\u0065\":\"read\"}\n\
                 {\"item\":\"/drive/root:/a\",\"recipient\":\"ryan@contoso.com\",\"role\":\"read\",\"notify\":\"yes\"}\n\
                 {\"item\":\"/drive/root:/a\" \"recipient\"}\n[]\n\
                 {\"path\":\"/drive/root:/a\",\"EMAIL\":\"ryan@contoso.com\",\"permission\":\"write\",\"message\":null}\n";
    let array = "[\n  { \"item\": \"/drive/root:/a]\", \"recipient\": \"ryan@contoso.com\",\n    \"role\": \"owner\" },\n  \
                 { \"item\": \"/drive/root:/\\\"\", \"recipient\": \"ryan@contoso.com\", \"role\": \"read\" },\n  7 ]";
    let seen = [
        seen(lines, Format::Ndjson),
        seen(array, Format::Json),
        seen("{}", Format::Json),
        seen("[{}", Format::Json),
        seen("[]{", Format::Json),
        seen("", Format::Json),
    ];
    insta::assert_snapshot!(seen.join("\n--\n"));
}

#[test]
fn a_header_names_every_column_that_it_lacks_or_should_not_have() {
    let seen = [
        "",
        "item;recipient;role\n",
        "item\trecipient\n",
        "\u{feff}item,recipient,rolle,recipient,colour\n",
        "Web URL,E-Mail,Permission,Require Sign-In\n\
         https://contoso.sharepoint.com/Shared%20Documents/a.docx,ryan@contoso.com,read,\n",
        "item,recipient,role\n\"/drive/root:/a",
    ];
    insta::assert_snapshot!(seen.map(seen_in_csv).join("\n--\n"));
    assert!(read(b"\xFF\xFEi\0t\0e\0m\0", Format::Csv)[0].is_err());
    assert!(
        read(b"item,recipient,role\n/drive/root:/a,ry\xFFan@contoso.com,read\n", Format::Csv)[0].is_err()
    );
}

fn seen_in_csv(text: &str) -> String {
    seen(text, Format::Csv)
}

#[test]
fn a_quote_that_nobody_closes_does_not_fill_the_memory() {
    let endless = b"item,recipient,role\n\"".chain(io::repeat(b'a'));
    let faults: Vec<_> = AccessListReader::new(endless, Format::Csv).collect();
    assert!(matches!(&*faults, [Err(fault)] if fault.line == 2 && fault.what.contains("1 MiB")));
    for format in [Format::Ndjson, Format::Json] {
        let endless = b"[{\"item\":\"".chain(io::repeat(b'a'));
        let faults: Vec<_> = AccessListReader::new(endless, format).collect();
        assert!(matches!(&*faults, [Err(fault)] if fault.what.contains("1 MiB")), "{format}");
    }
}

fn any_row() -> impl Strategy<Value = Row> {
    let item = prop_oneof![
        "/drive/root:/[ -!#-)+-.0-9;=@-\\[\\]-z{}~äß]{0,9}[a-zé]",
        "/drives/b![a-z]{1,5}/items/01[A-Z]{1,5}",
        "https://contoso\\.sharepoint\\.com/:w:/s/[a-z]{1,8}",
    ];
    let item = item.prop_filter_map("an address", |text: String| text.parse().ok());
    let recipient = prop_oneof![
        "[a-z.]{1,5}[a-z]@[a-z]{1,8}\\.com".prop_map(DriveRecipient::email),
        "[a-z]{1,8}".prop_map(DriveRecipient::alias),
        "[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-8[0-9A-F]{3}-[0-9A-F]{12}".prop_map(DriveRecipient::object_id),
    ];
    let message = proptest::option::of("[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]{1,30}");
    let expires = prop_oneof![
        Just(None),
        (1_800_000_000_i64..4_000_000_000)
            .prop_map(|at| Some(Expiry::At(jiff::Timestamp::from_second(at).unwrap()))),
        (1_i64..9_999).prop_map(|hours| Some(Expiry::After(jiff::SignedDuration::from_hours(hours)))),
    ];
    let role = prop_oneof![Just(Role::Read), Just(Role::Write)];
    // Both flags false is what the service refuses.
    let flags = prop_oneof![Just((true, true)), Just((false, true)), Just((true, false))];
    (item, recipient, role, flags, message, expires).prop_map(
        |(item, recipient, role, (notify, sign_in), message, expires)| {
            let options = Options { role, notify, sign_in, message, expires };
            Row::new(item, recipient, options)
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_reads_as_the_same_rows(rows in proptest::collection::vec(any_row(), 0..6)) {
        for format in [Format::Csv, Format::Ndjson, Format::Json] {
            let mut writer = AccessListWriter::new(Vec::new(), format);
            for row in &rows {
                writer.write(row).unwrap();
            }
            let text = writer.finish().unwrap();
            let again: Vec<_> = read(&text, format).into_iter().map(|row| row.map(|row| row.at(0))).collect();
            let rows: Vec<_> = rows.iter().cloned().map(Ok).collect();
            prop_assert_eq!(again, rows, "{}: {}", format, String::from_utf8_lossy(&text));
        }
    }

    #[test]
    fn nothing_that_is_read_panics(text in "(item,recipient,role\n)?[\\[\\]{}\",:a-z\r\n\\\\ ]{0,80}") {
        for format in [Format::Csv, Format::Ndjson, Format::Json] {
            read(text.as_bytes(), format);
        }
    }
}
