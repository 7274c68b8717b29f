//! Each item's state, by the item's index. A copy shares all that did not change since.
//!
//! A table of tables is as quick to look into when it is large: from any item's index to its state it is as far as from
//! another's.

use std::{
    ops::{Index, IndexMut},
    sync::Arc,
};

use super::{ItemIndex, State};

/// How many states a table holds, of which the first change after a copy copies the pointers.
const IN_A_TABLE: usize = 64;

#[derive(Debug, Clone, Default)]
pub(super) struct States(Vec<Arc<Vec<Arc<State>>>>);

impl States {
    /// Adds the state of the item that was added last.
    pub(super) fn push(&mut self, state: State) {
        let state = Arc::new(state);
        match self.0.last_mut() {
            Some(table) if table.len() < IN_A_TABLE => Arc::make_mut(table).push(state),
            _ => self.0.push(Arc::new(vec![state])),
        }
    }

    /// Takes away the state that was added last.
    pub(super) fn pop(&mut self) {
        if let Some(last) = self.0.last_mut() {
            let table = Arc::make_mut(last);
            table.pop();
            if table.is_empty() {
                self.0.pop();
            }
        }
    }
}

impl Index<ItemIndex> for States {
    type Output = State;

    fn index(&self, item: ItemIndex) -> &State {
        &self.0[item / IN_A_TABLE][item % IN_A_TABLE]
    }
}

impl IndexMut<ItemIndex> for States {
    fn index_mut(&mut self, item: ItemIndex) -> &mut State {
        let table = Arc::make_mut(&mut self.0[item / IN_A_TABLE]);
        Arc::make_mut(&mut table[item % IN_A_TABLE])
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{super::Traces, *};
    use crate::drive::Stamp;

    fn state(version: u32) -> State {
        let modified = Stamp { at: Timestamp::UNIX_EPOCH, by: 0 };
        State { own: None, traces: Traces { changed: 0, version, modified, shared: None }, locked_by: None }
    }

    fn versions(states: &States, count: u32) -> Vec<u32> {
        (0..count).map(|item| states[item as usize].traces.version).collect()
    }

    #[test]
    fn a_copy_stays_as_it_was() {
        let mut states = States::default();
        (0..200).for_each(|version| states.push(state(version)));
        let copy = states.clone();
        states[130].traces.version = 1000;
        // Down to below what fills its tables, and up again.
        (0..80).for_each(|_| states.pop());
        (0..80).for_each(|version| states.push(state(version)));
        assert_eq!(versions(&copy, 200), (0..200).collect::<Vec<_>>());
        assert_eq!(versions(&states, 200), (0..120).chain(0..80).collect::<Vec<_>>());
        // What did not change is shared.
        assert!(Arc::ptr_eq(&states.0[0], &copy.0[0]));
    }

    #[test]
    fn none_is_left_of_what_is_taken_away() {
        let mut states = States::default();
        states.push(state(1));
        states.pop();
        states.pop();
        assert!(states.0.is_empty());
    }
}
