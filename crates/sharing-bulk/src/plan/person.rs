//! One recipient of an item, however often and by whichever names the list says them, and what is to be done for them.

use std::collections::HashMap;

use jiff::Timestamp;
use sharing_model::{DriveRecipient, Role};

use super::{
    held::{Held, Holders},
    step::Change,
    verdict::Because,
};
use crate::{Expiry, Options, Row};

/// One recipient: the rows that mean them, and what they hold.
#[derive(Debug)]
pub(super) struct Person {
    /// Which of the item's rows.
    pub(super) rows: Vec<usize>,
    /// Which of the holders.
    pub(super) held: Vec<usize>,
}

/// What is to be done for a recipient.
#[derive(Debug)]
pub(super) enum Decision {
    Invite(Options),
    Change(Vec<Change>),
    Nothing(Because),
    Refuse(String),
}

/// Everybody whom the rows mean, in the order of the rows. Rows that name the same holder by different names are one
/// person's.
pub(super) fn people(rows: &[Row], holders: &Holders<'_>) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    let mut by_name: HashMap<(u8, String), usize> = HashMap::new();
    let mut by_held: HashMap<usize, usize> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        let held = holders.by(&row.recipient);
        let key = key(&row.recipient);
        let known = by_name.get(&key).or_else(|| held.iter().find_map(|held| by_held.get(held))).copied();
        let person = known.unwrap_or_else(|| {
            people.push(Person { rows: Vec::new(), held: Vec::new() });
            people.len() - 1
        });
        by_name.insert(key, person);
        people[person].rows.push(index);
        for held in held {
            if *by_held.entry(*held).or_insert(person) == person && !people[person].held.contains(held) {
                people[person].held.push(*held);
            }
        }
    }
    people
}

/// One word for a recipient's kind of name, and the name without regard to case.
fn key(recipient: &DriveRecipient) -> (u8, String) {
    let kind = match recipient {
        DriveRecipient { email: Some(_), .. } => 0,
        DriveRecipient { alias: Some(_), .. } => 1,
        _ => 2,
    };
    (kind, recipient.name().unwrap_or_default().to_lowercase())
}

impl Person {
    /// What is to be done for them.
    pub(super) fn decide(&self, rows: &[Row], holders: &Holders<'_>, now: Timestamp) -> Decision {
        let wanted = match self.wanted(rows, now) {
            Ok(wanted) => wanted,
            Err(reason) => return Decision::Refuse(reason),
        };
        let held = || self.held.iter().map(|index| &holders.all[*index]);
        let inherits = held().any(|held| held.is_inherited && held.covers(&wanted.role));
        let direct: Vec<_> = held().filter(|held| !held.is_inherited).collect();
        match &*direct {
            [] if inherits => Decision::Nothing(Because::Inherited),
            [] => Decision::Invite(wanted),
            direct => changes(direct, &wanted, inherits, now),
        }
    }

    /// What all rows together want. A mail is sent where any of them wants one; in all else they must agree.
    fn wanted(&self, rows: &[Row], now: Timestamp) -> Result<Options, String> {
        let mut rows = self.rows.iter().map(|index| &rows[*index]);
        let Some(first) = rows.next() else { return Err("no row".to_owned()) };
        let mut wanted = first.options.clone();
        for row in rows {
            let (mine, other) = (&wanted, &row.options);
            let end = |options: &Options| options.expires.map(|expires| expires.at(now));
            if (&mine.role, mine.sign_in, end(mine)) != (&other.role, other.sign_in, end(other)) {
                return Err(format!(
                    "lines {} and {} want different things for one recipient: leave one of them",
                    first.line, row.line
                ));
            }
            if row.options.notify && !wanted.notify {
                wanted.notify = true;
                wanted.message.clone_from(&row.options.message);
            }
        }
        Ok(wanted)
    }
}

/// What is to be done to the permissions that somebody has of the item itself; mostly that is one. Where there are several,
/// each that gives more or longer than is wanted is changed, and where none gives enough, one.
fn changes(direct: &[&Held<'_>], wanted: &Options, inherits: bool, now: Timestamp) -> Decision {
    let known: Vec<_> = direct.iter().filter_map(|held| Some((*held, held.role.as_ref()?))).collect();
    let Some(strongest) = known.iter().copied().reduce(|best, other| {
        let is_stronger = other.1.includes(best.1) && !best.1.includes(other.1);
        if is_stronger { other } else { best }
    }) else {
        let who = direct.first().map_or(String::new(), |held| held.name());
        return Decision::Refuse(format!("the service does not say which role {who} has: look at the item"));
    };
    let enough: Vec<_> = known.into_iter().filter(|(_, from)| from.includes(&wanted.role)).collect();
    let to_change = match &*enough {
        [] if inherits => return Decision::Nothing(Because::Inherited),
        [] => vec![strongest],
        enough => {
            // A role that no invitation gives is not lowered unasked.
            let more = enough.iter().find(|(_, from)| !wanted.role.includes(from) && **from != Role::Write);
            if let Some((_, from)) = more {
                return Decision::Nothing(Because::More((*from).clone()));
            }
            enough.to_vec()
        }
    };
    let mut changes = Vec::new();
    for (held, from) in to_change {
        match change(held, from, wanted, now) {
            Ok(change) => changes.extend(change),
            Err(reason) => return Decision::Refuse(reason),
        }
    }
    if changes.is_empty() { Decision::Nothing(Because::Direct) } else { Decision::Change(changes) }
}

/// What is to be done to one of them, so that it gives just what is wanted.
fn change(held: &Held<'_>, from: &Role, wanted: &Options, now: Timestamp) -> Result<Option<Change>, String> {
    let role = wanted.role.clone();
    let is_right = from.includes(&role) && role.includes(from);
    let expires = wanted.expires.filter(|expires| !is_met(*expires, held.permission.expires(), now));
    let expires = expires.map(|expires| expires.at(now));
    if is_right && expires.is_none() {
        return Ok(None);
    }
    let grantee = held.name();
    let Some(permission) = held.id() else {
        return Err(format!("the permission of {grantee} has no id to change it by"));
    };
    Ok(Some(match expires.filter(|_| is_right) {
        Some(expires) => Change::SetExpiry { permission, grantee, from: held.permission.expires(), expires },
        None => Change::SetRole { permission, grantee, from: Some(from.clone()), role, expires },
    }))
}

/// Whether an end is as it is wished. A time from now is never longer than that, and is not begun anew each time.
fn is_met(wanted: Expiry, end: Option<Timestamp>, now: Timestamp) -> bool {
    match (wanted, end) {
        (_, None) => false,
        (Expiry::At(_), Some(end)) => end.as_second() == wanted.at(now).as_second(),
        (Expiry::After(_), Some(end)) => end <= wanted.at(now),
    }
}
