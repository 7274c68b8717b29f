//! Kinds of bodies, as an index of bodies names them, and the types that read them.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sharing_model::{
    BatchRequest, BatchResponse, Collection, CreateLinkRequest, Drive, DriveItem, ErrorResponse,
    GrantRequest, InviteRequest, Misfit, Permission, RevokeGrantsRequest, SharedDriveItem, Site,
    TokenResponse, UpdatePermissionRequest,
};

/// A body that was read as its kind's type.
#[derive(Debug)]
pub(crate) struct Body {
    /// What it comes out as.
    pub(crate) written: Value,
    /// What did not fit and was kept as it came.
    pub(crate) misfits: Vec<Misfit>,
}

/// Reads a body as the type of its kind and writes it again; `None` where no type has this kind.
pub(crate) fn read(kind: &str, json: &str) -> Option<serde_json::Result<Body>> {
    Some(match kind {
        "permission" | "sitePermission" | "permissionPostRequest" | "sitePermissionRequest" => {
            through(json, Permission::misfits)
        }
        "permissionCollection" | "sitePermissionCollection" => {
            through(json, Collection::<Permission>::misfits)
        }
        "permissionArray" => through(json, |permissions: &Vec<Permission>| {
            permissions.iter().flat_map(Permission::misfits).collect()
        }),
        "inviteRequest" => through(json, InviteRequest::misfits),
        "createLinkRequest" => through(json, CreateLinkRequest::misfits),
        "grantRequest" => through(json, GrantRequest::misfits),
        "revokeGrantsRequest" => through(json, RevokeGrantsRequest::misfits),
        "permissionUpdateRequest" => through(json, UpdatePermissionRequest::misfits),
        "driveItem" => through(json, DriveItem::misfits),
        "driveItemCollection" => through(json, Collection::<DriveItem>::misfits),
        "sharedDriveItem" => through(json, SharedDriveItem::misfits),
        "drive" => through(json, Drive::misfits),
        "site" => through(json, Site::misfits),
        "batchRequest" => through(json, BatchRequest::misfits),
        "batchResponse" => through(json, BatchResponse::misfits),
        "error" => through(json, ErrorResponse::misfits),
        "tokenResponse" => through(json, TokenResponse::misfits),
        _ => return None,
    })
}

fn through<T: DeserializeOwned + Serialize>(
    json: &str,
    misfits: impl FnOnce(&T) -> Vec<Misfit>,
) -> serde_json::Result<Body> {
    let value: T = serde_json::from_str(json)?;
    Ok(Body { written: serde_json::to_value(&value)?, misfits: misfits(&value) })
}

/// One line of an index of bodies.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    /// The body's file, below the index's folder.
    pub(crate) file: &'a str,
    /// The body's kind.
    pub(crate) kind: &'a str,
}

/// The entries of an index: lines of tab-separated fields, the file first and the kind second, below a header.
pub(crate) fn entries(index: &str) -> impl Iterator<Item = Entry<'_>> {
    index.lines().skip(1).filter_map(|line| {
        let mut fields = line.split('\t');
        Some(Entry { file: fields.next()?, kind: fields.next()? })
    })
}
