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
    sharing --sandbox invite \"/drive/root:/Projects/Quarterly report.docx\" --to ryan@contoso.com --role write
  Sign in, and see who has access:
    sharing auth login --device-code --tenant contoso.com --client-id CLIENT-ID
    sharing permissions list me:/Projects
  See whether all is well:
    sharing doctor

Exit codes: 0 done, 1 error, 2 what was typed cannot work, 3 done in part, 4 sign-in or consent,\n5 throttled or the time is up, 6 granted and not to be seen, 7 refused by policy,\n10 `--exit-code` found something to do, 130 interrupted."
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
