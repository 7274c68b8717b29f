//! What a world file is, as types: what may stand where. What must hold between them is checked in `load`.

mod history;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sharing_model::{LinkScope, LinkType, Role, Secret};

pub(super) use self::history::{History, Moment};
use super::{
    part::{Part, Parts},
    schema,
};
use crate::{drive::DriveType, policy::Policy};

/// Makes a type of the file: `skip` leaves out of a dump what is empty, and whatever is unknown is kept to be told.
macro_rules! part {
    ($(#[$doc:meta])* struct $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[derive(schemars::JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub(super) struct $name {
            $($(#[$field_doc])* pub(super) $field: $type,)*
            #[serde(flatten)]
            #[schemars(skip)]
            pub(super) additional: Map<String, Value>,
        }

        impl Part for $name {
            fn additional(&self) -> &Map<String, Value> {
                &self.additional
            }
        }
    };
}

part! {
    /// A world: the state of a tenant. Whoever is referred to is named by id, mail address, principal name or alias.
    struct World {
        /// The schema, for editors.
        #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
        schema: Option<String>,
        /// The tenant itself.
        #[schemars(required)]
        tenant: Option<Organisation>,
        /// Whose token it is, where a token does not say.
        #[schemars(required)]
        me: Option<String>,
        /// What the administrator allows.
        #[serde(default)]
        policy: Policy,
        /// People, those outside included.
        #[serde(default)]
        users: Parts<User>,
        /// Groups, distribution lists included.
        #[serde(default, skip_serializing_if = "Parts::is_empty")]
        groups: Parts<Group>,
        /// Programs.
        #[serde(default, skip_serializing_if = "Parts::is_empty")]
        applications: Parts<Application>,
        /// Sites. `/sites/root` is the first that stands at its host's start and is no person's.
        #[serde(default, skip_serializing_if = "Parts::is_empty")]
        sites: Parts<Site>,
        /// Drives, each with what is in it. The first of a site, a user or a group is its own.
        #[serde(default)]
        drives: Parts<Drive>,
    }
}

part! {
    /// The tenant itself.
    struct Organisation {
        /// What people call it.
        name: String,
        /// Its id, a GUID; made of the domain, where none is given.
        #[serde(default)]
        id: Option<String>,
        /// The domain of its own mail addresses.
        domain: String,
        /// The domain that it began with, after which guests are named: `….onmicrosoft.com`.
        #[serde(default)]
        initial_domain: Option<String>,
    }
}

/// Whether somebody is of the tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum UserType {
    /// Of the tenant.
    #[default]
    Member,
    /// From outside.
    Guest,
}

/// Whether a guest has accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum ExternalUserState {
    /// Has not yet.
    PendingAcceptance,
    /// Has.
    Accepted,
}

part! {
    /// Somebody.
    struct User {
        /// The directory's object id, a GUID; made of the mail address, where none is given.
        #[serde(default)]
        id: Option<String>,
        /// The name to show.
        display_name: String,
        /// The mail address.
        mail: String,
        /// What the person signs in with: the mail address, unless said otherwise; a guest's is made of it.
        #[serde(default)]
        user_principal_name: Option<String>,
        /// What stands before the `@` of the mail address, unless said otherwise.
        #[serde(default)]
        alias: Option<String>,
        /// Whether the person is of the tenant.
        #[serde(default)]
        user_type: UserType,
        /// Whether a guest has accepted: yes, unless said otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        external_user_state: Option<ExternalUserState>,
        /// Whether the account has a licence. Without one it is in the directory, and cannot be shared with.
        #[serde(default = "yes")]
        licensed: bool,
        /// Whether a guest has a Microsoft account. Without one, the service fails to invite.
        #[serde(default = "yes")]
        microsoft_account: bool,
        /// Why mails to this address do not arrive, in the service's word, as in `exchangeInvalidUser`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notification_error: Option<String>,
        /// The number in a site; the next free one, where none is given.
        #[serde(default)]
        site_number: Option<u32>,
    }
}

/// What a group is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum GroupKind {
    /// A Microsoft 365 group, which may own a site.
    Microsoft365,
    /// A group that exists to give access.
    Security,
    /// A group that exists to send mail, which cannot be shared with.
    Distribution,
}

part! {
    /// A group.
    struct Group {
        /// The directory's object id, a GUID; made of the mail address, where none is given.
        #[serde(default)]
        id: Option<String>,
        /// The name to show.
        display_name: String,
        /// What it is for.
        kind: GroupKind,
        /// The mail address.
        mail: String,
        /// What stands before the `@` of the mail address, unless said otherwise.
        #[serde(default)]
        alias: Option<String>,
        /// Who is in it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        members: Vec<String>,
        /// The number in a site; the next free one, where none is given.
        #[serde(default)]
        site_number: Option<u32>,
    }
}

part! {
    /// A program.
    struct Application {
        /// The client id, a GUID.
        id: String,
        /// The name to show.
        display_name: String,
        /// The secrets that it may prove itself with.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        secrets: Vec<Secret>,
        /// The certificates, in PEM, whose keys it may prove itself with; RSA only.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        certificates: Vec<String>,
        /// What it may do in its own name: the `roles` of its own tokens.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        roles: Vec<String>,
        /// What it may do for a person who signs in, where it asks for `.default`: the `scp` of such tokens.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        scopes: Vec<String>,
        /// Whether it may sign in; one that may not only holds permissions.
        #[serde(default = "yes")]
        registered: bool,
    }
}

