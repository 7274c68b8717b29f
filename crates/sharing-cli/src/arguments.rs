//! What a person types.

use clap::{Parser, Subcommand};

use crate::{
    command::{
        apply::Apply,
        audit::Audit,
        diff::Diff,
        invite::Invite,
        link::Link,
        permissions::Permissions,
        plan::Plan,
        rehearse::{AFTER, Rehearse},
        revoke::Revoke,
        runs::Runs,
        validate::Validate,
    },
    connection::ConnectionArguments,
    output::Format,
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
  See who has access, with a token for Microsoft Graph in SHARING_TOKEN:
    sharing permissions list /me/drive/root:/Projects

Exit codes: 0 done, 1 error, 2 what was typed cannot work, 3 done in part, 4 sign-in or consent,\n5 throttled or the time is up, 6 granted and not to be seen, 7 refused by policy,\n10 `--exit-code` found something to do, 130 interrupted."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,

    /// How to print what was asked for.
    #[arg(
        short,
        long,
        value_enum,
        default_value_t,
        global = true,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub(crate) output: Format,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Apply(Apply),
    Audit(Audit),
    Diff(Diff),
    Invite(Invite),
    #[command(subcommand)]
    Link(Link),
    #[command(subcommand)]
    Permissions(Permissions),
    Plan(Plan),
    #[command(after_help = AFTER)]
    Rehearse(Rehearse),
    Revoke(Revoke),
    #[command(subcommand)]
    Runs(Runs),
    Validate(Validate),
}
