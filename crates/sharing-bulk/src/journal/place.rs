//! `Place`: where a journal is kept.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use url::Url;

/// Where a journal is kept: a file of SQLite, or a database of PostgreSQL.
///
/// The password of a URL never shows. Without one, PostgreSQL's own `PGPASSWORD` and `PGPASSFILE` hold.
///
/// ```
/// use sharing_bulk::Place;
///
/// let shared: Place = "postgres://ops:secret@db.contoso.com/runs".parse()?;
/// assert!(shared.is_shared() && shared.has_password());
/// assert_eq!(shared.to_string(), "postgres://ops:***@db.contoso.com/runs");
/// let own: Place = "runs.db".parse()?;
/// assert_eq!((own.is_shared(), own.to_string()), (false, "runs.db".to_owned()));
/// assert!("mysql://db.contoso.com/runs".parse::<Place>().is_err());
/// # Ok::<(), sharing_bulk::NoPlace>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Place(pub(super) Kind);

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Kind {
    File(PathBuf),
    Postgres(Box<Url>),
}

/// What is no [`Place`]. Says nothing of what was given, which may hold a password.
///
/// ```
/// assert!("oracle://db".parse::<sharing_bulk::Place>().unwrap_err().to_string().contains("postgres://"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a journal is a file, or a database such as postgres://user@host/database")]
pub struct NoPlace(());

impl Place {
    /// A file of SQLite, made when it is opened.
    ///
    /// ```
    /// assert_eq!(sharing_bulk::Place::file("runs.db").to_string(), "runs.db");
    /// ```
    #[must_use]
    pub fn file(path: impl AsRef<Path>) -> Self {
        Self(Kind::File(path.as_ref().to_owned()))
    }

    /// Whether it is a file that is not there yet.
    ///
    /// ```
    /// assert!(sharing_bulk::Place::file("/nowhere/runs.db").is_missing());
    /// ```
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(&self.0, Kind::File(path) if !path.exists())
    }

    /// Whether several machines can share it.
    ///
    /// ```
    /// assert!(!sharing_bulk::Place::file("runs.db").is_shared());
    /// ```
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        matches!(self.0, Kind::Postgres(_))
    }

    /// Whether a password stands in it, which then has no place on a command line.
    ///
    /// ```
    /// assert!(!"postgres://ops@db.contoso.com/runs".parse::<sharing_bulk::Place>()?.has_password());
    /// # Ok::<(), sharing_bulk::NoPlace>(())
    /// ```
    #[must_use]
    pub fn has_password(&self) -> bool {
        match &self.0 {
            Kind::File(_) => false,
            Kind::Postgres(url) => {
                url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password")
            }
        }
    }
}

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => {
                Url::parse(text).map(|url| Self(Kind::Postgres(Box::new(url)))).map_err(|_| NoPlace(()))
            }
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::file(path)),
            Some(_) => Err(NoPlace(())),
            None if text.is_empty() => Err(NoPlace(())),
            None => Ok(Self::file(text)),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::File(path) => path.display().fmt(f),
            Kind::Postgres(url) => {
                let mut shown = Url::clone(url);
                if shown.password().is_some() && shown.set_password(Some("***")).is_err() {
                    return f.write_str("postgres://***");
                }
                // Options may hold a password, too.
                shown.set_query(None);
                shown.fmt(f)
            }
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}
