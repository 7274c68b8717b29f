//! `AccessList`: rows of item, recipient, role and options, read from CSV.

use std::{collections::HashMap, fmt};

use sharing_model::{
    Action, DriveRecipient, InvalidRequest, InviteRequest, InviteRequestBuilder, ItemAddress, Role,
};

/// How many recipients go in one request. The service documents no limit, so this one is cautious.
const RECIPIENTS_PER_REQUEST: usize = 50;

/// Who should have which access to what.
///
/// As CSV: a header, then a row for each item and recipient. The columns `item`, `recipient` and `role` are needed;
/// `message`, `notify` and `sign-in` may be there. `notify` is `false` unless a row says `true`, `sign-in` is `true`
/// unless a row says `false`.
///
/// ```
/// use sharing_bulk::AccessList;
///
/// // Columns come in any order, recipients by any name.
/// let list = AccessList::from_csv("Role,Recipient,Item\nread,alias:ryan,\"/drive/root:/Plans, old\"\n")?;
/// assert_eq!(list.rows()[0].recipient.alias.as_deref(), Some("ryan"));
/// assert_eq!(list.rows()[0].item.to_string(), "/drive/root:/Plans, old");
/// # Ok::<(), sharing_bulk::AccessListError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessList {
    rows: Vec<Row>,
}

/// One row: one recipient's access to one item.
///
/// ```
/// use sharing_bulk::AccessList;
///
/// let list = AccessList::from_csv("item,recipient,role\n/drive/root:/Projects,ryan@contoso.com,write\n")?;
/// let row = &list.rows()[0];
/// assert_eq!((row.line, row.options.role.as_str()), (2, "write"));
/// # Ok::<(), sharing_bulk::AccessListError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The line in the file, counted from 1.
    pub line: u64,
    /// The item.
    pub item: ItemAddress,
    /// Who gets access.
    pub recipient: DriveRecipient,
    /// What that is.
    pub options: Options,
}

/// What rows must have in common to go in one request.
///
/// ```
/// use sharing_bulk::AccessList;
///
/// let list = AccessList::from_csv("item,recipient,role,notify\n/drive/root:/Projects,ryan@contoso.com,read,\n")?;
/// let options = &list.rows()[0].options;
/// assert_eq!((options.notify, options.sign_in, &options.message), (false, true, &None));
/// # Ok::<(), sharing_bulk::AccessListError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Options {
    /// What the recipient may do.
    pub role: Role,
    /// Whether the recipient gets a mail.
    pub notify: bool,
    /// Whether the recipient must sign in.
    pub sign_in: bool,
    /// The text of the mail.
    pub message: Option<String>,
}

/// Everything that is wrong with an access list.
///
/// ```
/// use sharing_bulk::AccessList;
///
/// let error = AccessList::from_csv("item,recipient,role\n/drive/root:/a,ryan@,read\n/drive/root:/a\n").unwrap_err();
/// let lines: Vec<_> = error.faults.iter().map(|fault| fault.line).collect();
/// assert_eq!(lines, [2, 3]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessListError {
    /// Every fault, in the order of the file.
    pub faults: Vec<AccessListFault>,
}

/// One thing that is wrong with an access list.
///
/// ```
/// use sharing_bulk::AccessList;
///
/// let error = AccessList::from_csv("item,recipient\n").unwrap_err();
/// let fault = &error.faults[0];
/// assert_eq!((fault.line, fault.what.as_str()), (1, "the column role is missing"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessListFault {
    /// The line, counted from 1.
    pub line: u64,
    /// The character in the line, counted from 1.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub what: String,
}

impl fmt::Display for AccessListFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.what)
    }
}

impl fmt::Display for AccessListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.faults.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for AccessListError {}

/// The columns that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Column {
    Item,
    Recipient,
    Role,
    Message,
    Notify,
    SignIn,
}

const COLUMNS: &[(&str, Column)] = &[
    ("item", Column::Item),
    ("recipient", Column::Recipient),
    ("role", Column::Role),
    ("message", Column::Message),
    ("notify", Column::Notify),
    ("sign-in", Column::SignIn),
];

const NEEDED: &[Column] = &[Column::Item, Column::Recipient, Column::Role];

impl Column {
    fn name(self) -> &'static str {
        COLUMNS.iter().find(|(_, column)| *column == self).map_or("", |(name, _)| name)
    }

    /// The column that a property of the request came from.
    fn of_property(property: &str) -> Self {
        match property.split(['[', '.', ',']).next() {
            Some("item") => Self::Item,
            Some("roles") => Self::Role,
            Some("message") => Self::Message,
            Some("requireSignIn") => Self::SignIn,
            _ => Self::Recipient,
        }
    }
}

