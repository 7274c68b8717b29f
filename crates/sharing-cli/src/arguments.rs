//! What a person types.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::{
    command::{
        apply::Apply,
        audit::Audit,
        auth::Auth,
        batch::Batch,
        completions::Completions,
        diff::Diff,
        doctor::Doctor,
        explain::Explain,
        invite::Invite,
        item::Item,
        link::Link,
        mock::Mock,
        permissions::Permissions,
        plan::Plan,
        profile::Profile,
        rehearse::{AFTER, Rehearse},
        revoke::Revoke,
        runs::Runs,
        schema::Schema,
        validate::Validate,
    },
    connection::ConnectionArguments,
    output::OutputArguments,
    voice::VoiceArguments,
};

/// Share files on OneDrive and SharePoint.
///
/// Data goes to standard output, words for people to standard error.
#[derive(Debug, Parser)]
#[command(
    name = "sharing",
    version,
    after_help = "Examples:
  Try an invitation; nothing leaves this machine:
    sharing --sandbox invite \"me:/Projects/Quarterly report.docx\" \\
        --to ryan@contoso.com --role write
  Sign in, and see who has access:
    sharing auth login --device-code --tenant contoso.com --client-id CLIENT-ID
    sharing permissions list me:/Projects
  See whether all is well:
    sharing doctor

Exit codes: 0 done, 1 error, 2 what was typed cannot work, 3 done in part, 4 sign-in or consent, 5 throttled or the time is up, 6 granted and not to be seen, 7 refused by policy, 10 `--exit-code` found something to do, 130 interrupted."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) voice: VoiceArguments,

    /// Write a line of JSON into this file in the end: what was done, how it ended, how long it took.
    #[arg(long, global = true, value_name = "FILE", help_heading = "Output")]
    pub(crate) summary_file: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Invite(Invite),
    #[command(subcommand)]
    Permissions(Permissions),
    #[command(subcommand)]
    Link(Link),
    #[command(subcommand)]
    Item(Item),
    Audit(Audit),
    Validate(Validate),
    Plan(Plan),
    Apply(Apply),
    #[command(subcommand)]
    Runs(Runs),
    Revoke(Revoke),
    Diff(Diff),
    #[command(after_help = AFTER)]
    Rehearse(Rehearse),
    Batch(Batch),
    Explain(Explain),
    Doctor(Doctor),
    #[command(subcommand)]
    Auth(Auth),
    #[command(subcommand)]
    Profile(Profile),
    Schema(Schema),
    Mock(Mock),
    Completions(Completions),
}

const NOTHING_CHANGED: &str = "interrupted: nothing was changed\nnext: the same again";

impl Command {
    /// What a person is told where it ends before its time; nothing where it ends itself.
    pub(crate) const fn last_words(&self) -> Option<&'static str> {
        match self {
            // Ctrl-C is how it ends.
            Self::Mock(_) => None,
            Self::Auth(_) => Some("interrupted: nothing was signed in or out\nnext: the same again"),
            Self::Permissions(Permissions::List { .. } | Permissions::Get { .. })
            | Self::Link(Link::List(_)) => Some(NOTHING_CHANGED),
            Self::Invite(_) | Self::Permissions(_) | Self::Link(_) | Self::Batch(_) => Some(
                "interrupted: the service may have done it\nnext: look with `sharing permissions list ITEM` before you ask again",
            ),
            _ => Some(NOTHING_CHANGED),
        }
    }
}
