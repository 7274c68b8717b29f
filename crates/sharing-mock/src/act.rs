//! One action, alone or out of a batch: what it is asked of, what it does, and what the service says to that.

mod list;
mod place;
mod share;

use std::mem;

use hyper::header;
use sharing_model::{
    Action, ActionFacts, ActionKind, AnswerBody, Dialect, DriveItem, ItemAddress, ItemKey, Method, Segment,
    Target,
};

use crate::{
    access::{At, Held},
    answer::Answer,
    condition,
    drive::DriveType,
    query::Query,
    refusal::{
        DRIVE_ID, ETAG, ETAG_PERSONAL, INVITE_EXPIRY, ITEM_ID, LIST_ITEM_NUMBER, MISSING, MISSING_PERSONAL,
        PERMISSION_MISSING, Refusal, UNKNOWN_PARAMETER,
    },
    right::Right,
    service::{Request, Version, read_body},
    shape::{Links, Shapes, Writes},
    space::Space,
    tenant::{NotFound, Tenant},
    token::Caller,
};

/// Answers one action. The tenant is locked for all of it, so nobody sees it half done.
pub(crate) fn act(
    space: &Space,
    request: &Request<'_>,
    caller: &Caller,
    action: &Action,
    version: &Version,
) -> Result<Answer, Refusal> {
    if action.method() == Method::Get {
        let mut tenant = space.tenant();
        let old = request.stale.and_then(|stale| space.past().at(stale, request.now, &tenant));
        return match old {
            Some(mut old) => perform(&mut old, request, caller, action, version),
            None => perform(&mut tenant, request, caller, action, version),
        };
    }
    let mut tenant = space.tenant();
    tenant.bounds = space.limits().bounds();
    let mut past = space.past();
    if !tenant.touched.is_empty() {
        past.touched(mem::take(&mut tenant.touched));
    }
    let before = tenant.before(&past);
    let mails = tenant.outbox.count();
    let answer = perform(&mut tenant, request, caller, action, version)?;
    let before = before.touching(mem::take(&mut tenant.touched));
    // How many mails go outside is known only now; with too many, nothing was done.
    if let Some(over) = space.limits().charge_change(&tenant, request, caller, action, &answer, mails) {
        tenant.undo(&before);
        tenant.outbox.take_back(mails);
        return Ok(over.answer(request));
    }
    past.remember(request.now, before);
    Ok(answer)
}

fn perform(
    tenant: &mut Tenant,
    request: &Request<'_>,
    caller: &Caller,
    action: &Action,
    version: &Version,
) -> Result<Answer, Refusal> {
    let query = Query::read(&request.options(), action.kind())?;
    let base = [request.origin, version.path].concat();
    tenant.now = request.now;
    tenant.speak_for(caller, action)?;
    let turn = Turn { request, action, dialect: version.dialect(), base: &base, query: &query };
    tenant.warnings.clear();
    let answer = match action.target() {
        Target::Drive(_) if action.kind() == ActionKind::ListSharedWithMe => Ok(turn.shared_with_me(tenant)),
        Target::Drive(drive) => {
            let drive = tenant.drive_index(drive).map_err(|why| turn.not_found(why))?;
            let shapes = turn.shapes(tenant);
            Ok(shapes.entity("drives/$entity", shapes.drive(drive), &query))
        }
        Target::Site(site) if action.kind() == ActionKind::GetSite => turn.site(tenant, tenant.site(site)),
        Target::Site(site) => turn.site_permissions(tenant, caller, (site, None)),
        Target::SitePermission { site, id } => turn.site_permissions(tenant, caller, (site, Some(id))),
        Target::Container(id) => turn.container_permissions(tenant, id),
        Target::Share(token) | Target::SiteOfShare(token) => turn.share(tenant, token),
        Target::Item(item) | Target::Permission { item, .. } => {
            let at = turn.find(tenant, item)?;
            if let ItemAddress::Shared { token } | ItemAddress::SharedItem { token, .. } = item {
                turn.redeem(tenant, token)?;
            }
            let right = turn.right(tenant, item, at)?;
            tenant.refuse_right(right, action.kind())?;
            match action.permission_id() {
                Some(id) => turn.permission(tenant, item, (at, right), id),
                None => turn.item(tenant, item, (at, right)),
            }
        }
        _ => Err(Refusal::malformed("not an action")),
    };
    let answer =
        answer.map(|answer| Answer { deprecated: tells_of_grantees(action.kind().facts()), ..answer });
    if tenant.warnings.is_empty() {
        return answer;
    }
    let warnings = tenant.warnings.join("; ");
    match answer {
        Ok(answer) => Ok(answer.with("x-mock-warning", warnings)),
        Err(refusal) => Err(refusal.with("x-mock-warning", warnings)),
    }
}

