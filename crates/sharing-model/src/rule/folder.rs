//! The rules for adding somebody else's folder to a personal drive.

use super::{
    EVERYWHERE, ItemKind, MALFORMED, Rule,
    Verdict::{Pass, Refuse},
    one,
};
use crate::{AddSharedFolderRequest, Segment};

pub(crate) static ADD_SHARED_FOLDER: &[Rule<AddSharedFolderRequest>] = &[
    Rule {
        name: "folder-remote",
        limit: "remoteItem.id and remoteItem.parentReference.driveId",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "using sharing links: add a shared folder",
        answer: MALFORMED,
        broken: |request, _| {
            let remote = request.remote_item.as_ref();
            let parent = remote.and_then(|remote| remote.parent_reference.as_ref());
            let id = remote.and_then(|remote| remote.id.as_deref());
            let drive = parent.and_then(|parent| parent.drive_id.as_deref());
            let missing = |text: Option<&str>| text.is_none_or(str::is_empty);
            let mut broken = Vec::new();
            if missing(id) {
                broken.extend(one("remoteItem.id", "none"));
            }
            if missing(drive) {
                broken.extend(one("remoteItem.parentReference.driveId", "none"));
            }
            broken
        },
    },
    Rule {
        name: "folder-name",
        limit: r#"a name without / \ * < > ? : |, and other than . and .."#,
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "addressing a driveItem, names",
        answer: MALFORMED,
        broken: |request, _| match &request.name {
            Some(name) if Segment::new(&**name).is_none() => one("name", format!("{name:?}")),
            _ => vec![],
        },
    },
    Rule {
        name: "folder-personal",
        limit: "a personal drive: others have no shared folders among their own",
        on: [Pass, Refuse, Refuse, Pass],
        items: &[],
        token: None,
        source: "using sharing links: add a shared folder",
        answer: MALFORMED,
        broken: |_, _| one("remoteItem", "a business drive or a library"),
    },
    Rule {
        name: "folder-root",
        limit: "the root of the drive: a shared folder can be added nowhere else",
        on: EVERYWHERE,
        items: &[ItemKind::File, ItemKind::Folder],
        token: None,
        source: "using sharing links: add a shared folder",
        answer: MALFORMED,
        broken: |_, _| one("remoteItem", "an item below the root"),
    },
];
