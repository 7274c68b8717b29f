//! What a row must be: the rules that need no service.

use jiff::Timestamp;
use sharing_model::{Circumstances, DriveRecipient, Fault, InvalidRequest, ItemAddress, Role, Severity};

use super::{cells::Cells, column::Column, fault::AccessListFault};
use crate::{Expiry, How, Options, Row};

/// The row that some cells are, or everything that is wrong with them; what is only worth a look goes to `warnings`.
pub(super) fn row(
    cells: &Cells<'_>,
    circumstances: &Circumstances,
    warnings: &mut Vec<AccessListFault>,
) -> Result<Row, Vec<AccessListFault>> {
    let mut faults = Vec::new();
    let mut flag = |column: Column, default| match cells.text(column) {
        "" => default,
        text if text.eq_ignore_ascii_case("true") => true,
        text if text.eq_ignore_ascii_case("false") => false,
        other => {
            let what = format!("{}: true or false; found {other}", column.name());
            faults.push(cells.place(column).fault(what));
            default
        }
    };
    let (notify, sign_in) = (flag(Column::Notify, false), flag(Column::SignIn, true));
    let expires = match cells.text(Column::Expires) {
        "" => None,
        text => match text.parse::<Expiry>() {
            Ok(expires) => Some(expires),
            Err(error) => {
                faults.push(cells.place(Column::Expires).fault(format!("expires: {error}; found {text}")));
                None
            }
        },
    };
    let how = cells.text(Column::How);
    if !how.is_empty() && how.parse::<How>().is_err() {
        let words: Vec<_> = How::ALL.iter().map(|how| how.as_str()).collect();
        let what = format!("how: {}; found {how}", words.join(", "));
        faults.push(cells.place(Column::How).fault(what));
    }
    let options = Options {
        role: role(cells.text(Column::Role)),
        notify,
        sign_in,
        message: Some(cells.whole(Column::Message)).filter(|text| !text.is_empty()).map(str::to_owned),
        expires,
    };
    let recipient = DriveRecipient::from(cells.text(Column::Recipient));

    // A time from now is to come, whatever now is.
    let now = circumstances.now.unwrap_or(Timestamp::MIN);
    let item = cells.text(Column::Item);
    let request = options.invitation(now).recipient(recipient.clone()).circumstances(*circumstances);
    let built = request.build_for(item);
    match &built {
        Ok((_, request)) => {
            let judged = request.validate(circumstances).into_iter();
            let worth_a_look = judged.filter(|fault| fault.severity == Severity::Warning);
            warnings.extend(worth_a_look.map(|fault| placed(cells, &fault, Severity::Warning)));
        }
        Err(InvalidRequest { faults: invalid, .. }) => {
            let serious = invalid.iter().filter(|fault| fault.severity == Severity::Error);
            faults.extend(serious.map(|fault| placed(cells, fault, Severity::Error)));
        }
    }
    match built {
        Ok((item, _)) if faults.is_empty() => Ok(Row { line: cells.line(), item, recipient, options }),
        _ => {
            faults.sort_by_key(|fault| (fault.line, fault.column));
            Err(faults)
        }
    }
}

/// How a row of an audit says that somebody came by access, where no invitation can say the same.
pub(super) fn left_out(cells: &Cells<'_>) -> Option<How> {
    cells.text(Column::How).parse().ok().filter(|how: &How| !how.is_plannable())
}

/// The item that such a row names; none where the audit could not read who has access to it.
pub(super) fn named(cells: &Cells<'_>, how: How) -> Option<ItemAddress> {
    if how == How::Unread { None } else { cells.text(Column::Item).parse().ok() }
}

/// A role as a spreadsheet may write it.
fn role(text: &str) -> Role {
    let lower = text.to_ascii_lowercase();
    match Role::from(&*lower) {
        Role::Other(_) => Role::from(text),
        known => known,
    }
}

fn placed(cells: &Cells<'_>, fault: &Fault, severity: Severity) -> AccessListFault {
    let column = Column::of_property(&fault.property);
    let what = format!("{}: {}; found {}", column.name(), fault.limit, fault.found);
    AccessListFault { severity, ..cells.place(column).fault(what) }
}
