//! A failure as a person reads it.

use anstyle::{AnsiColor, Effects, Style};
use sharing_http::{SignInError, TokenError};
use sharing_model::{Advice, Mender, Retry};

use super::Failure;
use crate::{
    credential::{SECRET_VARIABLE, TOKEN_VARIABLE},
    journal::JOURNAL_VARIABLE,
    voice::say,
};

const WRONG: Style = AnsiColor::Red.on_default().effects(Effects::BOLD);
const WORD: Style = Style::new().effects(Effects::BOLD);

impl Failure {
    /// Prints to standard error: what happened, why, who can mend it, and what to do next.
    pub(crate) fn print(&self) {
        say!("{WRONG}error:{WRONG:#} {}", plain(&self.to_string()));
        for why in self.why() {
            say!("  {}", plain(&why));
        }
        say!("{WORD}who can mend it:{WORD:#} {}", who(self.mender()));
        say!("{WORD}next:{WORD:#} {}", self.next());
    }

    /// Who can mend it.
    fn mender(&self) -> Mender {
        match self {
            Self::Service(error) => error.advice().map_or(Mender::Sender, |advice| advice.mender),
            _ => Mender::Sender,
        }
    }

    /// The service's name for the request, where it was sent.
    pub(crate) fn request_id(&self) -> Option<&str> {
        match self {
            Self::Service(error) => error.request_id(),
            Self::Token(error) => error.sign_in().and_then(SignInError::trace_id),
            _ => None,
        }
    }

