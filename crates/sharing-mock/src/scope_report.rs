//! What a test run needed to be allowed: which actions were asked with which kind of token, and the fewest scopes for
//! all of them.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use schemars::JsonSchema;
use serde::Serialize;
use sharing_model::{ActionKind, TokenKind};

use crate::token::Caller;

/// What one kind of token was used for, and what it would have needed to be allowed.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = sharing_mock::MockServer::start().await?;
/// let root = format!("{}/v1.0/drive/root", server.url());
/// reqwest::Client::new().get(root).bearer_auth("any").send().await?;
///
/// let [report] = &server.scopes()[..] else { panic!("one kind of token") };
/// assert_eq!(report.fewest, ["Files.Read"]);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScopeReport {
    /// The kind of token.
    pub token: TokenUse,
    /// What was asked, in the order of the protocol's table.
    pub actions: Vec<ActionUse>,
    /// The fewest scopes that allow all of it, and of those the ones that allow least else.
    pub fewest: Vec<String>,
    /// The scopes that the tokens had, where they said so.
    pub held: Vec<String>,
    /// Those of them that nothing needed.
    pub unneeded: Vec<String>,
}

/// A kind of token, as the documents' tables of scopes have them.
///
/// ```
/// assert_eq!(serde_json::to_value(sharing_mock::TokenUse::DelegatedPersonal)?, "delegatedPersonal");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum TokenUse {
    /// A person's, of a work or school account.
    Delegated,
    /// A person's, of a personal account.
    DelegatedPersonal,
    /// An application's own.
    Application,
}

/// How often an action was asked, and the scopes of which it needs one.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = sharing_mock::MockServer::start().await?;
/// # let root = format!("{}/v1.0/drive/root", server.url());
/// # reqwest::Client::new().get(root).bearer_auth("any").send().await?;
/// // Once an item was asked for:
/// let used = &server.scopes()[0].actions[0];
/// assert_eq!((used.action, used.count), ("get item", 1));
/// assert!(used.one_of.contains(&"Files.Read"));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ActionUse {
    /// The action's name, as in `list permissions`.
    pub action: &'static str,
    /// How often it was asked, allowed or not.
    pub count: u64,
    /// The scopes of which it needs one, least privilege first; empty where no scope allows it.
    pub one_of: &'static [&'static str],
}

const KINDS: [TokenUse; 3] = [TokenUse::Delegated, TokenUse::DelegatedPersonal, TokenUse::Application];

impl TokenUse {
    const fn of(caller: &Caller) -> Self {
        match (caller.kind, caller.is_personal) {
            (TokenKind::Application, _) => Self::Application,
            (_, true) => Self::DelegatedPersonal,
            (_, false) => Self::Delegated,
        }
    }

    fn needs(self, action: ActionKind) -> &'static [&'static str] {
        let kind = if self == Self::Application { TokenKind::Application } else { TokenKind::Delegated };
        action.facts().scopes.of(kind, self == Self::DelegatedPersonal)
    }
}

/// Counts what is asked. Counting takes no lock: it happens on each request.
#[derive(Debug)]
pub(crate) struct ScopeUse {
    counts: [Vec<AtomicU64>; KINDS.len()],
    held: [Mutex<BTreeSet<String>>; KINDS.len()],
}

impl Default for ScopeUse {
    fn default() -> Self {
        let row = || ActionKind::all().map(|_| AtomicU64::new(0)).collect();
        Self { counts: [row(), row(), row()], held: Default::default() }
    }
}

