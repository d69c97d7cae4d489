//! The pagination arguments of lists.

use crate::db::page::{Page, SortField};
use crate::error::UserError;
use crate::types::Direction;

/// The default number of elements on a page.
pub(super) const DEFAULT_PAGE_SIZE: usize = 20;
/// The maximum number of elements on a page.
pub(super) const MAX_PAGE_SIZE: i32 = 100;

/// The pagination arguments of the Relay specification.
#[derive(Debug, Clone, Default)]
pub struct PageArgs {
    /// Number of elements from the start of the list.
    pub first: Option<i32>,
    /// The cursor that the page starts after.
    pub after: Option<String>,
    /// Number of elements from the end of the list.
    pub last: Option<i32>,
    /// The cursor that the page ends before.
    pub before: Option<String>,
}

impl PageArgs {
    /// Returns the page in a sort order.
    ///
    /// # Errors
    ///
    /// Returns an error if a size is out of range, if `first` and `last` are both given, or if a cursor is
    /// invalid or belongs to a list of another type or sort order.
    pub fn page<F: SortField>(self, order: Vec<(F, Direction)>) -> Result<Page<F>, UserError> {
        let size = |argument: &str, size: i32| match usize::try_from(size) {
            Ok(size) if size <= MAX_PAGE_SIZE as usize => Ok(size),
            _ => {
                let message = format!("`{argument}` must be between 0 and {MAX_PAGE_SIZE}, but was {size}");
                Err(UserError::invalid(&[argument], message))
            }
        };
        let mut page = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(UserError::invalid(
                    &["last"],
                    "`first` and `last` must not both be given; omit one of them",
                ));
            }
            (_, Some(last)) => Page::first(size("last", last)?, order).backward(),
            (Some(first), None) => Page::first(size("first", first)?, order),
            // With `before` alone, the page is the last one before the cursor, not the start of the list.
            (None, None) if self.before.is_some() && self.after.is_none() => {
                Page::first(DEFAULT_PAGE_SIZE, order).backward()
            }
            (None, None) => Page::first(DEFAULT_PAGE_SIZE, order),
        };
        let unknown = |argument: &str| {
            let message = format!(
                "`{argument}` is not a cursor of a list of this type in this order; use a cursor from `edges` or \
                 `pageInfo` of a list with the same type and `orderBy`"
            );
            UserError::invalid(&[argument], message)
        };
        if let Some(after) = self.after {
            page = page.after(&after).map_err(|_| unknown("after"))?;
        }
        if let Some(before) = self.before {
            page = page.before(&before).map_err(|_| unknown("before"))?;
        }
        Ok(page)
    }
}