    pub(crate) fn why(&self) -> Vec<String> {
        match self {
            Self::Invalid(invalid) => invalid
                .faults
                .iter()
                .map(|fault| match flag(&fault.property) {
                    Some(flag) => format!("{fault} ({flag})"),
                    None => fault.to_string(),
                })
                .collect(),
            Self::NoToken => {
                vec![format!("neither {TOKEN_VARIABLE}, --token-file nor a profile says how to sign in")]
            }
            Self::TokenFile { why, .. } => vec![why.clone()],
            Self::NotSignedIn => {
                vec!["the settings say device-code, and no refresh token is kept".to_owned()]
            }
            Self::NoSecret => {
                vec![format!("neither --secret-file, {SECRET_VARIABLE} nor the keyring has it")]
            }
            Self::NoSetting(_) => vec!["no flag, no environment variable and no profile has it".to_owned()],
            Self::PermissionId(_) => vec!["an id has no slash and no colon".to_owned()],
            Self::NoLink(_) => vec!["it is another permission, or the URL of none".to_owned()],
            Self::Token(error) => {
                let ids = error
                    .sign_in()
                    .map(|said| [("trace-id", said.trace_id()), ("correlation-id", said.correlation_id())]);
                let ids = ids.into_iter().flatten();
                ids.filter_map(|(name, id)| id.map(|id| format!("{name}: {id}"))).collect()
            }
            Self::Setup { faults, .. }
            | Self::Plan { faults, .. }
            | Self::Configuration { faults, .. }
            | Self::Query { faults, .. }
            | Self::Unexplained { faults, .. }
            | Self::Requests { faults, .. } => faults.clone(),
            Self::NoProfile { known, .. } if known.is_empty() => vec!["there are none yet".to_owned()],
            Self::NoProfile { known, .. } | Self::Column { known, .. } | Self::Schema { known, .. } => {
                vec![format!("there are: {}", known.join(", "))]
            }
            Self::UnknownCode { near, .. } if !near.is_empty() => {
                vec![format!("near it: {}", near.join(", "))]
            }
            Self::UnknownCode { .. } => {
                vec!["it is no code, no status from 400 to 599, and no file".to_owned()]
            }
            Self::Moved { items, more, .. } => {
                let more = (*more > 0).then(|| format!("and {more} more"));
                items.iter().cloned().chain(more).collect()
            }
            Self::Several { people, .. } => people.clone(),
            Self::AccessList { path, faults, more } => {
                let more = (*more > 0).then(|| format!("and {more} more"));
                faults.iter().map(|fault| format!("{}:{fault}", path.display())).chain(more).collect()
            }
            Self::Service(error) => {
                let why = error.advice().map(|advice| advice.why.to_owned());
                let source = std::error::Error::source(error).map(innermost);
                let ids =
                    [("request-id", error.request_id()), ("client-request-id", error.client_request_id())];
                let ids = ids.into_iter().filter_map(|(name, id)| id.map(|id| format!("{name}: {id}")));
                why.into_iter().chain(source).chain(ids).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What to do next.
    pub(crate) fn next(&self) -> String {
        match self {
            Self::Several { .. } => "say a mail address or id:…, which only one has".to_owned(),
            Self::NoSnapshot => {
                "name an audit by --world; `sharing audit ITEM --recursive -o ndjson` makes one".to_owned()
            }
            Self::Plan { .. } => "plan anew with `sharing plan LIST -o json`".to_owned(),
            Self::Moved { .. } => "look at a new plan, or say --replan".to_owned(),
            Self::NoSandbox => "add --sandbox, or leave them out".to_owned(),
            Self::NoToken => format!(
                "sign in with `sharing auth login`, or put a token into the environment variable {TOKEN_VARIABLE} or a file for --token-file; --sandbox needs none"
            ),
            Self::NotSignedIn => "sharing auth login --device-code".to_owned(),
            Self::NoSecret => format!(
                "put it into a file for --secret-file or into {SECRET_VARIABLE}, then `sharing auth login --client-secret`"
            ),
            Self::Token(error) => match error.sign_in().and_then(SignInError::next) {
                Some(next) => next.to_owned(),
                None => "sharing auth login, then sharing doctor".to_owned(),
            },
            Self::SignIn(_) => "sharing doctor".to_owned(),
            Self::SandboxSignIn => "leave --sandbox out".to_owned(),
            Self::NoSetting(name) => format!(
                "say it by --{name}, SHARING_{} or `sharing profile set NAME {name}=…`",
                name.to_uppercase().replace('-', "_")
            ),
            Self::NoProfile { .. } => {
                "sharing profile list, or make it with `sharing profile set NAME …`".to_owned()
            }
            Self::Configuration { .. } => "mend the file, or name another by --config".to_owned(),
            Self::UnknownCode { .. } => "sharing explain, which lists every code that is known".to_owned(),
            Self::NoPage => "leave -o html out".to_owned(),
            Self::Mock(_) => "sharing mock --help".to_owned(),
            Self::NoLink(_) => "sharing link list ITEM".to_owned(),
            Self::Requests { .. } => "mend them; none was sent".to_owned(),
            Self::JournalPassword | Self::NoJournal => format!(
                "put the journal's place into the environment variable {JOURNAL_VARIABLE}, or name a file that holds it by --journal-file"
            ),
            Self::Service(error) if error.is_in_doubt() => {
                "the service may have done it; look with `sharing permissions list` before you ask again"
                    .to_owned()
            }
            Self::Service(error) if error.token_error().is_some() => {
                let said = error.token_error().and_then(TokenError::sign_in);
                said.and_then(SignInError::next).unwrap_or("sharing auth login").to_owned()
            }
            Self::Service(error) if error.status().is_none() => "sharing doctor".to_owned(),
            Self::Service(error) => match (error.advice(), error.retry_after()) {
                (Some(Advice { retry: Retry::AfterDelay, .. }), Some(wait)) => {
                    format!("ask again after {} s", wait.as_secs_f64().ceil())
                }
                (Some(advice), _) => advice.next.to_owned(),
                (None, _) => "sharing doctor".to_owned(),
            },
            Self::Invalid(_) | Self::AccessList { .. } | Self::Setup { .. } | Self::Unexplained { .. } => {
                "mend what is listed, and say it again".to_owned()
            }
            Self::PermissionId(_) => "sharing permissions list ITEM, which shows each id".to_owned(),
            Self::Endpoint(_) | Self::Authority(_) => {
                "name one that is right; `sharing profile show` tells which is in use".to_owned()
            }
            Self::Setting { .. } => "sharing profile set --help, which lists what can be set".to_owned(),
            Self::Query { .. } => "mend the expression; -o json without it shows what there is".to_owned(),
            Self::Column { .. } | Self::Schema { .. } => "name one of these".to_owned(),
            Self::TokenFile { .. } | Self::File { .. } => {
                "name a file that is there and that you may read".to_owned()
            }
            Self::Unwritten { .. } => {
                "name a file in a folder that is there and that you may write".to_owned()
            }
            Self::Empty { .. } => "put into it what it is to hold".to_owned(),
            Self::NoHome => "say where the files are: --config, SHARING_CONFIG, or HOME".to_owned(),
            Self::Run(_) | Self::Place(_) => {
                "sharing runs list, which shows what the journal has; --journal names another".to_owned()
            }
            Self::PlanFormat => "leave -o out, or say -o json, ndjson or yaml".to_owned(),
            Self::StandardInput => "say - once, and name files otherwise".to_owned(),
            Self::Io(_) => "mend what the system says, and say it again".to_owned(),
        }
    }
}

/// Without what moves a terminal's cursor or changes its colours: what a service says is text, whatever is in it.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

pub(crate) fn who(mender: Mender) -> &'static str {
    match mender {
        Mender::Owner => "the item's or the site's owner",
        Mender::Admin => "the tenant's administrator",
        Mender::Microsoft => "Microsoft",
        _ => "you",
    }
}

/// The flag that a property of the request came from.
fn flag(property: &str) -> Option<&'static str> {
    match property.split(['[', '.', ',']).next()? {
        "item" => Some("ADDRESS"),
        "recipients" => Some("--to"),
        "roles" => Some("--role"),
        "message" => Some("--message"),
        "type" => Some("--type"),
        "scope" => Some("--scope"),
        "expirationDateTime" => Some("--expires"),
        "password" => Some("--password-file"),
        "requireSignIn" => Some("--no-sign-in with --no-notify"),
        _ => None,
    }
}

/// The cause of all causes, which is the one that says something.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}
