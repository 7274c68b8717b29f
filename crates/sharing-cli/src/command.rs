//! What the program can do: one module a verb.

pub(crate) mod apply;
pub(crate) mod audit;
pub(crate) mod diff;
pub(crate) mod invite;
pub(crate) mod link;
pub(crate) mod list;
pub(crate) mod permissions;
pub(crate) mod plan;
pub(crate) mod rehearse;
pub(crate) mod revoke;
pub(crate) mod runs;
pub(crate) mod validate;

use crate::{
    arguments::Command, connection::ConnectionArguments, exit::Exit, failure::Failure, output::Output,
};

pub(crate) async fn run(
    command: Command,
    connection: &ConnectionArguments,
    output: &Output,
) -> Result<Exit, Failure> {
    match command {
        Command::Apply(apply) => Box::pin(apply.run(connection, output)).await,
        Command::Audit(audit) => audit.run(connection, output).await,
        Command::Diff(diff) => diff.run(connection, output).await,
        Command::Invite(invite) => invite.run(connection, output).await,
        Command::Link(link) => link.run(connection, output).await,
        Command::Permissions(permissions) => permissions.run(connection, output).await,
        Command::Plan(plan) => plan.run(connection, output).await,
        Command::Rehearse(rehearse) => Box::pin(rehearse.run(connection, output)).await,
        Command::Revoke(revoke) => Box::pin(revoke.run(connection, output)).await,
        Command::Runs(runs) => Box::pin(runs.run(connection, output)).await,
        Command::Validate(validate) => validate.run(output),
    }
}
