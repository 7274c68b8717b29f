//! Somebody else's folder among one's own.

use jiff::Timestamp;
use sharing_model::AddSharedFolderRequest;

use super::At;
use crate::{
    directory::PrincipalIndex,
    drive::{ItemIndex, Remote},
    refusal::{ACCESS_DENIED, MISSING, NAME_TAKEN, REMOTE_FOLDER, Refusal},
    right::Right,
    tenant::Tenant,
};

impl Tenant {
    /// Lets a folder that was shared with a personal drive's owner stand in that drive.
    pub(crate) fn add_shared_folder(
        &mut self,
        at: At,
        request: &AddSharedFolderRequest,
        now: Timestamp,
    ) -> Result<ItemIndex, Refusal> {
        self.judge(request.validate(&self.circumstances(at, now)))?;
        let asked = request.remote_item.as_ref();
        let parent = asked.and_then(|item| item.parent_reference.as_ref());
        let remote = Remote {
            drive: parent.and_then(|parent| parent.drive_id.clone()).unwrap_or_default(),
            item: asked.and_then(|item| item.id.clone()).unwrap_or_default(),
        };
        let shared = self
            .remote(&remote)
            .ok_or_else(|| Refusal::of(&MISSING, "remoteItem: no drive here has such an item"))?;
        if self.right(shared) == Right::Nothing {
            return Err(Refusal::of(&MISSING, "remoteItem: whoever asks has no access to it"));
        }
        if shared.0 == at.0 || !self.is_folder(shared.0, shared.1) {
            return Err(Refusal::of(&REMOTE_FOLDER, "remoteItem: a folder of another drive"));
        }
        let owner = self.drives[at.0].owner;
        if !self.is_given(shared, owner) {
            let who = &self.directory.get(owner).mail;
            let reason = format!("{who} holds no permission of that folder; a link is none");
            return Err(Refusal::of(&ACCESS_DENIED, reason));
        }
        let own_name = &self.drives[shared.0].item(shared.1).name;
        let name = request.name.clone().unwrap_or_else(|| own_name.clone());
        if self.drives[at.0].child(at.1, &name).is_some() {
            return Err(Refusal::of(&NAME_TAKEN, format!("name: the drive's root has {name:?} already")));
        }
        Ok(self.add_remote(at, &name, remote))
    }

    /// Whether somebody, or a group that they are in, holds a permission of an item.
    fn is_given(&self, (drive, item): At, who: PrincipalIndex) -> bool {
        let mut grants = self.drives[drive].grants(item).filter(|grant| !grant.is_over(self.now));
        grants.any(|grant| grant.to == who || self.is_member(who, grant.to))
    }
}