impl ScopeUse {
    /// Somebody asks for something; whether it is allowed is another matter.
    pub(crate) fn count(&self, caller: &Caller, action: ActionKind) {
        let kind = TokenUse::of(caller) as usize;
        if let Some(count) = self.counts[kind].get(action as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(scopes) = &caller.scopes {
            let mut held = self.held[kind].lock().unwrap_or_else(PoisonError::into_inner);
            for scope in scopes {
                if !held.contains(scope) {
                    held.insert(scope.clone());
                }
            }
        }
    }

    /// Forgets all.
    pub(crate) fn clear(&self) {
        for count in self.counts.iter().flatten() {
            count.store(0, Ordering::Relaxed);
        }
        for held in &self.held {
            held.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    /// What was asked so far, for each kind of token that came.
    pub(crate) fn report(&self) -> Vec<ScopeReport> {
        KINDS.iter().filter_map(|kind| self.report_of(*kind)).collect()
    }

    fn report_of(&self, token: TokenUse) -> Option<ScopeReport> {
        let counts = &self.counts[token as usize];
        let actions: Vec<_> = ActionKind::all()
            .zip(counts)
            .map(|(action, count)| (action, count.load(Ordering::Relaxed)))
            .filter(|(_, count)| *count > 0)
            .map(|(action, count)| ActionUse {
                action: action.facts().name,
                count,
                one_of: token.needs(action),
            })
            .collect();
        if actions.is_empty() {
            return None;
        }
        let needs: Vec<_> =
            actions.iter().map(|used| used.one_of).filter(|one_of| !one_of.is_empty()).collect();
        let fewest: Vec<String> = fewest(&needs).into_iter().map(str::to_owned).collect();
        let held: Vec<_> = {
            let held = self.held[token as usize].lock().unwrap_or_else(PoisonError::into_inner);
            held.iter().cloned().collect()
        };
        let unneeded = held.iter().filter(|scope| !fewest.contains(scope)).cloned().collect();
        Some(ScopeReport { token, actions, fewest, held, unneeded })
    }
}

/// The fewest scopes of which each list has one. The lists have the least privilege first: of sets of one size, the one
/// whose scopes stand first wins.
fn fewest(needs: &[&'static [&'static str]]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for name in needs.iter().flat_map(|one_of| one_of.iter()) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let rank = |name: &str| {
        let places = needs.iter().filter_map(|one_of| one_of.iter().position(|known| *known == name));
        places.max().unwrap_or_default()
    };
    // The documents know about a dozen names: trying all sets is cheap. A set is a number, each bit a name.
    let sets = 0..1_u32.checked_shl(u32::try_from(names.len()).unwrap_or(u32::MAX)).unwrap_or(u32::MAX);
    let members = |set: u32| {
        names.iter().enumerate().filter(move |(bit, _)| set >> bit & 1 == 1).map(|(_, name)| *name)
    };
    sets.filter(|set| needs.iter().all(|one_of| members(*set).any(|name| one_of.contains(&name))))
        .min_by_key(|set| (set.count_ones(), members(*set).map(rank).sum::<usize>(), *set))
        .map(|set| members(set).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(kind: TokenKind, scopes: Option<&[&str]>) -> Caller {
        let scopes = scopes.map(|scopes| scopes.iter().map(|scope| (*scope).to_owned()).collect());
        Caller { kind, person: None, application: None, is_personal: false, scopes }
    }

    #[test]
    fn the_fewest_scopes_allow_all_that_was_asked() {
        for (asked, delegated, application) in [
            (&[ActionKind::GetItem][..], "Files.Read", "Files.Read.All"),
            (&[ActionKind::ListPermissions, ActionKind::Invite], "Files.ReadWrite", "Files.ReadWrite.All"),
            (&[ActionKind::Batch, ActionKind::RevokeGrants], "Files.ReadWrite", "Files.ReadWrite.All"),
            (&[ActionKind::CreatePermission, ActionKind::GetItem], "Files.ReadWrite", "Files.ReadWrite.All"),
            (
                &[ActionKind::CreatePermission],
                "Files.SelectedOperations.Selected",
                "Files.SelectedOperations.Selected",
            ),
        ] {
            for (kind, fewest) in [(TokenKind::Delegated, delegated), (TokenKind::Application, application)] {
                let used = ScopeUse::default();
                for action in asked {
                    used.count(&caller(kind, None), *action);
                }
                assert_eq!(used.report()[0].fewest, [fewest], "{asked:?}");
            }
        }
        assert!(ScopeUse::default().report().is_empty());
    }

    #[test]
    fn what_was_held_and_not_needed_is_said() {
        let used = ScopeUse::default();
        used.count(&caller(TokenKind::Delegated, Some(&["Files.Read", "Mail.Read"])), ActionKind::GetItem);
        used.count(&caller(TokenKind::Application, None), ActionKind::Batch);
        let [delegated, application] = &used.report()[..] else { panic!("two kinds of token") };
        assert_eq!(delegated.held, ["Files.Read", "Mail.Read"]);
        assert_eq!(delegated.unneeded, ["Mail.Read"]);
        // A batch needs none of its own.
        assert!(application.fewest.is_empty());
    }

    #[test]
    fn no_two_lists_of_the_table_are_too_many_to_try() {
        for kind in KINDS {
            let needs: Vec<_> = ActionKind::all()
                .map(|action| kind.needs(action))
                .filter(|needs| !needs.is_empty())
                .collect();
            assert!(needs.concat().into_iter().collect::<BTreeSet<_>>().len() <= 16);
            assert!(!fewest(&needs).is_empty());
        }
    }
}
