//! `sharing explain`: what an error means, and what is wrong with a request; offline.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sharing_model::{
    Advice, Circumstances, CreateLinkRequest, ErrorResponse, Fault, InviteRequest, Retry, Severity,
};

use crate::{exit::Exit, failure::Failure, failure::who, file, output::Output, voice::tell};

/// Explain an error's code, an error's body, or what is wrong with a request; nothing is asked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sharing explain sharingDisabled
  sharing explain 429
  sharing explain answer.json        an error's body, as the service sent it
  sharing explain invite.json        an invitation's body: what would be refused
  sharing explain                    every code that is known")]
pub(crate) struct Explain {
    /// An error's code, a status, or a file with an error's body or a request to invite or to make a link; - for
    /// standard input. Without it, everything that is known.
    #[arg(value_name = "CODE|FILE")]
    what: Option<PathBuf>,

    /// The status that the error came with.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u16).range(400..=599))]
    status: u16,
}

/// What an error means.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Explained {
    code: String,
    why: &'static str,
    mender: &'static str,
    next: &'static str,
    again: &'static str,
}

/// What is wrong with a request.
#[derive(Debug, Serialize)]
struct Wrong {
    property: String,
    found: String,
    limit: String,
    is: &'static str,
    rule: &'static str,
    source: &'static str,
}

impl Explain {
    pub(crate) fn run(self, output: &Output) -> Result<Exit, Failure> {
        let Some(what) = self.what else {
            return print(Advice::catalogue().iter().map(|advice| explained(advice.code, *advice)), output);
        };
        let is_file = what.as_os_str() == "-" || what.is_file();
        if !is_file {
            let code = what.to_string_lossy();
            let advice = match code.parse::<u16>() {
                Ok(status) if (400..600).contains(&status) => Some(Advice::on(status, [])),
                _ => Advice::of_code(&code),
            };
            let advice = advice.ok_or_else(|| unknown(&code))?;
            return print([explained(&code, advice)].into_iter(), output);
        }
        let wrong = |faults: Vec<String>| Failure::Unexplained { path: what.clone(), faults };
        let body: Value =
            serde_json::from_str(&file::read(&what)?).map_err(|error| wrong(vec![no_json(&error)]))?;
        let circumstances = Circumstances::default().now(Timestamp::now());
        if ["error", ErrorResponse::OLDER].iter().any(|name| body.get(name).is_some()) {
            let response = read::<ErrorResponse>(body, &what)?.or_older();
            let advice = response.advice(self.status);
            let codes: Vec<_> = response.codes().collect();
            return print([explained(&codes.join(" / "), advice)].into_iter(), output);
        }
        if body.get("recipients").is_some() {
            return judge(&read::<InviteRequest>(body, &what)?.validate(&circumstances), output);
        }
        if body.get("type").is_some() || body.get("scope").is_some() {
            return judge(&read::<CreateLinkRequest>(body, &what)?.validate(&circumstances), output);
        }
        Err(wrong(vec![
            "an error's body has \"error\", an invitation \"recipients\", a link \"type\" or \"scope\""
                .to_owned(),
        ]))
    }
}

fn no_json(error: &serde_json::Error) -> String {
    format!(
        "line {}, column {}: no JSON: {}",
        error.line(),
        error.column().max(1),
        file::without_place(error)
    )
}

fn read<T: DeserializeOwned>(body: Value, path: &Path) -> Result<T, Failure> {
    T::deserialize(body)
        .map_err(|error| Failure::Unexplained { path: path.to_owned(), faults: vec![error.to_string()] })
}

fn explained(code: &str, advice: Advice) -> Explained {
    let again = match advice.retry {
        Retry::AfterDelay => "later",
        Retry::AfterSignIn => "with a new token",
        Retry::AfterReading => "after reading the item anew",
        _ => "not as it is",
    };
    Explained { code: code.to_owned(), why: advice.why, mender: who(advice.mender), next: advice.next, again }
}

fn print(rows: impl Iterator<Item = Explained>, output: &Output) -> Result<Exit, Failure> {
    let rows: Vec<_> = rows.collect();
    output.print(&rows, &["CODE", "WHY", "WHO CAN MEND IT", "NEXT", "AGAIN"], |rows| {
        let cells = rows
            .iter()
            .map(|row| [&row.code, row.why, row.mender, row.next, row.again].map(str::to_owned).into());
        cells.collect()
    })?;
    Ok(Exit::Done)
}

/// Tells what a service is known to refuse in a request.
fn judge(faults: &[Fault], output: &Output) -> Result<Exit, Failure> {
    let wrong: Vec<_> = faults
        .iter()
        .map(|fault| Wrong {
            property: fault.property.clone(),
            found: fault.found.clone(),
            limit: fault.limit.to_string(),
            is: if fault.severity == Severity::Error { "refused" } else { "worth a look" },
            rule: fault.rule,
            source: fault.source,
        })
        .collect();
    if wrong.is_empty() {
        tell!("nothing in it is known to be refused");
    }
    output.print(&wrong, &["PROPERTY", "FOUND", "LIMIT", "IS", "RULE"], |wrong| {
        let cells = wrong.iter().map(|wrong| {
            [&*wrong.property, &wrong.found, &wrong.limit, wrong.is, wrong.rule].map(str::to_owned)
        });
        cells.map(Into::into).collect()
    })?;
    let refused = faults.iter().any(|fault| fault.severity == Severity::Error);
    Ok(if refused { Exit::Usage } else { Exit::Done })
}

fn unknown(code: &str) -> Failure {
    let near = |known: &&Advice| {
        let (known, code) = (known.code.to_lowercase(), code.to_lowercase());
        !code.is_empty()
            && (known.contains(&code)
                || code.contains(&known)
                || strsim::damerau_levenshtein(&known, &code) < 3)
    };
    let near = Advice::catalogue().iter().filter(near).map(|advice| advice.code.to_owned()).collect();
    Failure::UnknownCode { code: code.to_owned(), near }
}
