//! What is asked of a sharing link: what it leads to, the permission that it gives, and who may use it.

use serde_json::Value;
use sharing_model::{ActionKind, ItemAddress, Method, Segment, SharingUrl};

use super::Turn;
use crate::{
    access::At,
    answer::Answer,
    refusal::{ACCESS_DENIED, GRANT_LINK, Refusal, SHARE_SITE, SHARE_TOKEN},
    right::Right,
    service::read_body,
    shape::{Links, Writes},
    tenant::{NotFollowed, NotFound, Tenant},
};

impl Turn<'_> {
    /// What is asked of a share as a share.
    pub(super) fn share(&self, tenant: &mut Tenant, token: &Segment) -> Result<Answer, Refusal> {
        let token = shared(tenant, token)?;
        self.redeem(tenant, &token)?;
        let (at, link) = tenant.share(&token).map_err(|why| self.not_found(why))?;
        let own = tenant.right(at);
        let right = link.map_or(own, |link| own.max(tenant.right_by(link)));
        if right == Right::Nothing && link.is_some() {
            return Err(Refusal::of(&ACCESS_DENIED, "the link is for others"));
        }
        // Who comes by a link alone lets nobody else use it.
        let changes = self.action.method() != Method::Get;
        tenant.refuse_right(if changes { own.max(Right::Read) } else { right }, self.action.kind())?;
        let place = |tenant: &Tenant| {
            self.shapes(tenant)
                .place(&ItemAddress::Shared { token: token.clone() }, at)
                .replace("/driveItem", "")
        };
        if self.action.kind() == ActionKind::GetShare {
            let shapes = self.shapes(tenant);
            let mut shape = shapes.share(at, token.as_str());
            if self.query.expands("driveItem") || self.query.expands("root") {
                shape.drive_item = Some(shapes.item(at.0, at.1));
            }
            if self.query.expands("items") {
                let items = shapes.children_of(at).into_iter().map(|item| shapes.item(at.0, item));
                let items = serde_json::to_value(items.collect::<Vec<_>>()).unwrap_or_default();
                shape.additional.insert("items".to_owned(), items);
            }
            if let (true, Some(link)) = (self.query.expands("permission"), link) {
                shape.permission = Some(shapes.link(link, Writes::Read));
            }
            return Ok(shapes.entity("shares/$entity", shape, self.query));
        }
        if let Some(relation) = self.relation(tenant, at) {
            let (name, shape) = relation?;
            let fragment = format!("{}/{name}/$entity", place(tenant));
            return Ok(self.shapes(tenant).entity(&fragment, shape, self.query));
        }
        let Some(link) = link.cloned() else {
            return Err(Refusal::of(&GRANT_LINK, "the share is an item's own URL, not a link"));
        };
        match self.action.kind() {
            ActionKind::GetSharePermission => {
                let fragment = format!("{}/permission/$entity", place(tenant));
                let shapes = self.shapes(tenant);
                Ok(shapes.entity(&fragment, shapes.link(&link, Writes::Read), self.query))
            }
            ActionKind::RevokeShareGrants => {
                let link = tenant.revoke_link(at, link, &read_body(self.request)?, self.request.now)?;
                Ok(self.revoked(tenant, &link))
            }
            _ => {
                let request: sharing_model::GrantRequest = read_body(self.request)?;
                let link = tenant.grant_link(at, &link, &request, self.request.now)?;
                let shapes = self.shapes(tenant);
                let mut shape = shapes.link(&link, Writes::Grant);
                // One who was granted alone is named in the link, which the caller has to keep from now on.
                if let [recipient] = request.recipients.as_deref().unwrap_or_default()
                    && let (Some(email), Some(facet)) = (&recipient.email, &mut shape.link)
                {
                    let query =
                        form_urlencoded::Serializer::new(String::new()).append_pair("email", email).finish();
                    facet.web_url = Some(format!("{}?{query}", link.url));
                }
                let answer = shapes.list("Collection(permission)", vec![shape], self.query, Links::default());
                Ok(answer.with("location", self.request.origin))
            }
        }
    }

    /// Where SharePoint has what a share leads to, if that is asked; a personal drive is in no site.
    fn relation(&self, tenant: &Tenant, at: At) -> Option<Result<(&'static str, Value), Refusal>> {
        let shapes = self.shapes(tenant);
        let found = match self.action.kind() {
            ActionKind::GetSite => {
                let site = tenant.drives[at.0].site.map(|site| shapes.site(site));
                ("site", site.map(serde_json::to_value))
            }
            ActionKind::GetShareList => ("list", shapes.library(at.0).map(serde_json::to_value)),
            ActionKind::GetShareListItem => ("listItem", shapes.row(at).map(serde_json::to_value)),
            _ => return None,
        };
        let (name, Some(Ok(shape))) = found else { return Some(Err(self.not_found(NotFound::Missing))) };
        Some(Ok((name, shape)))
    }

    pub(super) fn revoked(&self, tenant: &Tenant, link: &crate::drive::Link) -> Answer {
        let shapes = self.shapes(tenant);
        let answer = shapes.entity("permission", shapes.link(link, Writes::Revoke), self.query);
        answer.with("location", self.request.origin)
    }

    /// Makes access by a link last, where the request prefers that.
    pub(super) fn redeem(&self, tenant: &mut Tenant, token: &Segment) -> Result<(), Refusal> {
        let prefers = self.request.header("prefer").unwrap_or_default().split([',', ';']).map(str::trim);
        if !prefers.into_iter().any(|preference| preference.eq_ignore_ascii_case("redeemSharingLink")) {
            return Ok(());
        }
        let token = shared(tenant, token)?;
        let Some((at, url)) = tenant.share(&token).ok().and_then(|(at, link)| Some((at, link?.url.clone())))
        else {
            return Ok(());
        };
        let me = tenant.me;
        match tenant.follow(&url, me) {
            // Who has access anyway needs no link.
            Err(NotFollowed::NotFor) if tenant.right(at) == Right::Nothing => {
                Err(Refusal::of(&ACCESS_DENIED, "the link is for others"))
            }
            _ => Ok(()),
        }
    }
}

/// The share that a token means: a link's URL may have got a query since it was made.
pub(super) fn shared(tenant: &Tenant, token: &Segment) -> Result<Segment, Refusal> {
    let Ok(url) = SharingUrl::from_token(token.as_str()) else {
        // A share's id, which is no URL's token.
        return if token.as_str().starts_with("u!") {
            Err(Refusal::of(&SHARE_TOKEN, "u! and the base64url of a sharing URL, without padding"))
        } else {
            Ok(token.clone())
        };
    };
    if !tenant.has_host(url.as_str().split('/').nth(2).unwrap_or_default()) {
        return Err(Refusal::of(&SHARE_SITE, "the sharing URL's host is none of the tenant's"));
    }
    let bare = url.as_str().split(['?', '#']).next().unwrap_or_default();
    Ok(bare.parse::<SharingUrl>().map_or_else(|_| token.clone(), |url| url.token()))
}
