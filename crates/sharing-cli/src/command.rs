//! What the program can do: one module a verb.

pub(crate) mod apply;
pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod batch;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod invite;
pub(crate) mod item;
pub(crate) mod link;
pub(crate) mod list;
pub(crate) mod mock;
pub(crate) mod permissions;
pub(crate) mod plan;
pub(crate) mod profile;
pub(crate) mod rehearse;
pub(crate) mod revoke;
pub(crate) mod runs;
pub(crate) mod schema;
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
        Command::Auth(auth) => auth.run(connection, output).await,
        Command::Batch(batch) => Box::pin(batch.run(connection, output)).await,
        Command::Completions(completions) => completions.run(),
        Command::Diff(diff) => diff.run(connection, output).await,
        Command::Doctor(doctor) => Box::pin(doctor.run(connection, output)).await,
        Command::Explain(explain) => explain.run(output),
        Command::Invite(invite) => invite.run(connection, output).await,
        Command::Item(item) => item.run(connection, output).await,
        Command::Link(link) => Box::pin(link.run(connection, output)).await,
        Command::Mock(mock) => Box::pin(mock.run()).await,
        Command::Permissions(permissions) => permissions.run(connection, output).await,
        Command::Plan(plan) => plan.run(connection, output).await,
        Command::Profile(profile) => profile.run(connection, output),
        Command::Rehearse(rehearse) => Box::pin(rehearse.run(connection, output)).await,
        Command::Revoke(revoke) => Box::pin(revoke.run(connection, output)).await,
        Command::Runs(runs) => Box::pin(runs.run(connection, output)).await,
        Command::Schema(schema) => schema.run(output),
        Command::Validate(validate) => validate.run(output),
    }
}
