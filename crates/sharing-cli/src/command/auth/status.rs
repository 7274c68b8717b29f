//! `sharing auth status`

use jiff::Timestamp;
use serde::Serialize;
use sharing_http::AccessToken;

use crate::{
    claims::Claims,
    connection::endpoint,
    credential,
    exit::Exit,
    failure::Failure,
    output::Output,
    settings::{CredentialKind, Settings},
};

/// Who is signed in.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    profile: Option<String>,
    credential: CredentialKind,
    account: Option<String>,
    tenant: Option<String>,
    endpoint: String,
    scopes: Vec<String>,
    expires: Option<Timestamp>,
    kept: Option<String>,
}

/// Tells whose token it is, and what it allows.
pub(super) fn print(
    settings: &Settings,
    profile: Option<String>,
    token: &AccessToken,
    output: &Output,
) -> Result<Exit, Failure> {
    let claims = Claims::of(token.secret()).unwrap_or_default();
    let status = Status {
        profile,
        credential: settings.credential.unwrap_or(CredentialKind::Token),
        account: claims.account().map(str::to_owned),
        tenant: settings.tenant.clone(),
        endpoint: endpoint(settings)?.to_string(),
        scopes: claims.scopes().into_iter().map(str::to_owned).collect(),
        expires: claims.expires(),
        kept: credential::kept(settings)?.map(|kept| kept.to_string()),
    };
    output.print(&status, &["WHAT", "IT IS"], |status| {
        let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
        let scopes = if status.scopes.is_empty() { "unknown".to_owned() } else { status.scopes.join(" ") };
        let rows = [
            ("profile", status.profile.clone().unwrap_or_else(|| "none".to_owned())),
            ("credential", status.credential.to_string()),
            ("account", or_unknown(&status.account)),
            ("tenant", or_unknown(&status.tenant)),
            ("endpoint", status.endpoint.clone()),
            ("scopes", scopes),
            ("expires", or_unknown(&status.expires.map(|at| at.to_string()))),
            ("kept in", status.kept.clone().unwrap_or_else(|| "nothing".to_owned())),
        ];
        rows.into_iter().map(|(what, it_is)| vec![what.to_owned(), it_is]).collect()
    })?;
    Ok(Exit::Done)
}