impl AccessList {
    /// Reads a whole list.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, each fault with its place.
    ///
    /// ```
    /// use sharing_bulk::AccessList;
    ///
    /// let error = AccessList::from_csv("item,recipient,role\n/drive/root:/a,ryan@contoso.com,owner\n").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "2:33: role: read or write; nobody becomes an owner by invitation; found owner"
    /// );
    /// ```
    pub fn from_csv(text: &str) -> Result<Self, AccessListError> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut records = reader.records();
        let mut faults = Vec::new();

        let columns = match records.next() {
            Some(Ok(header)) => columns(&header, &mut faults),
            _ => {
                let what = "a header with the columns item, recipient and role is needed".to_owned();
                faults.push(AccessListFault { line: 1, column: 1, what });
                Vec::new()
            }
        };
        if !faults.is_empty() {
            return Err(AccessListError { faults });
        }

        let mut rows = Vec::new();
        for record in records {
            match record {
                Ok(record) => match row(text, &record, &columns) {
                    Ok(row) => rows.push(row),
                    Err(found) => faults.extend(found),
                },
                Err(error) => {
                    let line = error.position().map_or(1, csv::Position::line);
                    faults.push(AccessListFault { line, column: 1, what: error.to_string() });
                }
            }
        }
        if faults.is_empty() { Ok(Self { rows }) } else { Err(AccessListError { faults }) }
    }

    /// The rows, in the order of the file.
    ///
    /// ```
    /// use sharing_bulk::AccessList;
    ///
    /// let list = AccessList::from_csv(
    ///     "item,recipient,role\n/drive/root:/a,ryan@contoso.com,read\n/drive/root:/a,priya@contoso.com,read\n",
    /// )?;
    /// let names: Vec<_> = list.rows().iter().filter_map(|row| row.recipient.name()).collect();
    /// assert_eq!(names, ["ryan@contoso.com", "priya@contoso.com"]);
    /// # Ok::<(), sharing_bulk::AccessListError>(())
    /// ```
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The invitations that grant all of it: rows that want the same of the same item go in one request, in the order
    /// in which the items first come, with at most 50 recipients each. A recipient who comes twice for the same is
    /// invited once.
    ///
    /// ```
    /// use sharing_bulk::AccessList;
    ///
    /// let list = AccessList::from_csv(
    ///     "item,recipient,role,notify\n\
    ///      /drive/root:/a,ryan@contoso.com,read,true\n\
    ///      /drive/root:/a,priya@contoso.com,read,false\n",
    /// )?;
    /// let mailing: Vec<_> = list.invitations().iter().map(|invitation| invitation.mails()).collect();
    /// assert_eq!(mailing, [true, false]);
    /// # Ok::<(), sharing_bulk::AccessListError>(())
    /// ```
    #[must_use]
    pub fn invitations(&self) -> Vec<Action> {
        let mut order = Vec::new();
        let mut groups: HashMap<(&ItemAddress, &Options), Vec<&DriveRecipient>> = HashMap::new();
        for row in &self.rows {
            let key = (&row.item, &row.options);
            let recipients = groups.entry(key).or_insert_with(|| {
                order.push(key);
                Vec::new()
            });
            if !recipients.contains(&&row.recipient) {
                recipients.push(&row.recipient);
            }
        }
        let requests = order.into_iter().flat_map(|(item, options)| {
            let recipients = &groups[&(item, options)];
            recipients.chunks(RECIPIENTS_PER_REQUEST).filter_map(move |recipients| {
                let recipients = recipients.iter().map(|recipient| (*recipient).clone());
                // Each row was built on its own before, and a list of different ones breaks no rule more.
                let request = options.builder().recipients(recipients).build().ok()?;
                Some(Action::invite(item.clone(), &request))
            })
        });
        requests.collect()
    }
}

impl Options {
    fn builder(&self) -> InviteRequestBuilder {
        let builder = InviteRequest::builder()
            .role(self.role.clone())
            .send_invitation(self.notify)
            .require_sign_in(self.sign_in);
        match &self.message {
            Some(message) => builder.message(message),
            None => builder,
        }
    }
}

/// The columns of a header, in its order.
fn columns(header: &csv::StringRecord, faults: &mut Vec<AccessListFault>) -> Vec<Column> {
    let mut columns = Vec::new();
    let mut at = 1;
    for name in header {
        let known = COLUMNS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim()));
        let mut fault = |what| faults.push(AccessListFault { line: 1, column: at, what });
        match known {
            Some((name, column)) if columns.contains(column) => {
                fault(format!("the column {name} comes twice"))
            }
            Some((_, column)) => columns.push(*column),
            None => {
                let names: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
                fault(format!("no column is called {name:?}; there are {}", names.join(", ")));
            }
        }
        at += name.chars().count() + 1;
    }
    let missing = NEEDED.iter().filter(|needed| !columns.contains(needed));
    faults.extend(missing.map(|column| AccessListFault {
        line: 1,
        column: at.saturating_sub(1).max(1),
        what: format!("the column {} is missing", column.name()),
    }));
    columns
}

