//! What can be seen without the service.

use std::env;

use jiff::{SignedDuration, Timestamp};
use sharing_http::TokenSource;
use sharing_model::{ActionKind, Scopes, TokenKind};

use super::check::{Check, Verdict, failed};
use crate::{claims::Claims, connection::ConnectionArguments, failure::Failure};

/// Which profile and credential are in use.
pub(super) fn settings(connection: &ConnectionArguments) -> Check {
    if connection.is_sandbox() {
        return Check::good("settings", "the sandbox, which needs none");
    }
    match (connection.profile(), connection.settings()) {
        (Ok((name, _)), Ok(settings)) => {
            let profile = name.map_or_else(|| "no profile".to_owned(), |name| format!("profile {name}"));
            let credential =
                settings.credential.map_or_else(|| "a token".to_owned(), |kind| kind.to_string());
            Check::good("settings", format!("{profile}, signing in by {credential}"))
        }
        (Err(failure), _) | (_, Err(failure)) => failed("settings", &failure),
    }
}

/// Which proxy is asked, as the environment says it.
pub(super) fn proxy() -> Check {
    let says = |name: &str| {
        let value = env::var(name).or_else(|_| env::var(name.to_lowercase()));
        value.ok().filter(|value| !value.is_empty())
    };
    match says("HTTPS_PROXY").or_else(|| says("ALL_PROXY")) {
        // A proxy's URL may hold a password.
        Some(url) => {
            let place = url.rsplit_once('@').map_or(&*url, |(_, place)| place).to_owned();
            let except = says("NO_PROXY").map(|hosts| format!(", except for {hosts}")).unwrap_or_default();
            Check::new(
                "proxy",
                Verdict::Look,
                format!("{place}{except}"),
                "where the endpoint cannot be reached, ask whoever runs the proxy to let it through",
            )
        }
        None => Check::good("proxy", "none"),
    }
}

/// Whose token it is, whether it is good for a while, and what it allows.
pub(super) async fn token(connection: &ConnectionArguments, checks: &mut Vec<Check>) -> Option<Claims> {
    if connection.is_sandbox() {
        checks.push(Check::good("token", "the sandbox takes any"));
        return None;
    }
    let got = match connection.credential() {
        Ok(credential) => credential.token().await.map_err(Failure::Token),
        Err(failure) => Err(failure),
    };
    let token = match got {
        Ok(token) => token,
        Err(failure) => {
            checks.push(failed("token", &failure));
            return None;
        }
    };
    let Some(claims) = Claims::of(token.secret()) else {
        let found = "there is one, which does not say whose it is";
        checks.push(Check::new("token", Verdict::Unknown, found, "the service decides by it"));
        return None;
    };
    checks.push(life(&claims));
    checks.push(scopes(&claims));
    Some(claims)
}

fn life(claims: &Claims) -> Check {
    let whose = claims.account().unwrap_or("somebody");
    let Some(expires) = claims.expires() else {
        return Check::good("token", format!("{whose}'s, which does not say when it ends"));
    };
    let left = expires.duration_since(Timestamp::now());
    if left.is_negative() {
        let found = format!("{whose}'s, which ended at {expires}");
        return Check::new(
            "token",
            Verdict::Bad,
            found,
            "get a new one, or sign in with `sharing auth login`",
        );
    }
    Check::good("token", format!("{whose}'s, good for {} minutes", left.as_mins()))
}

/// Whether the token allows what this program does.
fn scopes(claims: &Claims) -> Check {
    let held = claims.scopes();
    let allows = |kind: ActionKind| {
        let enough = kind.facts().scopes.of(claims.kind(), false);
        held.iter().any(|scope| enough.contains(&Scopes::in_graph(scope)))
    };
    let is_applications = claims.kind() == TokenKind::Application;
    let needed = if is_applications { "Files.ReadWrite.All" } else { "Files.ReadWrite" };
    let remedy = format!("consent to {needed} in the application's registration, then sign in again");
    match (allows(ActionKind::ListPermissions), allows(ActionKind::Invite)) {
        (_, true) => Check::good("scopes", held.join(" ")),
        (true, false) => {
            let found = format!("{}: enough to look, not to share", held.join(" "));
            Check::new("scopes", Verdict::Look, found, remedy)
        }
        (false, false) => {
            let found = if held.is_empty() {
                "none".to_owned()
            } else {
                format!("{}: none that helps", held.join(" "))
            };
            Check::new("scopes", Verdict::Bad, found, remedy)
        }
    }
}

/// How far this machine's clock is from another's.
pub(super) fn clock(away: SignedDuration) -> Check {
    let seconds = away.as_secs().unsigned_abs();
    let found = format!("{seconds} s from the service's");
    if seconds < 120 {
        Check::good("clock", found)
    } else {
        let remedy = "set this machine's clock: certificates, tokens and ends are judged by it";
        Check::new("clock", Verdict::Bad, found, remedy)
    }
}

/// How fast a run will ask.
pub(super) fn limits(connection: &ConnectionArguments) -> Check {
    let remedy = "say how many licences the tenant has, if they are more: --limits 5k, or `sharing profile set NAME limits=5k`";
    Check::new(
        "limits",
        Verdict::Good,
        format!("plans and runs are reckoned {}", connection.foretold()),
        remedy,
    )
}
