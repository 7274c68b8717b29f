//! `cargo xtask docs`: the program's manual, as man pages and as one page of Markdown, from its own command tree.

use std::{collections::BTreeMap, error::Error, fmt::Write};

use clap::{Arg, Command};
use clap_mangen::Man;

use crate::artifact;

const COMMAND: &str = "cargo xtask docs";

pub(crate) fn run(check: bool) -> Result<(), Box<dyn Error>> {
    let folder = artifact::root().join("crates/sharing-cli/docs");
    let (mut pages, mut reference) = (BTreeMap::new(), String::new());
    let program = sharing_cli::command();
    reference.push_str("# Reference of `sharing`\n\nMade by `cargo xtask docs` from the program itself; `sharing VERB --help` says the same.\n");
    describe(&program, &["sharing"], &mut pages, &mut reference)?;
    artifact::write_or_check(&folder.join("man"), ".1", &pages, check, COMMAND)?;
    let files = BTreeMap::from([("reference.md".to_owned(), reference)]);
    artifact::write_or_check(&folder, ".md", &files, check, COMMAND)
}

/// Adds the pages of a verb and of those below it.
fn describe(
    verb: &Command,
    words: &[&str],
    pages: &mut BTreeMap<String, String>,
    reference: &mut String,
) -> Result<(), Box<dyn Error>> {
    let name = words.join("-");
    let verb =
        verb.clone().display_name(name.clone()).bin_name(words.join(" ")).disable_help_subcommand(true);
    // Those below it have pages of their own.
    let mut page = Vec::new();
    Man::new(verb.clone()).render(&mut page)?;
    let mut page = String::from_utf8(page)?;
    if words.len() > 1 {
        page.push_str(
            ".SH \"SEE ALSO\"\n\\fBsharing\\fR(1), for the options of every verb, and for exit codes\n",
        );
    }
    pages.insert(format!("{name}.1"), page);
    section(&verb, words, reference)?;
    for next in verb.get_subcommands() {
        describe(next, &[words, &[next.get_name()]].concat(), pages, reference)?;
    }
    Ok(())
}

/// A verb in Markdown.
fn section(verb: &Command, words: &[&str], out: &mut String) -> Result<(), Box<dyn Error>> {
    writeln!(out, "\n## {}\n", words.join(" "))?;
    if let Some(about) = verb.get_long_about().or(verb.get_about()) {
        writeln!(out, "{about}\n")?;
    }
    let usage = verb.clone().render_usage().to_string();
    writeln!(out, "```text\n{}\n```", usage.trim_start_matches("Usage: "))?;
    let arguments: Vec<_> = verb.get_arguments().filter(|argument| !argument.is_hide_set()).collect();
    if !arguments.is_empty() {
        out.push_str("\n| argument | |\n| --- | --- |\n");
    }
    for argument in arguments {
        let help =
            argument.get_long_help().or(argument.get_help()).map(ToString::to_string).unwrap_or_default();
        // clap leaves the last full stop out.
        let help = format!("{}.", help.trim_end_matches('.').replace('\n', " ").replace('|', "\\|"));
        writeln!(out, "| `{}` | {help}{} |", spelt(argument).replace('|', "\\|"), values(argument))?;
    }
    if let Some(after) = verb.get_after_help() {
        writeln!(out, "\n```text\n{after}\n```")?;
    }
    Ok(())
}

/// An argument as it is typed.
fn spelt(argument: &Arg) -> String {
    let names: Vec<_> = argument.get_value_names().into_iter().flatten().map(ToString::to_string).collect();
    let takes = argument.get_action().takes_values() && !names.is_empty();
    let value = if takes { names.join(" ") } else { String::new() };
    match (argument.get_short(), argument.get_long()) {
        (Some(short), Some(long)) => format!("-{short}, --{long} {value}"),
        (None, Some(long)) => format!("--{long} {value}"),
        (Some(short), None) => format!("-{short} {value}"),
        (None, None) => value,
    }
    .trim_end()
    .to_owned()
}

/// What it may be, and what it is where nobody says.
fn values(argument: &Arg) -> String {
    let mut text = String::new();
    if argument.get_action().takes_values() && !argument.is_hide_possible_values_set() {
        let possible: Vec<_> =
            argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
        if !possible.is_empty() {
            text.push_str(&format!(" One of {}.", possible.join(", ")));
        }
        let default: Vec<_> =
            argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        if !default.is_empty() {
            text.push_str(&format!(" Else `{}`.", default.join(", ")));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_manual_is_that_of_the_program() {
        if let Err(error) = super::run(true) {
            panic!("{error}");
        }
    }
}
