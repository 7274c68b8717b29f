//! `plan_item`: the plan of one item.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use sharing_model::{DriveRecipient, GranteeKind, InviteRequest, ItemAddress, Permission, Role};

use super::{
    fingerprint::Fingerprint,
    held::{Holders, domain},
    options::{PlanOptions, Prune},
    person::{Decision, Person, people},
    principal::Meant,
    step::{Change, Step},
    tally::Tally,
    verdict::{PlannedRow, Verdict},
    warning::Warning,
};
use crate::{Options, Row};

/// The plan of one item: each row with what is said of it, and what must be done.
///
/// ```
/// # let plan: sharing_bulk::ItemPlan = serde_json::from_str(
/// #     r#"{"item":"/drive/root:/a","rows":[],"steps":[],"warnings":[],"tally":{"items":1,"rows":0,"invitations":0,"recipients":0,"roleChanges":0,"expiryChanges":0,"revocations":0,"nothing":0,"refused":0,"mails":0,"externalMails":0,"externals":0,"inheritanceBreaks":0,"lowered":0}}"#,
/// # )?;
/// assert!(plan.steps.is_empty() && plan.fingerprint.is_none());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ItemPlan {
    /// The item, as the list addresses it.
    #[serde(with = "crate::text")]
    pub item: ItemAddress,
    /// What its permissions were when they were read; nothing where they could not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// Every row of the item, in the order of the list.
    pub rows: Vec<PlannedRow>,
    /// What must be done, in this order: first who gets access or more of it, then who gets less.
    pub steps: Vec<Step>,
    /// What is worth a look before.
    pub warnings: Vec<Warning>,
    /// What it amounts to.
    pub tally: Tally,
}

/// Plans one item: its rows against its permissions as they are.
///
/// - Recipients are matched by principal, not by permission: by mail address, object id, login name or alias, in any case
///   of letters, a guest also by the address that they were invited by. Who is a member of a group that has access cannot
///   be known from the permissions.
/// - Who has just that role on the item itself, or that or more from a folder above, needs nothing. Sharing links do not
///   count: nobody is known to hold one.
/// - Who has another role on the item itself gets the row's, a lesser one, too: that is what the row says, and a
///   [`Warning::Lowered`] tells it. Owners, and roles that no invitation gives, stay.
/// - An end of access is made the row's; one from now, as in `+30d`, is met by any that is not later. A row without one
///   leaves what there is.
/// - Rows that want the same go in one request. A recipient who comes twice is invited once, with a mail if any of the
///   rows wants one; rows that want different things for one recipient are all refused.
/// - Access is taken away only as [`Prune`] says, and never from owners, inherited, from links, applications or the groups
///   of sites, nor from anybody whom a row may mean by a name that cannot be compared.
///
/// ```
/// use sharing_bulk::{AccessListReader, Because, Format, PlanOptions, Verdict, plan_item};
/// use sharing_model::{Collection, Permission};
///
/// let list = "item,recipient,role\n/drive/root:/a,Ryan@contoso.com,read\n/drive/root:/a,kim@fabrikam.com,read\n";
/// let rows: Vec<_> = AccessListReader::new(list.as_bytes(), Format::Csv).collect::<Result<_, _>>()?;
/// let seen: Collection<Permission> = serde_json::from_str(
///     r#"{ "value": [{ "id": "C", "roles": ["read"], "grantedToV2": { "user": { "email": "ryan@contoso.com" } } }] }"#,
/// )?;
/// let options = PlanOptions::new("2026-12-01T00:00:00Z".parse()?);
/// let plan = plan_item(&rows[0].item.clone(), rows, &seen.value.unwrap(), &options);
/// assert_eq!(plan.rows[0].verdict, Verdict::Nothing { because: Because::Direct });
/// assert_eq!((plan.rows[1].verdict.clone(), plan.steps[0].rows.as_slice()), (Verdict::Step, &[3][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn plan_item(
    item: &ItemAddress,
    rows: Vec<Row>,
    permissions: &[Permission],
    options: &PlanOptions,
) -> ItemPlan {
    let holders = Holders::of(permissions, options.now);
    let people = people(&rows, &holders);
    let mut plan = Planning { rows: &rows, verdicts: vec![Verdict::Step; rows.len()], item, options };

    let (mut invited, mut raised, mut lowered, mut warnings) = (vec![], vec![], vec![], vec![]);
    let spellings: BTreeSet<String> = rows.iter().map(|row| row.item.to_string()).collect();
    if spellings.len() > 1 {
        warnings.push(Warning::SeveralAddresses { addresses: spellings.into_iter().collect() });
    }
    for person in &people {
        match person.decide(&rows, &holders, options.now) {
            Decision::Nothing(because) => plan.say(person, &Verdict::Nothing { because }),
            Decision::Refuse(reason) => plan.say(person, &Verdict::Refused { reason }),
            Decision::Invite(wanted) => invited.push((wanted, person)),
            Decision::Change(changes) => {
                for change in changes {
                    let step = plan.step(change, plan.lines(person));
                    match &step.change {
                        Change::SetRole { grantee, from: Some(from), role, .. } if step.change.lowers() => {
                            warnings.push(Warning::Lowered {
                                line: step.rows[0],
                                grantee: grantee.clone(),
                                from: from.clone(),
                                role: role.clone(),
                            });
                            lowered.push(step);
                        }
                        _ => raised.push(step),
                    }
                }
            }
        }
    }
    let mut steps = plan.invitations(invited.iter().map(|(wanted, person)| (wanted, *person)));
    let breaks =
        !steps.is_empty() && !permissions.is_empty() && permissions.iter().all(Permission::is_inherited);
    if breaks {
        warnings.insert(0, Warning::InheritanceBreaks);
    }
    steps.append(&mut raised);
    steps.append(&mut lowered);
    let unmatched: Vec<_> = invited.iter().map(|(_, person)| &rows[person.rows[0]]).collect();
    steps.extend(plan.prune(&holders, &people, &unmatched, &mut warnings));
    if last_writer_goes(&holders, &steps) {
        warnings.push(Warning::LastWriterGoes);
    }

    let mut domains = holders.domains();
    domains.extend(options.domains.iter().map(String::as_str));
    let mut tally = tally(&steps, &domains);
    let verdicts = plan.verdicts;
    tally.rows = rows.len() as u64;
    tally.inheritance_breaks = breaks.into();
    tally.own_scopes = (breaks || permissions.iter().any(|permission| !permission.is_inherited())).into();
    tally.nothing = count(&verdicts, |verdict| matches!(verdict, Verdict::Nothing { .. }));
    tally.refused = count(&verdicts, |verdict| matches!(verdict, Verdict::Refused { .. }));
    let rows = rows.into_iter().zip(verdicts).map(|(row, verdict)| PlannedRow { row, verdict });
    ItemPlan {
        item: item.clone(),
        fingerprint: Some(Fingerprint::of(permissions)),
        rows: rows.collect(),
        steps,
        warnings,
        tally,
    }
}

