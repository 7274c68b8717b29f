//! Access lists: who should have which access to what.
//!
//! This crate knows rows: it reads a list as a whole, says everything that is wrong with it, each fault with its line and
//! column, and makes as few requests of it as the protocol allows. It does not know a terminal, and it sends nothing.
//!
//! ```
//! use sharing_bulk::AccessList;
//!
//! let list = AccessList::from_csv(
//!     "item,recipient,role\n\
//!      /drive/root:/Projects,ryan@contoso.com,write\n\
//!      /drive/root:/Projects,priya@contoso.com,write\n",
//! )?;
//! assert_eq!(list.rows().len(), 2);
//! assert_eq!(list.invitations().len(), 1);
//! # Ok::<(), sharing_bulk::AccessListError>(())
//! ```

mod access_list;

pub use access_list::{AccessList, AccessListError, AccessListFault, Options, Row};
