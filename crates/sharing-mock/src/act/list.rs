//! Long lists: who has access to an item, and what changed below a folder.

use sharing_model::ItemAddress;

use super::Turn;
use crate::{
    access::{At, Held},
    answer::Answer,
    drive::List,
    refusal::{RESYNC, Refusal},
    right::Right,
    shape::{Json, Links},
    tenant::Tenant,
};

impl Turn<'_> {
    pub(super) fn permissions(
        &self,
        tenant: &Tenant,
        address: &ItemAddress,
        (at, right): (At, Right),
    ) -> Answer {
        let shapes = self.shapes_for(tenant, at, right);
        let mut fragment = shapes.place(address, at);
        fragment.push_str("/permissions");
        let form = shapes.form(at);
        let grants = tenant.listed_grants(at).filter(|(grant, _)| tenant.sees(right, &Held::Grant(grant)));
        let links = tenant.listed_links(at).map(Held::Link).filter(|held| tenant.sees(right, held));
        if self.query.is_whole_list() {
            // Few permissions are longer: there is room for them at once.
            let length = 768 * tenant.drives[at.0].list(at.1).map_or(0, List::len);
            return shapes.list_of(&fragment, length, Links::default(), |body| {
                grants.for_each(|(grant, who)| shapes.put_grant(body, at, form, grant, who));
                links.for_each(|link| shapes.put_link(body, at, link));
            });
        }
        let held = grants.map(|(grant, _)| Held::Grant(grant)).chain(links);
        let written = |held| shapes.held_json(at, form, held);
        let (page, next) = match self.query.filter() {
            None => {
                let (page, next) = self.query.page(held, false);
                (page.into_iter().map(written).collect::<Vec<_>>(), next)
            }
            Some(filter) => {
                let holds =
                    |written: &Json| serde_json::to_value(written).is_ok_and(|value| filter.holds(&value));
                self.query.page(held.map(written).filter(holds), false)
            }
        };
        shapes.written_list(&fragment, page, self.query, Links { next: self.below(next), delta: None })
    }

    /// The items of others' drives that were shared with whoever asks, each as what it is elsewhere.
    pub(super) fn shared_with_me(&self, tenant: &Tenant) -> Answer {
        let shapes = self.shapes(tenant);
        let (page, next) = self.query.page(tenant.shared_with(tenant.me), true);
        let items = page.into_iter().map(|at| shapes.remote_item(at)).collect();
        let links = Links { next: self.below(next), delta: None };
        shapes.list("Collection(driveItem)", items, self.query, links)
    }

    /// What changed below a folder since a token was given; everything, where there is none.
    pub(super) fn changes(&self, tenant: &Tenant, (index, folder): At) -> Result<Answer, Refusal> {
        let shapes = self.shapes(tenant);
        let drive = &tenant.drives[index];
        let path = self.action.path(self.dialect);
        let now = drive.changes();
        let since = match self.query.token.as_deref() {
            None | Some("") => None,
            Some("latest") => Some(now),
            Some(token) => {
                let since = decode(token).filter(|since| *since <= now);
                let fresh = format!("{}{path}", self.base);
                Some(since.ok_or_else(|| {
                    Refusal::of(&RESYNC, "the token is none that this drive has given")
                        .with("location", fresh)
                })?)
            }
        };
        let items = drive.below(folder);
        let items = items.filter(|item| since.is_none_or(|since| drive.changed(*item) > since));
        // What changes while the pages are read is told after them.
        let until = self.query.until.unwrap_or(now);
        let (page, next) = self.query.page_until(items, until);
        let delta = next.is_none().then(|| format!("{}{path}?token={}", self.base, encode(until)));
        let items = page.into_iter().map(|item| shapes.item(index, item)).collect();
        Ok(shapes.list("Collection(driveItem)", items, self.query, Links { next: self.below(next), delta }))
    }
}

/// A drive's state as a token that nobody should read.
fn encode(changes: u64) -> String {
    data_encoding::BASE64URL_NOPAD.encode(format!("changes={changes}").as_bytes())
}

fn decode(token: &str) -> Option<u64> {
    let bytes = data_encoding::BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    std::str::from_utf8(&bytes).ok()?.strip_prefix("changes=")?.parse().ok()
}