/// The plan of an item whose permissions cannot be read: every row is refused.
///
/// ```
/// use sharing_bulk::refuse_item;
///
/// let plan = refuse_item(&"/drive/root:/gone".parse()?, vec![], "the item is not there: look at its address");
/// assert_eq!(plan.fingerprint, None);
/// # Ok::<(), sharing_model::AddressError>(())
/// ```
#[must_use]
pub fn refuse_item(item: &ItemAddress, rows: Vec<Row>, reason: &str) -> ItemPlan {
    let count = rows.len() as u64;
    let refused = |row| PlannedRow { row, verdict: Verdict::Refused { reason: reason.to_owned() } };
    ItemPlan {
        item: item.clone(),
        fingerprint: None,
        rows: rows.into_iter().map(refused).collect(),
        steps: vec![],
        warnings: if count == 0 { vec![Warning::Unread { reason: reason.to_owned() }] } else { vec![] },
        tally: Tally { items: 1, rows: count, refused: count, ..Tally::default() },
    }
}

/// What is being planned.
struct Planning<'a> {
    item: &'a ItemAddress,
    rows: &'a [Row],
    verdicts: Vec<Verdict>,
    options: &'a PlanOptions,
}

impl Planning<'_> {
    fn say(&mut self, person: &Person, verdict: &Verdict) {
        for row in &person.rows {
            self.verdicts[*row] = verdict.clone();
        }
    }

    fn lines(&self, person: &Person) -> Vec<u64> {
        person.rows.iter().map(|row| self.rows[*row].line).collect()
    }

    fn step(&self, change: Change, rows: Vec<u64>) -> Step {
        Step { item: self.item.clone(), change, rows }
    }

    /// The requests that invite: who wants the same goes in one. People come before who may be a group: where a group is
    /// granted first, the service drops the same grant to its members.
    fn invitations<'p>(&mut self, invited: impl Iterator<Item = (&'p Options, &'p Person)>) -> Vec<Step> {
        let mut groups: Vec<(&Options, Vec<&Person>)> = Vec::new();
        let mut index: HashMap<&Options, usize> = HashMap::new();
        for (wanted, person) in invited {
            let group = *index.entry(wanted).or_insert_with(|| {
                groups.push((wanted, Vec::new()));
                groups.len() - 1
            });
            groups[group].1.push(person);
        }
        let mut steps = Vec::new();
        for (wanted, mut people) in groups {
            people.sort_by_key(|person| self.recipient(person).object_id.is_some());
            for people in people.chunks(self.options.recipients_per_request.max(1)) {
                let recipients = people.iter().map(|person| self.recipient(person).clone());
                match wanted.invitation(self.options.now).recipients(recipients).build() {
                    Ok(request) => {
                        let rows = people.iter().flat_map(|person| self.lines(person)).collect();
                        steps.push(self.step(Change::Invite { request }, rows));
                    }
                    Err(invalid) => {
                        let reason = invalid.to_string();
                        for person in people {
                            self.say(person, &Verdict::Refused { reason: reason.clone() });
                        }
                    }
                }
            }
        }
        steps
    }

    fn recipient(&self, person: &Person) -> &DriveRecipient {
        &self.rows[person.rows[0]].recipient
    }

    /// Takes away what no row means, as far as it is asked for.
    fn prune(
        &self,
        holders: &Holders<'_>,
        people: &[Person],
        unmatched: &[&Row],
        warnings: &mut Vec<Warning>,
    ) -> Vec<Step> {
        let mut meant = BTreeSet::new();
        for held in people.iter().flat_map(|person| &person.held) {
            meant.insert(holders.all[*held].permission.id.as_deref());
        }
        let mut steps = Vec::new();
        for held in &holders.all {
            let is_managed = match held.kind {
                GranteeKind::User | GranteeKind::Invited => self.options.prune != Prune::Nobody,
                GranteeKind::Group => self.options.prune == Prune::PeopleAndGroups,
                _ => false,
            };
            // A role that no invitation gives was given otherwise, and is not ours to take.
            let is_given = matches!(held.role, Some(Role::Read | Role::Write));
            let is_meant = !meant.insert(held.permission.id.as_deref());
            if !is_managed || !is_given || held.is_inherited || is_meant {
                continue;
            }
            let Some(permission) = held.id() else { continue };
            let grantee = held.name();
            let maybe = unmatched.iter().find(|row| held.principal.is(&row.recipient) == Meant::Maybe);
            match maybe {
                Some(row) => warnings.push(Warning::MayBeMeant { line: row.line, grantee }),
                None => {
                    let change = Change::Revoke { permission, grantee, role: held.role.clone() };
                    steps.push(self.step(change, vec![]));
                }
            }
        }
        steps
    }
}

