//! What the service says: items and permissions in its shapes, and its refusals.

use serde_json::{Map, Value, json};
use sharing_model::{
    Collection, DateTime, Dialect, DriveItem, ErrorResponse, Identity, IdentitySet, ItemReference,
    Permission, ServiceError, Shared, SharedDriveItem, SharingInvitation, SharingLink, SharingUrl,
};

use crate::{
    access::{At, Held},
    directory::{Principal, PrincipalKind},
    drive::{Content, Grant, ItemIndex, Link, ROOT},
    service::{Request, dialect_of},
    tenant::{NotFound, Tenant},
};

/// The documented texts of the two facets that Graph marks as deprecated.
const DEPRECATED: &str = "GrantedTo has been deprecated. Refer to GrantedToV2";

/// How the service answers one request; what every answer has is added on the way out.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The rule that decided, by name: told in `x-mock-rule` and in the journal.
    pub(crate) rule: Option<&'static str>,
    /// Why it was decided so: told in `x-mock-reason` and in the journal.
    pub(crate) reason: Option<String>,
}

impl Answer {
    pub(crate) fn ok(body: impl serde::Serialize) -> Self {
        // The protocol's types have string keys and finite numbers: they always are JSON.
        Self { body: serde_json::to_string(&body).ok(), ..Self::empty(200) }
    }

    pub(crate) fn created(body: impl serde::Serialize) -> Self {
        Self { status: 201, ..Self::ok(body) }
    }

    pub(crate) const fn no_content() -> Self {
        Self::empty(204)
    }

    const fn empty(status: u16) -> Self {
        Self { status, body: None, headers: Vec::new(), rule: None, reason: None }
    }

    /// The same, with its reason told.
    pub(crate) fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    /// The headers of this answer alone, in which the mock explains itself too.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let own = self.headers.iter().map(|(name, value)| (*name, &**value));
        let rule = self.rule.map(|rule| ("x-mock-rule", rule));
        let reason = self.reason.as_deref().map(|reason| ("x-mock-reason", reason));
        own.chain(rule).chain(reason)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A request that the service refuses, in the service's words, and why, in ours.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    code: &'static str,
    message: String,
    pub(crate) reason: String,
    /// The rule that refuses, by name: the model's, or the mock's own.
    pub(crate) rule: Option<&'static str>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(crate) fn new(
        status: u16,
        code: &'static str,
        message: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self { status, code, message: message.into(), reason: reason.into(), rule: None, headers: Vec::new() }
    }

    /// The same, by a rule.
    pub(crate) fn by(self, rule: &'static str) -> Self {
        Self { rule: Some(rule), ..self }
    }

    pub(crate) fn malformed(reason: impl Into<String>) -> Self {
        Self::new(400, "invalidRequest", "The request is malformed or incorrect.", reason)
    }

    /// No token, or an empty one.
    pub(crate) fn unauthenticated(dialect: Dialect) -> Self {
        let reason = "no bearer token in the Authorization header; any will do";
        let mut refusal = match dialect {
            Dialect::Graph => Self::new(401, "InvalidAuthenticationToken", "Access token is empty.", reason),
            _ => Self::new(401, "unauthenticated", "Must be authenticated to use '/drive' syntax", reason),
        };
        let challenge = "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", \
                         client_id=\"00000003-0000-0000-c000-000000000000\"";
        refusal.headers.push(("www-authenticate", challenge.to_owned()));
        refusal
    }

    pub(crate) fn unknown_segment(segment: &str, reason: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", format!("Resource not found for the segment '{segment}'."), reason)
    }

    pub(crate) fn not_found(why: NotFound) -> Self {
        match why {
            NotFound::MalformedDrive => Self::new(
                400,
                "invalidRequest",
                "The provided drive id appears to be malformed, or does not represent a valid drive.",
                "the drive's id has not the form of one",
            ),
            NotFound::MalformedItem => {
                Self::new(404, "itemNotFound", "Item not found", "the item's id has not the form of one")
            }
            NotFound::Missing => {
                Self::new(404, "itemNotFound", "The resource could not be found.", "nothing has this address")
            }
        }
    }

    /// The refusal as an answer: the service's body, and in headers which rule refused and why.
    pub(crate) fn answer(self, request: &Request<'_>) -> Answer {
        let body = self.body(request);
        Answer {
            status: self.status,
            headers: self.headers,
            rule: self.rule,
            reason: Some(self.reason),
            ..Answer::ok(body)
        }
    }

    fn body(&self, request: &Request<'_>) -> ErrorResponse {
        let mut inner = ServiceError::default();
        // Without a zone and without a fraction: so the service writes it.
        inner.date = Some(request.now.strftime("%Y-%m-%dT%H:%M:%S").to_string());
        inner.request_id = Some(request.id.to_owned());
        inner.client_request_id = Some(request.client_id.to_owned());

        let mut error = ServiceError::default();
        error.code = Some(self.code.to_owned());
        error.message = Some(self.message.clone());
        match dialect_of(request.path) {
            Dialect::Graph => error.inner_error = Some(Box::new(inner)),
            _ => error.inner_error_lowercase = Some(Box::new(inner)),
        }
        let mut response = ErrorResponse::default();
        response.error = Some(error);
        response
    }
}