/// Whether an action is answered with permissions whose older properties go by. A container's have none of these.
const fn tells_of_grantees(facts: &ActionFacts) -> bool {
    let of_container =
        matches!(facts.kind, ActionKind::ListContainerPermissions | ActionKind::CreateContainerPermission);
    matches!(facts.answer, AnswerBody::Permission | AnswerBody::Permissions) && !of_container
}

/// What one action is answered by.
struct Turn<'a> {
    request: &'a Request<'a>,
    action: &'a Action,
    dialect: Dialect,
    /// The version's URL.
    base: &'a str,
    query: &'a Query,
}

impl Turn<'_> {
    fn shapes<'a>(&'a self, tenant: &'a Tenant) -> Shapes<'a> {
        Shapes { tenant, dialect: self.dialect, base: self.base, hides_urls: false }
    }

    /// The same for whoever has a right: who could make no link does not see by which URL one is used, nor does anybody
    /// but the owner of a personal drive.
    fn shapes_for<'a>(&'a self, tenant: &'a Tenant, (drive, _): At, right: Right) -> Shapes<'a> {
        let needed = match tenant.drives[drive].kind {
            DriveType::Personal => Right::Own,
            _ => Right::Write,
        };
        Shapes { hides_urls: right < needed, ..self.shapes(tenant) }
    }

    fn site(&self, tenant: &Tenant, site: Result<usize, NotFound>) -> Result<Answer, Refusal> {
        let site = site.map_err(|why| self.not_found(why))?;
        let shapes = self.shapes(tenant);
        Ok(shapes.entity("sites/$entity", shapes.site(site), self.query))
    }

    /// What whoever asks may do with an item, by its permissions or by the link that it is addressed by.
    fn right(&self, tenant: &Tenant, address: &ItemAddress, at: At) -> Result<Right, Refusal> {
        let own = tenant.right(at);
        let (ItemAddress::Shared { token } | ItemAddress::SharedItem { token, .. }) = address else {
            return Ok(own);
        };
        let token = share::shared(tenant, token)?;
        let link = tenant.share(&token).ok().and_then(|(_, link)| link);
        Ok(link.map_or(own, |link| own.max(tenant.right_by(link))))
    }

    fn find(&self, tenant: &Tenant, address: &ItemAddress) -> Result<At, Refusal> {
        if let ItemAddress::InDrive { item: ItemKey::Id(id), .. } = address
            && self.action.kind().facts().sharing
            && id.as_str().bytes().all(|byte| byte.is_ascii_digit())
        {
            return Err(Refusal::of(&LIST_ITEM_NUMBER, "a number is that of a list's row, not an item's id"));
        }
        match address {
            ItemAddress::Shared { token } | ItemAddress::SharedItem { token, .. } => {
                let token = share::shared(tenant, token)?;
                let address = match address {
                    ItemAddress::SharedItem { id, .. } => ItemAddress::SharedItem { token, id: id.clone() },
                    _ => ItemAddress::Shared { token },
                };
                tenant.resolve(&address).map_err(|why| self.not_found(why))
            }
            _ => tenant.resolve(address).map_err(|why| self.not_found(why)),
        }
    }

    fn not_found(&self, why: NotFound) -> Refusal {
        match why {
            NotFound::MalformedDrive => Refusal::of(&DRIVE_ID, "the drive's id has not the form of one"),
            _ if self.dialect == Dialect::DirectPersonal => {
                Refusal::of(&MISSING_PERSONAL, "nothing has this address")
            }
            NotFound::MalformedItem => Refusal::of(&ITEM_ID, "the item's id has not the form of one"),
            NotFound::Missing => Refusal::of(&MISSING, "nothing has this address"),
        }
    }

    /// What is asked of an item.
    fn item(
        &self,
        tenant: &mut Tenant,
        address: &ItemAddress,
        (at, right): (At, Right),
    ) -> Result<Answer, Refusal> {
        use ActionKind as K;
        let kind = self.action.kind();
        if matches!(kind, K::GetItem | K::ListPermissions) && self.is_unchanged(tenant, at)? {
            return Ok(Answer::not_modified());
        }
        match kind {
            K::GetItem => {
                let shapes = self.shapes(tenant);
                let mut shape = self.shape(&shapes, at);
                if self.query.expands("children") {
                    let children = shapes.children_of(at).into_iter().map(|item| shapes.item(at.0, item));
                    let children = serde_json::to_value(children.collect::<Vec<_>>()).unwrap_or_default();
                    shape.additional.insert("children".to_owned(), children);
                }
                let place = shapes.place(address, at);
                Ok(shapes.entity(&format!("{place}/$entity"), shape, self.query))
            }
            K::ListChildren => {
                let shapes = self.shapes(tenant);
                let mut children = shapes.children_of(at);
                self.query.order(&tenant.drives[at.0], &mut children)?;
                let (page, next) = self.query.page(children, true);
                let items: Vec<_> = page.into_iter().map(|item| self.shape(&shapes, (at.0, item))).collect();
                let fragment = format!("{}/children", shapes.place(address, at));
                let links = Links { next: self.below(next), delta: None };
                Ok(shapes.list(&fragment, items, self.query, links))
            }
            K::ListChanges => self.changes(tenant, at),
            K::ListPermissions => Ok(self.permissions(tenant, address, (at, right))),
            K::AddSharedFolder => {
                let added = tenant.add_shared_folder(at, &read_body(self.request)?, self.request.now)?;
                let shapes = self.shapes(tenant);
                let fragment = format!("{}/children/$entity", shapes.place(address, at));
                let answer = shapes.entity(&fragment, shapes.item(at.0, added), self.query);
                Ok(Answer { status: 201, ..answer })
            }
            K::CreatePermission => {
                let grant = tenant.create_permission(at, &read_body(self.request)?)?;
                let shapes = self.shapes(tenant);
                let shape = shapes.held(at, Held::Grant(&grant));
                let fragment = format!("{}/permissions/$entity", shapes.place(address, at));
                Ok(Answer { status: 201, ..shapes.entity(&fragment, shape, self.query) })
            }
            K::Invite => {
                let invited = tenant.invite(at, &read_body(self.request)?, self.request.now);
                let invited = invited.map_err(|refusal| self.in_own_words(refusal))?;
                let shapes = self.shapes(tenant);
                let entries = invited.iter().map(|invited| shapes.invited(at, invited)).collect();
                let answer = shapes.written_list(shapes.permissions(), entries, self.query, Links::default());
                let answer = answer.with("location", self.request.origin);
                let untold = invited.iter().any(|invited| invited.unreachable.is_some());
                Ok(if untold { Answer { status: 207, ..answer } } else { answer })
            }
            K::CreateLink => {
                let (link, is_new) = tenant.create_link(at, &read_body(self.request)?, self.request.now)?;
                let shapes = self.shapes(tenant);
                let shape = shapes.link(&link, Writes::Make);
                let answer = shapes.entity(&self.dialect.type_name("permission"), shape, self.query);
                if !is_new {
                    return Ok(answer);
                }
                let made = shapes.permission_url(self.request.origin, at, &link.id);
                Ok(Answer { status: 201, ..answer }.with("location", made))
            }
            kind => Err(Refusal::malformed(format!("{kind} is not asked of an item"))),
        }
    }

    /// An item, with what is told only where it is asked for.
    fn shape(&self, shapes: &Shapes<'_>, at: At) -> DriveItem {
        let mut shape = shapes.item(at.0, at.1);
        if self.query.selects("sharepointIds") {
            let ids = shapes.sharepoint_ids(at).map(|ids| ("sharepointIds".to_owned(), ids.into()));
            shape.additional.extend(ids);
        }
        shape
    }

    /// SharePoint itself names a parameter of an invitation that it does not know.
    fn in_own_words(&self, refusal: Refusal) -> Refusal {
        let is_sharepoint = matches!(self.dialect, Dialect::Direct | Dialect::Server);
        match refusal.reason.split(':').next() {
            Some(property)
                if is_sharepoint
                    && [UNKNOWN_PARAMETER.rule, INVITE_EXPIRY.rule].map(Some).contains(&refusal.rule) =>
            {
                let rule = refusal.rule.unwrap_or(UNKNOWN_PARAMETER.rule);
                Refusal::of(&UNKNOWN_PARAMETER, &*refusal.reason).about(property).by(rule)
            }
            _ => refusal,
        }
    }

    /// What is asked of one permission.
    fn permission(
        &self,
        tenant: &mut Tenant,
        address: &ItemAddress,
        (at, right): (At, Right),
        id: &Segment,
    ) -> Result<Answer, Refusal> {
        use ActionKind as K;
        if !tenant.sees(right, &tenant.held(at, id)?) {
            return Err(Refusal::of(&PERMISSION_MISSING, "the permission is not for whoever asks to see"));
        }
        if let Some(header) = self.request.header(header::IF_MATCH)
            && matches!(self.action.kind(), K::UpdatePermission | K::DeletePermission)
        {
            let tags = tenant.drives[at.0].tags(at.1);
            if !condition::names(header, [&tags[0], &tags[1]])? {
                let personal = tenant.drives[at.0].drive_type == "personal";
                let facts = if personal { &ETAG_PERSONAL } else { &ETAG };
                return Err(Refusal::of(facts, format!("the item's eTag is {}", tags[0])));
            }
        }
        match self.action.kind() {
            K::GetPermission => Ok(self.read(tenant, address, (at, right), tenant.held(at, id)?)),
            K::UpdatePermission => {
                tenant.update_permission(at, id, &read_body(self.request)?, self.request.now)?;
                Ok(self.read(tenant, address, (at, right), tenant.held(at, id)?))
            }
            K::DeletePermission => {
                let why_not = tenant.delete_permission(at, id)?;
                Ok(why_not.into_iter().fold(Answer::no_content(), |answer, why| answer.because(why)))
            }
            K::ValidatePermission => {
                tenant.validate_permission(at, id, &read_body(self.request)?, self.request.now)?;
                Ok(Answer::no_content())
            }
            K::RevokeGrants => {
                let link = tenant.revoke_grants(at, id, &read_body(self.request)?, self.request.now)?;
                Ok(self.revoked(tenant, &link))
            }
            kind => Err(Refusal::malformed(format!("{kind} is not asked of a permission"))),
        }
    }

    fn read(
        &self,
        tenant: &Tenant,
        address: &ItemAddress,
        (at, right): (At, Right),
        held: Held<'_>,
    ) -> Answer {
        let shapes = self.shapes_for(tenant, at, right);
        let fragment = format!("{}/permissions/$entity", shapes.place(address, at));
        shapes.entity(&fragment, shapes.held(at, held), self.query)
    }

    /// Whether the item still has the eTag that `If-None-Match` names.
    fn is_unchanged(&self, tenant: &Tenant, at: At) -> Result<bool, Refusal> {
        let Some(header) = self.request.header(header::IF_NONE_MATCH) else { return Ok(false) };
        let tags = tenant.drives[at.0].tags(at.1);
        condition::names(header, [&tags[0], &tags[1]])
    }

    /// The URL of this very list with another query.
    fn below(&self, query: Option<String>) -> Option<String> {
        let path = |query| format!("{}{}?{query}", self.base, self.action.path(self.dialect));
        query.map(path)
    }
}
