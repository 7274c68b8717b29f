//! `$orderby`: what a folder's items are sorted by, and which way round.

use std::cmp::Ordering;

use crate::{
    drive::{Content, Drive, DriveType, ItemIndex},
    refusal::{ORDER_BY, Refusal},
};

/// One property to sort by; the next counts among those that are alike in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    property: String,
    descending: bool,
}

impl Order {
    /// Reads `name desc,size`. Which properties there are depends on the drive.
    pub(super) fn read(text: &str) -> Result<Vec<Self>, String> {
        let one = |text: &str| {
            let mut words = text.split_whitespace();
            let property = words.next().ok_or("the names of properties, with commas between")?.to_owned();
            let descending = match words.next() {
                None | Some("asc") => false,
                Some("desc") => true,
                Some(other) => return Err(format!("{other:?} is neither asc nor desc")),
            };
            match words.next() {
                Some(more) => Err(format!("{more:?} follows")),
                None => Ok(Self { property, descending }),
            }
        };
        text.split(',').map(one).collect()
    }

    fn by(&self, drive: &Drive) -> Result<By, Refusal> {
        let is_personal = drive.kind == DriveType::Personal;
        match self.property.as_str() {
            "name" => Ok(By::Name),
            // The items of one folder have URLs that differ by their names.
            "url" if !is_personal => Ok(By::Name),
            "size" if is_personal => Ok(By::Size),
            "lastModifiedDateTime" if is_personal => Ok(By::Modified),
            // SharePoint names the column that it has for it.
            "lastModifiedDateTime" => Err(refused("Modified")),
            other => Err(refused(other)),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum By {
    Name,
    Size,
    Modified,
}

impl By {
    fn compare(self, drive: &Drive, one: ItemIndex, other: ItemIndex) -> Ordering {
        let name = |item| drive.item(item).name.to_lowercase();
        let size = |item| match drive.item(item).content {
            Content::File { size, .. } => size,
            Content::Folder(_) | Content::Remote(_) => 0,
        };
        let modified = |item| drive.state(item).traces.modified.at;
        match self {
            Self::Name => name(one).cmp(&name(other)),
            Self::Size => size(one).cmp(&size(other)),
            Self::Modified => modified(one).cmp(&modified(other)),
        }
    }
}

/// Sorts items; what is alike in all that is asked for keeps its order.
pub(super) fn sort(orders: &[Order], drive: &Drive, items: &mut [ItemIndex]) -> Result<(), Refusal> {
    let orders: Vec<_> = orders
        .iter()
        .map(|order| Ok((order.by(drive)?, order.descending)))
        .collect::<Result<_, Refusal>>()?;
    items.sort_by(|one, other| {
        orders.iter().fold(Ordering::Equal, |decided, (by, descending)| {
            decided.then_with(|| {
                let order = by.compare(drive, *one, *other);
                if *descending { order.reverse() } else { order }
            })
        })
    });
    Ok(())
}

fn refused(property: &str) -> Refusal {
    Refusal::of(&ORDER_BY, format!("orderby: the drive sorts by other properties than {property}"))
        .about(property)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_properties_each_with_its_way() {
        let by = |property: &str, descending| Order { property: property.to_owned(), descending };
        assert_eq!(Order::read("name desc, size"), Ok(vec![by("name", true), by("size", false)]));
        for odd in ["", "name,", "name down", "name desc asc"] {
            assert!(Order::read(odd).is_err(), "{odd}");
        }
    }
}