/// Turns the tenant's state into the service's shapes, for one request.
pub(crate) struct Shapes<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) dialect: Dialect,
    /// The URL of the version that was asked, as in `http://127.0.0.1:4000/v1.0`.
    pub(crate) base: &'a str,
}

impl Shapes<'_> {
    pub(crate) fn item(&self, drive_index: usize, index: ItemIndex) -> DriveItem {
        let drive = &self.tenant.drives[drive_index];
        let item = drive.item(index);
        let mut shape = DriveItem::default();
        shape.id = Some(item.id.clone());
        shape.name = Some(item.name.clone());
        let guid = item.guid.to_string().to_uppercase();
        shape.e_tag = Some(format!("\"{{{guid}}},{}\"", drive.version(index)));
        shape.c_tag = Some(format!("\"c:{{{guid}}},1\""));
        shape.web_url = Some(self.tenant.web_url(drive_index, index));
        shape.created_date_time = created();
        shape.last_modified_date_time = created();

        let mut parent = ItemReference::default();
        parent.drive_id = Some(drive.id.clone());
        parent.drive_type = Some(drive.drive_type.to_owned());
        parent.site_id = Some(self.tenant.sites[drive.site].collection.clone());
        if let Some(above) = item.parent {
            parent.id = Some(drive.item(above).id.clone());
            parent.name = Some(drive.item(above).name.clone());
            let path: String = drive.path(above).iter().map(|name| format!("/{name}")).collect();
            let colon = if path.is_empty() { "" } else { ":" };
            parent.path = Some(format!("/drives/{}/root{colon}{path}", drive.id));
        }
        shape.parent_reference = Some(parent);

        match &item.content {
            Content::Folder(folder) => {
                shape.folder = Some(facet(json!({ "childCount": folder.len() })));
                shape.size = Some(0);
            }
            Content::File { size, mime_type } => {
                shape.file = Some(facet(json!({ "mimeType": mime_type })));
                shape.size = Some(*size);
            }
        }
        if index == ROOT {
            shape.root = Some(Map::new());
        } else if drive.is_unique(index) {
            let mut shared = Shared::default();
            shared.scope = Some("users".to_owned());
            shape.shared = Some(shared);
        }
        shape
    }

    pub(crate) fn drive(&self, index: usize) -> sharing_model::Drive {
        let drive = &self.tenant.drives[index];
        let mut shape = sharing_model::Drive::default();
        shape.id = Some(drive.id.clone());
        shape.drive_type = Some(drive.drive_type.to_owned());
        shape.name = Some("Documents".to_owned());
        shape.web_url = Some(drive.web_url.clone());
        shape.owner = Some(self.owner(index));
        shape
    }

    pub(crate) fn site(&self, index: usize) -> sharing_model::Site {
        let site = &self.tenant.sites[index];
        let mut shape = sharing_model::Site::default();
        let host = site.id.split(',').next().unwrap_or_default();
        shape.id = Some(site.id.clone());
        shape.display_name = Some(self.tenant.directory.get(site.of).display_name.clone());
        shape.web_url = Some(format!("https://{host}"));
        shape.created_date_time = created();
        shape.site_collection = Some(facet(json!({ "hostname": host })));
        shape
    }

    /// Everything below a folder: the first page of its changes, and the last.
    pub(crate) fn changes(&self, drive: usize, folder: ItemIndex, path: &str) -> Collection<DriveItem> {
        let items =
            self.tenant.drives[drive].below(folder).into_iter().map(|item| self.item(drive, item)).collect();
        let mut collection = self.collection("driveItem", items);
        collection.delta_link = Some(format!("{}{path}?token=latest", self.base));
        collection
    }

    pub(crate) fn share(&self, (drive, item): At, token: &str) -> SharedDriveItem {
        let mut shape = SharedDriveItem::default();
        shape.id = Some(token.to_owned());
        shape.name = Some(self.tenant.drives[drive].item(item).name.clone());
        shape.owner = Some(self.owner(drive));
        shape.web_url = Some(self.tenant.web_url(drive, item));
        shape
    }

    /// A permission, whichever it is, as lists and reads have it.
    pub(crate) fn held(&self, (drive, item): At, held: Held<'_>) -> Permission {
        let mut shape = match held {
            Held::Grant(grant) => self.permission(grant),
            Held::Link(link) => self.link(link),
        };
        if !self.tenant.drives[drive].is_unique(item) {
            // Business drives and libraries say that it is inherited, but not from where.
            shape.inherited_from = Some(ItemReference::default());
        }
        shape
    }

    /// A link: everybody who may use it in both spellings, however few they are.
    pub(crate) fn link(&self, link: &Link) -> Permission {
        let users = || link.users.iter().map(|user| self.tenant.directory.get(*user));
        let mut facet = SharingLink::default();
        facet.link_type = Some(link.link_type.clone());
        facet.scope = Some(link.scope.clone());
        facet.web_url = Some(link.url.clone());
        facet.prevents_download = Some(link.prevents_download);

        let mut shape = Permission::default();
        shape.id = Some(link.id.clone());
        shape.roles = Some(link.roles());
        shape.link = Some(facet);
        shape.has_password = Some(link.has_password);
        shape.expiration_date_time.clone_from(&link.expires);
        shape.granted_to_identities = Some(users().map(Principal::older).collect());
        if self.dialect == Dialect::Graph {
            shape.granted_to_identities_v2 = Some(users().map(Principal::newer).collect());
        }
        if let Ok(url) = link.url.parse::<SharingUrl>() {
            shape.share_id = Some(url.token().to_string());
        }
        shape
    }

    pub(crate) fn granted_link(&self, link: &Link) -> Collection<Permission> {
        self.collection("permission", vec![self.link(link)])
    }

    pub(crate) fn children(&self, drive: usize, folder: ItemIndex) -> Collection<DriveItem> {
        let items = match &self.tenant.drives[drive].item(folder).content {
            Content::Folder(folder) => folder.iter().map(|child| self.item(drive, child)).collect(),
            Content::File { .. } => Vec::new(),
        };
        self.collection("driveItem", items)
    }

    /// The permissions of an item, as lists have them.
    pub(crate) fn permissions(&self, at: At) -> Collection<Permission> {
        let drive = &self.tenant.drives[at.0];
        let grants = drive.grants(at.1).map(Held::Grant);
        let held = grants.chain(drive.links(at.1).map(Held::Link));
        self.collection("permission", held.map(|held| self.held(at, held)).collect())
    }

    /// What one grantee holds.
    fn permission(&self, grant: &Grant) -> Permission {
        let mut shape = self.granted(grant);
        if self.dialect == Dialect::Graph {
            shape.additional.insert("@deprecated.GrantedTo".to_owned(), DEPRECATED.into());
            shape.granted_to_v2 = Some(self.tenant.directory.get(grant.to).newer());
        }
        shape.share_id.clone_from(&shape.id);
        shape
    }

    /// The answer to an invitation: one entry for each recipient, in their order, with the older spelling alone.
    pub(crate) fn invited(&self, grants: &[Grant]) -> Collection<Permission> {
        let permissions = grants.iter().map(|grant| {
            let mut shape = self.granted(grant);
            if self.dialect != Dialect::Graph {
                let name = format!("#{}", self.dialect.type_name("permission"));
                shape.additional.insert("@odata.type".to_owned(), name.into());
            }
            shape
        });
        self.collection("permission", permissions.collect())
    }

    fn granted(&self, grant: &Grant) -> Permission {
        let who = self.tenant.directory.get(grant.to);
        let mut shape = Permission::default();
        shape.id = Some(who.permission_id.clone());
        shape.roles = Some(grant.roles.clone());
        shape.granted_to = Some(who.older());
        if who.kind == PrincipalKind::PendingGuest {
            let mut inviter = IdentitySet::default();
            inviter.user = Some(self.me());
            let mut invitation = SharingInvitation::default();
            invitation.email = Some(who.mail.clone());
            invitation.sign_in_required = grant.sign_in_required;
            invitation.invited_by = Some(inviter);
            shape.invitation = Some(invitation);
        }
        shape
    }

    fn owner(&self, drive: usize) -> IdentitySet {
        let site = &self.tenant.sites[self.tenant.drives[drive].site];
        self.tenant.directory.get(site.of).older()
    }

    fn me(&self) -> Identity {
        self.tenant.directory.get(self.tenant.me).identity()
    }

    fn collection<T>(&self, of: &str, value: Vec<T>) -> Collection<T> {
        let mut collection = Collection::from(value);
        let name = self.dialect.type_name(of);
        collection.context = Some(format!("{}/$metadata#Collection({name})", self.base));
        collection
    }
}

/// When everything in the sample tenant was made.
fn created() -> Option<DateTime> {
    serde_json::from_value("2026-01-05T08:30:00Z".into()).ok()
}

fn facet(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(facet) => facet,
        _ => Map::new(),
    }
}
