//! What changes who may do what with an item: each change counts up the drive and the item.

use std::sync::Arc;

use sharing_model::Role;

use super::{
    Content, Counts, Drive, Grant, HeldBefore, ItemIndex, Link, List, NewItem, Remote, Stamp, State, Traces,
};
use crate::directory::PrincipalIndex;

impl Drive {
    /// Makes an item what it was. What is counted stays.
    pub(crate) fn put_back(&mut self, item: ItemIndex, state: State) {
        self.states[item] = state;
    }

    /// What somebody holds of an item, to be put back; nothing where the item inherits all.
    pub(crate) fn held_before(&self, item: ItemIndex, who: PrincipalIndex) -> Option<HeldBefore> {
        let State { own, traces, .. } = &self.states[item];
        let grant = own.as_ref()?.grants.get(&who).cloned();
        Some(HeldBefore { who, grant, traces: *traces })
    }

    /// Lets somebody hold what they held, after nothing but that was touched of the item's list.
    pub(crate) fn put_back_held(&mut self, item: ItemIndex, before: HeldBefore) {
        let HeldBefore { who, grant, traces } = before;
        let state = &mut self.states[item];
        state.traces = traces;
        let Some(own) = &mut state.own else { return };
        match grant {
            // It stands where it stood.
            Some(grant) => drop(own.grants.insert(who, grant)),
            None => drop(own.grants.shift_remove(&who)),
        }
    }

    /// Makes a drive count as it did: items that came since are gone.
    pub(crate) fn count_back(&mut self, counts: Counts) {
        while self.len() > counts.items {
            self.remove_last();
        }
        self.counts = counts;
    }

    /// Lets a folder of another drive stand in a folder, too, under a name that the folder does not have yet.
    pub(crate) fn add_remote(
        &mut self,
        folder: ItemIndex,
        name: &str,
        remote: Remote,
        stamp: Stamp,
    ) -> ItemIndex {
        self.counts.changes += 1;
        let traces = Traces { changed: self.counts.changes, version: 1, modified: stamp, shared: None };
        let state = State { own: None, traces, locked_by: None };
        let content = Content::Remote(remote);
        self.add(Some(folder), NewItem { name, id: None, content, created: stamp, said_below: None, state })
    }

    /// The item's own list, made a copy of the inherited one where it had none. Counts as a change.
    fn change(&mut self, item: ItemIndex, stamp: Stamp) -> &mut List {
        let inherited = match self.is_unique(item) {
            true => List::default(),
            false => {
                self.counts.unique_scopes += 1;
                self.list(item).cloned().unwrap_or_default()
            }
        };
        self.counts.changes += 1;
        let state = &mut self.states[item];
        state.traces.changed = self.counts.changes;
        state.traces.version += 1;
        state.traces.modified = stamp;
        state.own.get_or_insert(inherited)
    }

    /// Gives an item that inherits a list of its own, in which only some of those grants stay and no link. Is no change
    /// of itself: what it is for is one.
    pub(crate) fn stop_inheriting(&mut self, item: ItemIndex, stays: impl Fn(&Grant) -> bool) {
        if !self.is_unique(item) {
            let mut own = self.list(item).cloned().unwrap_or_default();
            own.grants.retain(|_, grant| stays(grant));
            own.links.clear();
            self.states[item].own = Some(own);
            self.counts.unique_scopes += 1;
        }
    }

    /// Grants a role. An owner stays one; anybody else has the new role from now on.
    pub(crate) fn grant(&mut self, item: ItemIndex, grant: Arc<Grant>, stamp: Stamp) {
        let held = self.change(item, stamp).grants.entry(grant.to).or_insert_with(|| Arc::clone(&grant));
        if !held.roles.contains(&Role::Owner) {
            *held = grant;
        }
        self.states[item].traces.shared = Some(stamp);
    }

    /// Takes a principal's permission away.
    pub(crate) fn revoke(&mut self, item: ItemIndex, from: PrincipalIndex, stamp: Stamp) {
        self.change(item, stamp).grants.shift_remove(&from);
    }

    /// Adds a link, or puts it in the place of the one with its id. Says whether it is new.
    pub(crate) fn put_link(&mut self, item: ItemIndex, link: Link, stamp: Stamp) -> bool {
        let is_new = self.change(item, stamp).links.insert(link.id.clone(), link).is_none();
        self.counts.links_made += usize::from(is_new);
        self.states[item].traces.shared = Some(stamp);
        is_new
    }

    /// Takes a link away.
    pub(crate) fn remove_link(&mut self, item: ItemIndex, id: &str, stamp: Stamp) -> Option<Link> {
        self.change(item, stamp).links.shift_remove(id)
    }
}
