//! A plan as a person reads it: what each item gains, changes and loses.

use std::fmt::Write;

use sharing_bulk::{Change, Forecast, ItemPlan, Scopes, Step, Tally, Verdict};
use sharing_model::{DriveRecipient, ItemAddress, SharingUrl};

use crate::limits::LimitsArgument;

/// How a plan is shown.
#[derive(Debug)]
pub(crate) struct Diff {
    is_coloured: bool,
    /// Whether rows without anything to do are shown, too.
    is_whole: bool,
    /// What has been shown amounts to this.
    pub(crate) tally: Tally,
    scopes: Scopes,
}

/// A line of an item: its sign, who, and what.
struct Line(char, String, String);

impl Diff {
    /// One that is written to here, in colours where `--color` has it so.
    pub(crate) fn to(out: &impl anstream::stream::RawStream, is_whole: bool) -> Self {
        let is_coloured = anstream::AutoStream::choice(out) != anstream::ColorChoice::Never;
        Self { is_coloured, is_whole, tally: Tally::default(), scopes: Scopes::default() }
    }

    /// An item and what is done to it; nothing where nothing is.
    pub(crate) fn item(&mut self, plan: &ItemPlan) -> String {
        self.tally += plan.tally;
        self.scopes.note(plan);
        let mut lines: Vec<Line> = plan.steps.iter().flat_map(lines_of).collect();
        for planned in &plan.rows {
            let said = match &planned.verdict {
                Verdict::Nothing { because } if self.is_whole => ('=', because.to_string()),
                Verdict::Refused { reason } => ('x', reason.clone()),
                _ => continue,
            };
            let what = format!("{} (line {})", said.1, planned.row.line);
            lines.push(Line(said.0, planned.row.whom(), what));
        }
        lines.extend(plan.warnings.iter().map(|warning| Line('!', String::new(), warning.to_string())));
        if lines.is_empty() {
            return String::new();
        }
        let width = lines.iter().map(|line| line.1.chars().count()).max().unwrap_or(0);
        let mut text = format!("{}\n", shown(&plan.item));
        for Line(sign, who, what) in lines {
            let sign_and_who = format!("  {sign} {who:width$}");
            let line =
                if sign == '!' { format!("  {sign} {what}") } else { format!("{sign_and_who}  {what}") };
            text.push_str(&self.paint(sign, line.trim_end()));
            text.push('\n');
        }
        text.push('\n');
        text
    }

    /// What the whole plan amounts to.
    pub(crate) fn summary(&self, limits: &LimitsArgument) -> String {
        let tally = &self.tally;
        let forecast = Forecast::of(tally, limits.of_client());
        let mut text = format!("{} in {}\n", several(tally.rows, "row"), several(tally.items, "item"));
        let mut say = |sign: char, amount: u64, what: String| {
            if amount > 0 {
                let _ = writeln!(text, "{}", self.paint(sign, &format!("  {sign} {what}")));
            }
        };
        let requests = several(tally.invitations, "request");
        say(
            '+',
            tally.recipients,
            format!(
                "{} {} access, in {requests}",
                several(tally.recipients, "recipient"),
                get(tally.recipients)
            ),
        );
        say('~', tally.role_changes, format!("{} changed", several(tally.role_changes, "role")));
        say('~', tally.expiry_changes, format!("{} changed", several(tally.expiry_changes, "end")));
        say('-', tally.revocations, format!("{} taken away", several(tally.revocations, "permission")));
        say('=', tally.nothing, format!("{} with nothing to do", several(tally.nothing, "row")));
        say('x', tally.refused, format!("{} refused", several(tally.refused, "row")));
        let mails = several(tally.mails, "mail");
        say('!', tally.mails, format!("{mails}, of which {} to people outside", tally.external_mails));
        say(
            '!',
            tally.externals,
            format!("{} from outside {} access", several(tally.externals, "recipient"), get(tally.externals)),
        );
        say(
            '!',
            tally.inheritance_breaks,
            format!("inheritance breaks at {}", several(tally.inheritance_breaks, "item")),
        );
        say('!', tally.lowered, format!("{} can do less afterwards", several(tally.lowered, "recipient")));
        for warning in self.scopes.warnings() {
            say('!', 1, warning);
        }
        let _ = write!(
            text,
            "{}, {} of them reads, cost {}; {} {limits}",
            several(forecast.requests, "request"),
            forecast.reads,
            several(forecast.units, "resource unit"),
            forecast.time,
        );
        text
    }

    fn paint(&self, sign: char, text: &str) -> String {
        let colour = match sign {
            '+' => "32",
            '~' => "33",
            '-' | 'x' => "31",
            '!' => "35",
            _ => "2",
        };
        if self.is_coloured { format!("\u{1b}[{colour}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

fn lines_of(step: &Step) -> Vec<Line> {
    match &step.change {
        Change::Invite { request } => {
            let roles: Vec<_> = request.roles.iter().flatten().map(|role| role.as_str()).collect();
            let mut what = roles.join(", ");
            if let Some(end) = &request.expiration_date_time {
                what += &format!(" until {end}");
            }
            if step.change.mails() {
                what += ", with a mail";
            }
            if request.require_sign_in == Some(false) {
                what += ", without signing in";
            }
            let recipients = request.recipients.iter().flatten();
            recipients.map(|recipient| Line('+', name(recipient), what.clone())).collect()
        }
        Change::SetRole { grantee, from, role, expires, .. } => {
            let from = from.as_ref().map_or("no role", |role| role.as_str());
            let end = expires.map(|end| format!(" until {end}")).unwrap_or_default();
            vec![Line('~', grantee.clone(), format!("{from} -> {role}{end}"))]
        }
        Change::SetExpiry { grantee, from, expires, .. } => {
            let from = from.map_or("no end".to_owned(), |end| end.to_string());
            vec![Line('~', grantee.clone(), format!("{from} -> until {expires}"))]
        }
        Change::Revoke { grantee, role, .. } => {
            let role = role.as_ref().map_or("no role", |role| role.as_str());
            vec![Line('-', grantee.clone(), format!("{role}, in no row"))]
        }
        Change::TakeOffLink { grantee, .. } => vec![Line('-', grantee.clone(), "off a link".to_owned())],
        _ => vec![],
    }
}

/// An item as a person knows it: a browser's URL as it was typed. A sharing link opens the item, and is not shown.
fn shown(item: &ItemAddress) -> String {
    if let ItemAddress::Shared { token } = item
        && let Ok(url) = SharingUrl::from_token(token.as_str())
        && !url.as_str().contains("/:")
        && !url.as_str().contains(['?', '#'])
        && url.as_str().contains(".sharepoint.")
    {
        return url.as_str().to_owned();
    }
    item.to_string()
}

fn name(recipient: &DriveRecipient) -> String {
    recipient.name().unwrap_or_default().to_owned()
}

/// An amount with its noun.
fn several(amount: u64, noun: &str) -> String {
    if amount == 1 { format!("1 {noun}") } else { format!("{amount} {noun}s") }
}

/// What so many do: they get something.
const fn get(amount: u64) -> &'static str {
    if amount == 1 { "gets" } else { "get" }
}