fn row(text: &str, record: &csv::StringRecord, columns: &[Column]) -> Result<Row, Vec<AccessListFault>> {
    let start = record.position();
    let line = start.map_or(1, csv::Position::line);
    let fault = |index: usize, what: String| AccessListFault {
        line,
        column: start.map_or(1, |start| column(text, start.byte(), index)),
        what,
    };
    if record.len() != columns.len() {
        let what = format!("{} fields are needed; found {}", columns.len(), record.len());
        return Err(vec![fault(record.len().min(columns.len()), what)]);
    }

    let index = |column| columns.iter().position(|candidate| *candidate == column);
    let cell = |column| index(column).and_then(|index| record.get(index)).map_or("", str::trim);
    let mut faults = Vec::new();
    let mut flag = |column, default| match cell(column) {
        "" => default,
        "true" => true,
        "false" => false,
        other => {
            let what = format!("{}: true or false; found {other}", column.name());
            faults.push(fault(index(column).unwrap_or(0), what));
            default
        }
    };
    let options = Options {
        role: cell(Column::Role).into(),
        notify: flag(Column::Notify, false),
        sign_in: flag(Column::SignIn, true),
        message: Some(cell(Column::Message)).filter(|text| !text.is_empty()).map(str::to_owned),
    };
    let recipient = DriveRecipient::from(cell(Column::Recipient));
    let item = cell(Column::Item);
    if let Err(InvalidRequest { faults: invalid, .. }) =
        options.builder().recipient(recipient.clone()).build_for(item)
    {
        faults.extend(invalid.into_iter().map(|invalid| {
            let column = Column::of_property(&invalid.property);
            let what = format!("{}: {}; found {}", column.name(), invalid.limit, invalid.found);
            fault(index(column).unwrap_or(0), what)
        }));
    }
    match item.parse() {
        Ok(item) if faults.is_empty() => Ok(Row { line, item, recipient, options }),
        _ => {
            faults.sort_by_key(|fault| fault.column);
            Err(faults)
        }
    }
}

/// The character, counted from 1, at which a field of the record that starts at a byte begins in its line.
fn column(text: &str, start: u64, field: usize) -> usize {
    let record = usize::try_from(start).ok().and_then(|start| text.get(start..)).unwrap_or_default();
    let record = record.trim_start_matches(['\r', '\n']);
    let (mut column, mut fields, mut quoted) = (1, 0, false);
    for c in record.chars() {
        if fields == field {
            break;
        }
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields += 1,
            // The field is on a later line of the same record.
            '\n' if quoted => column = 0,
            '\n' => break,
            _ => {}
        }
        column += 1;
    }
    column
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_want_the_same_go_in_one_request() {
        let list = AccessList::from_csv(
            "Recipient,Item,Role,Notify,Message\n\
             ryan@contoso.com,/drive/root:/Projects,write,,\n\
             priya@contoso.com,/drive/root:/Projects,write,,\n\
             ryan@contoso.com,/drive/root:/Projects,write,,\n\
             tomas@contoso.com,/drive/root:/Projects,read,true,\"Hello, \"\"you\"\"\"\n",
        )
        .unwrap();
        let bodies: Vec<_> = list.invitations().iter().map(|action| action.body().cloned()).collect();
        insta::assert_json_snapshot!(bodies);
    }

    #[test]
    fn many_recipients_are_spread_over_requests() {
        let rows: String = (0..120).map(|n| format!("/drive/root,user{n}@contoso.com,read\n")).collect();
        let list = AccessList::from_csv(&format!("item,recipient,role\n{rows}")).unwrap();
        let sizes: Vec<_> = list
            .invitations()
            .iter()
            .map(|action| action.body().and_then(|body| body["recipients"].as_array()).map_or(0, Vec::len))
            .collect();
        assert_eq!(sizes, [50, 50, 20]);
    }

    #[test]
    fn every_fault_is_told_with_its_place() {
        let faults = |text| AccessList::from_csv(text).unwrap_err().to_string();
        insta::assert_snapshot!(
            [
                faults(""),
                faults("item,who,role,item\n"),
                faults(
                    "item,recipient,role,notify,sign-in,message\n\
                     /me/messages,ryan@,owner,perhaps,,\n\
                     \"/drive/root:/a, b\",ryan@contoso.com,,false,false,\n\
                     /drive/root,ryan@contoso.com\n\
                     /drive/root:/é,,read,,,\n"
                ),
            ]
            .join("\n--\n")
        );
    }
}
