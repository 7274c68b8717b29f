//! What keeps a change from being made: the model's rules, the tenant's policy, and what an item is.

use jiff::Timestamp;
use sharing_model::{
    Circumstances, DriveKind, DriveRecipient, Fault, ItemKind, LinkScope, Severity, TokenKind,
};

use super::At;
use crate::{
    directory::{PrincipalKind, Resolved},
    drive::{DriveType, ROOT},
    refusal::{
        ACCOUNT_UPGRADE, CONTAINER_BY_APP, CONTAINER_MAIL, CONTAINER_ROOT, GUEST_BY_APP, GUESTS_BY_APP,
        INHERITED, ITEMS_BELOW, PERMISSION_SCOPES, Refusal, SECURE_SHARING,
    },
    tenant::Tenant,
};

impl Tenant {
    /// Refuses guests whom an application in its own name cannot invite.
    pub(super) fn refuse_by_app(&self, resolved: &[Resolved]) -> Result<(), Refusal> {
        if self.token != TokenKind::Application {
            return Ok(());
        }
        for who in resolved {
            match who {
                Resolved::Outside(mail) => {
                    let reason =
                        format!("{mail} would be a new guest, whom no application invites in its own name");
                    return Err(Refusal::of(&GUEST_BY_APP, reason));
                }
                Resolved::Known(who) if !self.policy.app_only_guest_invitations => {
                    let who = self.directory.get(*who);
                    if who.kind.is_guest() {
                        let reason =
                            format!("{} is a guest, and the policy lets people alone invite them", who.mail);
                        return Err(Refusal::of(&GUESTS_BY_APP, reason));
                    }
                }
                Resolved::Known(_) => {}
            }
        }
        Ok(())
    }

    /// Refuses, on a personal drive, those who would have to sign in with a work account.
    pub(super) fn refuse_work_accounts(&self, recipients: &[DriveRecipient]) -> Result<(), Refusal> {
        for recipient in recipients {
            if let Some(Resolved::Known(who)) = self.directory.resolve(recipient)
                && self.directory.get(who).kind == PrincipalKind::User
            {
                let reason =
                    format!("{} has a work account, and requireSignIn is true", self.directory.get(who).mail);
                return Err(Refusal::of(&SECURE_SHARING, reason));
            }
        }
        Ok(())
    }

    /// Refuses what a personal drive's owner would have to pay for.
    pub(super) fn refuse_unpaid(&self, (drive, _): At, is_premium: bool) -> Result<(), Refusal> {
        let drive = &self.drives[drive];
        if is_premium && drive.kind == DriveType::Personal && !drive.is_premium {
            let reason = "expirationDateTime and password: the drive's owner has no premium account";
            return Err(Refusal::of(&ACCOUNT_UPGRADE, reason));
        }
        Ok(())
    }

    /// Of a whole container its own permissions say who may use it, and nothing that its root as an item has.
    pub(super) fn refuse_container_root(&self, (drive, item): At) -> Result<(), Refusal> {
        if self.drives[drive].kind == DriveType::Container && item == ROOT {
            return Err(Refusal::of(&CONTAINER_ROOT, "the item is the root of a container"));
        }
        Ok(())
    }

    /// Refuses, in a container, invitations to its root, those that mail, and those of an application.
    pub(super) fn refuse_in_container(&self, at: At, mails: bool) -> Result<(), Refusal> {
        self.refuse_container_root(at)?;
        match self.drives[at.0].kind {
            DriveType::Container if self.token == TokenKind::Application => {
                Err(Refusal::of(&CONTAINER_BY_APP, "an application invites nobody to what is in a container"))
            }
            DriveType::Container if mails => {
                Err(Refusal::of(&CONTAINER_MAIL, "sendInvitation: false, for what is in a container"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses what the model's rules say that the service refuses; of what it lets pass they warn.
    pub(super) fn judge(&mut self, faults: Vec<Fault>) -> Result<(), Refusal> {
        self.warnings.extend(refuse(faults)?);
        Ok(())
    }

    /// A permission is changed where it was granted, and nowhere below.
    pub(super) fn refuse_inherited(&self, (drive, item): At) -> Result<(), Refusal> {
        if self.drives[drive].is_unique(item) {
            return Ok(());
        }
        Err(Refusal::of(&INHERITED, "the permission is inherited; change it where it was granted"))
    }

    /// An item that inherits can get a list of its own only as long as there is not too much below it, and not too
    /// many lists in its drive, where that is limited. Waiting helps neither, though the first is answered as if it did.
    pub(super) fn refuse_scope(&self, (drive, item): At) -> Result<(), Refusal> {
        let drive = &self.drives[drive];
        if drive.is_unique(item) {
            return Ok(());
        }
        let below = drive.items_below(item);
        if let Some(limit) = self.bounds.items_below
            && below > limit
        {
            let reason = format!("{below} items below are more than {limit}: no waiting helps");
            return Err(Refusal::of(&ITEMS_BELOW, reason).with("retry-after", "30"));
        }
        let scopes = drive.unique_scopes() as u64;
        if let Some(limit) = self.bounds.permission_scopes
            && scopes >= limit
        {
            let reason = format!(
                "the drive has {scopes} items with permissions of their own, of {limit}: no more can be"
            );
            return Err(Refusal::of(&PERMISSION_SCOPES, reason));
        }
        Ok(())
    }

    pub(super) fn circumstances(&self, (drive, item): At, now: Timestamp) -> Circumstances {
        let item_kind = match self.is_folder(drive, item) {
            _ if item == ROOT => ItemKind::Root,
            true => ItemKind::Folder,
            false => ItemKind::File,
        };
        let mut circumstances = Circumstances::default().item(item_kind).token(self.token).now(now);
        if let Some(latest) = self.policy.end(&LinkScope::Anonymous, None, now) {
            circumstances = circumstances.latest_expiry(latest.timestamp());
        }
        circumstances.drive = DriveKind::of(self.drives[drive].drive_type);
        circumstances
    }
}

/// Refuses what the model's rules say that the service refuses, with everything that is wrong as the reason. What it
/// lets pass all the same is told.
pub(crate) fn refuse(faults: Vec<Fault>) -> Result<Vec<String>, Refusal> {
    let refused: Vec<(&Fault, _)> = faults
        .iter()
        .filter(|fault| fault.severity == Severity::Error)
        .filter_map(|fault| Some((fault, fault.answer?)))
        .collect();
    let Some((first, (code, message))) = refused.first() else {
        return Ok(faults.iter().map(|fault| format!("{}: {fault}", fault.rule)).collect());
    };
    let reasons: Vec<_> = refused.iter().map(|(fault, _)| fault.to_string()).collect();
    Err(Refusal::new(400, code, *message, reasons.join("; ")).by(first.rule))
}
