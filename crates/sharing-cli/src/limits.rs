//! `--limits`: how much the service lets through.

use std::{fmt, path::PathBuf, str::FromStr};

use sharing_model::limits::LicenceTier;

use crate::{failure::Failure, file};

/// The limits that a run keeps to and, in the sandbox, that the service there enforces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LimitsArgument {
    /// The documented ones of a tenant.
    Tier(LicenceTier),
    /// None: as fast as the service answers.
    None,
    /// The sandbox's, out of a limits file of sharing-mock.
    File(PathBuf),
}

impl FromStr for LimitsArgument {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match (text, text.parse()) {
            ("none", _) => Self::None,
            (_, Ok(tier)) => Self::Tier(tier),
            _ => Self::File(text.into()),
        })
    }
}

impl LimitsArgument {
    /// What the client keeps to.
    pub(crate) fn of_client(&self) -> sharing_http::Limits {
        match self {
            Self::Tier(tier) => sharing_http::Limits::of(*tier),
            Self::None => sharing_http::Limits::none(),
            // As far as they are documented; of the others the service tells.
            Self::File(_) => sharing_http::Limits::default(),
        }
    }

    /// What the sandbox's service enforces; `None` where it is to let everything through.
    pub(crate) fn of_sandbox(&self) -> Result<Option<sharing_mock::Limits>, Failure> {
        let path = match self {
            Self::Tier(tier) => return Ok(Some(sharing_mock::Limits::tier(*tier))),
            Self::None => return Ok(None),
            Self::File(path) => path,
        };
        self.check_file(true)?;
        let limits = sharing_mock::Limits::from_json(&file::read(path)?);
        limits.map(Some).map_err(|error| Failure::setup_by_line(path, &error))
    }

    /// Whether a file is one, and may be: Microsoft's limits are no file of ours.
    pub(crate) fn check_file(&self, is_sandbox: bool) -> Result<(), Failure> {
        let Self::File(path) = self else { return Ok(()) };
        if !path.exists() {
            let tiers: Vec<_> = LicenceTier::all().map(|tier| tier.to_string()).collect();
            let what = format!("neither a file nor one of {}, none", tiers.join(", "));
            return Err(Failure::setup(path, vec![what]));
        }
        if is_sandbox { Ok(()) } else { Err(Failure::NoSandbox) }
    }
}

impl fmt::Display for LimitsArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tier(tier) => write!(f, "under the limits of a tenant of {tier} licences"),
            Self::None => f.write_str("without limits"),
            Self::File(path) => write!(f, "where the sandbox has the limits of {}", path.display()),
        }
    }
}
