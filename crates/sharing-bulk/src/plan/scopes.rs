//! `Scopes`: how many items of a library have permissions of their own.

use std::collections::BTreeMap;

use sharing_model::{
    ItemAddress,
    limits::{PERMISSION_SCOPES, PERMISSION_SCOPES_ADVISED},
};

use super::item::ItemPlan;

/// Counts the items of each library that will have permissions of their own, among those of a list: others cannot be
/// counted without reading the whole library.
///
/// ```
/// use sharing_bulk::Scopes;
///
/// assert!(Scopes::default().warnings().is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Scopes(BTreeMap<String, (u64, u64)>);

impl Scopes {
    /// Counts an item.
    ///
    /// ```
    /// use sharing_bulk::{Scopes, refuse_item};
    ///
    /// let mut scopes = Scopes::default();
    /// scopes.note(&refuse_item(&"/drive/root:/gone".parse()?, vec![], "it is not there"));
    /// assert!(scopes.warnings().is_empty());
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    pub fn note(&mut self, plan: &ItemPlan) {
        let ItemAddress::InDrive { drive, .. } = &plan.item else { return };
        if plan.tally.own_scopes > 0 {
            let (before, after) = self.0.entry(drive.to_string()).or_default();
            *before += plan.tally.own_scopes - plan.tally.inheritance_breaks;
            *after += plan.tally.own_scopes;
        }
    }

    /// What is worth a look: libraries that pass what is recommended, or what is possible.
    ///
    /// ```
    /// # let scopes = sharing_bulk::Scopes::default();
    /// for warning in scopes.warnings() {
    ///     eprintln!("{warning}");
    /// }
    /// ```
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let passes = |(drive, (before, after)): (&String, &(u64, u64))| {
            let limit = [(PERMISSION_SCOPES, "can have"), (PERMISSION_SCOPES_ADVISED, "should have")];
            let (limit, may) = limit.into_iter().find(|(limit, _)| after > limit && before != after)?;
            Some(format!(
                "{drive} comes to at least {after} items with permissions of their own; a library {may} {limit}"
            ))
        };
        self.0.iter().filter_map(passes).collect()
    }
}
