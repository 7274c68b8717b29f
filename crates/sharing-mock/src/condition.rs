//! `If-Match` and `If-None-Match`: what is asked only of an item that did, or did not, change.

use crate::refusal::{ETAG_FORM, Refusal};

/// Whether a condition's header names one of an item's tags. A star names any.
///
/// # Errors
///
/// Where the header is no list of tags.
pub(crate) fn names(header: &str, tags: [&str; 2]) -> Result<bool, Refusal> {
    let mut rest = header.trim();
    if rest == "*" {
        return Ok(true);
    }
    let mut found = false;
    loop {
        // A comma stands in the tags too: only what is in quotes is one.
        let opened = rest.trim_start_matches("W/").strip_prefix('"');
        let Some((tag, after)) = opened.and_then(|tag| tag.split_once('"')) else {
            return Err(Refusal::of(&ETAG_FORM, format!("{header:?} is no eTag: it stands in quotes")));
        };
        found |= tags.iter().any(|known| known.trim_matches('"') == tag);
        rest = after.trim_start().trim_start_matches(',').trim_start();
        if rest.is_empty() {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_what_stands_in_quotes() {
        let tags = ["\"{A},2\"", "\"c:{A},1\""];
        assert_eq!(names("\"{A},2\"", tags), Ok(true));
        assert_eq!(names("W/\"{A},1\" , \"c:{A},1\"", tags), Ok(true));
        assert_eq!(names("\"{A},1\"", tags), Ok(false));
        assert_eq!(names("*", tags), Ok(true));
        for odd in ["", "{A},2", "\"{A},2", "\"{A},2\" x"] {
            assert!(names(odd, tags).is_err(), "{odd}");
        }
    }
}
