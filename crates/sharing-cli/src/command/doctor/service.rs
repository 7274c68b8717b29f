//! What the service shows.

use jiff::{Timestamp, fmt::rfc2822};
use sharing_model::{DriveAddress, ItemAddress, LinkScope, Permission};

use super::{
    check::{Check, Verdict, failed},
    local,
};
use crate::{claims::Claims, connection::Connection, failure::Failure};

/// Asks the service, and adds what it shows.
pub(super) async fn look(
    connection: &Connection,
    address: &ItemAddress,
    token: Option<&Claims>,
    checks: &mut Vec<Check>,
) {
    let client = &connection.client;
    let endpoint = client.endpoint().to_string();
    // There is no such item: what says so tells the time, too.
    let probe = format!("{}/items/sharing-doctor", DriveAddress::Me);
    let answer = match probe.parse::<ItemAddress>() {
        Ok(probe) => client.item(&probe).get().await.err(),
        Err(_) => None,
    };
    match &answer {
        Some(error) if error.status().is_none() => {
            let check = if error.token_error().is_some() { "token" } else { "endpoint" };
            let mut failed = answer.map(|error| failed(check, &Failure::Service(error)));
            if check == "endpoint" {
                let remedy = format!("check the URL {endpoint}, the network, and the proxy");
                failed = failed.map(|failed| Check { remedy, ..failed });
            }
            checks.extend(failed);
            return;
        }
        Some(error) if error.status() == Some(401) => {
            checks.extend(answer.map(|error| failed("token", &Failure::Service(error))));
            return;
        }
        _ => checks.push(Check::good(
            "endpoint",
            format!("{endpoint}, spoken to as {:?}", client.endpoint().dialect()),
        )),
    }
    let date = answer.as_ref().and_then(|error| rfc2822::parse(error.header("Date")?).ok());
    checks.push(match date {
        Some(date) => local::clock(Timestamp::now().duration_since(date.timestamp())),
        None => match token.and_then(Claims::issued) {
            // A token that was got just now was issued just now.
            Some(issued) => {
                local::clock(Timestamp::now().duration_since(issued).min(jiff::SignedDuration::ZERO))
            }
            None => Check::new(
                "clock",
                Verdict::Unknown,
                "the service does not tell the time",
                "compare it yourself",
            ),
        },
    });
    let item = match client.item(address).get().await {
        Ok(item) => item,
        Err(error) => {
            checks.push(failed("item", &Failure::Service(error)));
            return;
        }
    };
    let parent = item.parent_reference.as_ref();
    let kind = parent.and_then(|parent| parent.drive_type.clone()).unwrap_or_else(|| "unknown".to_owned());
    checks.push(Check::good("item", format!("{address}, in a drive of kind {kind}")));
    match client.item(address).permissions().await {
        Ok(permissions) => checks.push(policy(permissions.value.as_deref().unwrap_or_default())),
        Err(error) => checks.push(failed("policy", &Failure::Service(error))),
    }
}

/// The sharing policy, as far as what was shared shows it.
fn policy(permissions: &[Permission]) -> Check {
    let has = |scope: &LinkScope| {
        permissions
            .iter()
            .any(|permission| permission.link.as_ref().is_some_and(|link| link.scope.as_ref() == Some(scope)))
    };
    if has(&LinkScope::Anonymous) {
        return Check::good(
            "policy",
            "a link for anybody is on the item: sharing with people outside is allowed here",
        );
    }
    Check::new(
        "policy",
        Verdict::Unknown,
        "the service does not show who may be shared with; nothing on the item tells",
        "ask the administrator for the sharing level of the tenant and of the site (SharePoint admin center, Policies, Sharing); a refused invitation says sharingDisabled",
    )
}