/// Whether somebody can write before, and nobody afterwards.
fn last_writer_goes(holders: &Holders<'_>, steps: &[Step]) -> bool {
    let mut gone = BTreeSet::new();
    for step in steps {
        match &step.change {
            Change::Invite { request } if request.roles.iter().flatten().any(|role| *role == Role::Write) => {
                return false;
            }
            Change::SetRole { role: Role::Write, .. } => return false,
            Change::SetRole { permission, .. } | Change::Revoke { permission, .. } => {
                gone.insert(permission.as_str());
            }
            _ => {}
        }
    }
    let mut writers = holders.all.iter().filter(|held| held.covers(&Role::Write)).peekable();
    writers.peek().is_some()
        && writers.all(|held| held.permission.id.as_deref().is_some_and(|id| gone.contains(id)))
}

/// What steps amount to.
fn tally(steps: &[Step], domains: &BTreeSet<&str>) -> Tally {
    let mut tally = Tally { items: 1, ..Tally::default() };
    for step in steps {
        match &step.change {
            Change::Invite { request } => {
                let externals = external(request, domains);
                tally.invitations += 1;
                tally.recipients += step.change.recipients() as u64;
                tally.externals += externals;
                tally.read_again |= u64::from(externals > 0);
                if step.change.mails() {
                    tally.mails += step.change.recipients() as u64;
                    tally.external_mails += externals;
                }
            }
            Change::SetRole { .. } => tally.role_changes += 1,
            Change::SetExpiry { .. } => tally.expiry_changes += 1,
            Change::Revoke { .. } | Change::TakeOffLink { .. } => tally.revocations += 1,
        }
        tally.lowered += u64::from(
            step.change.lowers()
                && !matches!(step.change, Change::Revoke { .. } | Change::TakeOffLink { .. }),
        );
    }
    tally
}

/// How many recipients are outside of the tenant, as far as their addresses tell.
fn external(request: &InviteRequest, domains: &BTreeSet<&str>) -> u64 {
    let mails = request.recipients.iter().flatten().filter_map(|recipient| recipient.email.as_deref());
    mails.filter(|mail| domain(&mail.to_lowercase()).is_some_and(|domain| !domains.contains(domain))).count()
        as u64
}

fn count(verdicts: &[Verdict], is: impl Fn(&Verdict) -> bool) -> u64 {
    verdicts.iter().filter(|verdict| is(verdict)).count() as u64
}