part! {
    /// A site.
    struct Site {
        /// Where a browser shows it, as in `https://contoso.sharepoint.com/sites/projects`.
        url: String,
        /// `{host},{GUID of the site collection},{GUID of the web}`; made of the URL, where none is given.
        #[serde(default)]
        id: Option<String>,
        /// The name to show: whose it is, unless said otherwise.
        #[serde(default)]
        display_name: Option<String>,
        /// The user or group whose site it is.
        of: String,
        /// Which applications may do what with all of it: `read`, `write`, `manage`, `fullcontrol` or `owner`.
        #[serde(default, skip_serializing_if = "Parts::is_empty")]
        permissions: Parts<Grant>,
    }
}

part! {
    /// A drive, which is the folder at its top as well.
    struct Drive {
        /// The kind.
        #[serde(rename = "type")]
        kind: DriveType,
        /// Its id, in the form that drives of its kind have; made of the URL, where none is given.
        #[serde(default)]
        id: Option<String>,
        /// The name to show.
        name: String,
        /// Whose it is: a user, or a group.
        owner: String,
        /// The URL of the site that it is in; a personal drive is in none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        site: Option<String>,
        /// Where a browser shows it: below its site, by its name, unless said otherwise.
        #[serde(default)]
        web_url: Option<String>,
        /// Whether a personal account has paid, for links that end or have a password.
        #[serde(default, skip_serializing_if = "is_not")]
        premium: bool,
        /// How many links there ever were: those that there are, unless said otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        links_made: Option<usize>,
        /// How many changes there were since it was made, which delta tokens go by.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        changes: Option<u64>,
        /// The root's id.
        #[serde(default)]
        root_id: Option<String>,
        /// Who may do what with all of it: the owner everything, unless said otherwise.
        #[serde(default)]
        permissions: Option<Parts<Grant>>,
        /// The links to all of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        links: Option<Parts<Link>>,
        /// When it was made, by whom, and what happened since.
        #[serde(default, skip_serializing_if = "History::is_empty")]
        history: History,
        /// What is in it.
        #[serde(default)]
        items: Parts<Item>,
    }
}

part! {
    /// A folder, which has `children`, a folder of another drive, which is `remote`, or a file.
    struct Item {
        /// Its name, which no other item of its folder has in any case of letters.
        name: String,
        /// Its id, in the form that items of its drive have; made of its path, where none is given.
        #[serde(default)]
        id: Option<String>,
        /// How many bytes a file has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 0))]
        size: Option<i64>,
        /// What a file is; told by its name, where nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mime_type: Option<String>,
        /// The name by which `/special/` finds a folder, as in `documents`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        special: Option<String>,
        /// Who may do what with it, completely. Without `permissions` and `links` it has those of the folder above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        permissions: Option<Parts<Grant>>,
        /// The links that lead to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        links: Option<Parts<Link>>,
        /// Who has it checked out, so that nobody else may change it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        locked_by: Option<String>,
        /// How many items are said to be below; those that are, unless said otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        items_below: Option<u64>,
        /// When it was made, by whom, and what happened since.
        #[serde(default, skip_serializing_if = "History::is_empty")]
        history: History,
        /// The folder of another drive that stands at the root of a personal drive.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remote: Option<Remote>,
        /// What is in a folder.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        children: Option<Parts<Item>>,
    }
}

part! {
    /// An item of another drive.
    struct Remote {
        /// The drive's id.
        drive: String,
        /// The item's id.
        item: String,
    }
}

part! {
    /// What somebody may do with an item.
    struct Grant {
        /// Who.
        to: String,
        /// What: one or more of `read`, `write`, `owner`, or a permission level of SharePoint as `sp.` and its name. In
        /// containers there is also `manager`; of sites, `manage` and `fullcontrol`.
        #[schemars(schema_with = "schema::roles")]
        roles: Vec<Role>,
        /// Whether the invitation asked for sign-in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sign_in_required: Option<bool>,
        /// Who invited.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invited_by: Option<String>,
        /// When it ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(schema_with = "schema::date_time")]
        expires: Option<Timestamp>,
    }
}

part! {
    /// A sharing link.
    struct Link {
        /// Its id; made of its item's, where none is given.
        #[serde(default)]
        id: Option<String>,
        /// Its URL; made of its id, where none is given.
        #[serde(default)]
        url: Option<String>,
        /// What it lets its holder do.
        #[serde(rename = "type")]
        #[schemars(schema_with = "schema::link_type")]
        link_type: LinkType,
        /// Whom it lets in.
        #[schemars(schema_with = "schema::link_scope")]
        scope: LinkScope,
        /// Whether its holder may read but not download.
        #[serde(default, skip_serializing_if = "is_not")]
        prevents_download: bool,
        /// Whom a link with the scope `users` is for, and who followed one with the scope `organization`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        users: Vec<String>,
        /// When it ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(schema_with = "schema::date_time")]
        expires: Option<Timestamp>,
        /// The password that whoever opens it must give.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        password: Option<Secret>,
    }
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
const fn is_not(value: &bool) -> bool {
    !*value
}
