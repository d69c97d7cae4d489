//! What is accepted as a name, an e-mail address, a price, a quantity … whoever brings it: the API
//! or an import. Each returns the value as it is kept, or a sentence that says what is wrong with it.

use async_graphql::MaybeUndefined;
use email_address::{EmailAddress, Options};

use crate::db::conn;
use crate::db::filter::Filter;
use crate::db::types::{Money, shown};
use crate::error::{Error, UserError, UserErrorKind};

/// Longest name of a customer or product, in characters.
pub const NAME: usize = 200;
/// Longest line of text: phone numbers, SKUs, references.
pub const LINE: usize = 100;
/// Longest free text: addresses, notes, descriptions, reasons.
pub const TEXT: usize = 10_000;

/// An e-mail address, as it was typed and as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    pub address: String,
    /// Two addresses with the same key are the same address.
    pub key: String,
}

impl Email {
    pub fn parse(text: &str) -> Result<Self, String> {
        let address = text.trim();
        let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
        match EmailAddress::parse_with_options(address, options) {
            Ok(_) => Ok(Self { address: address.to_owned(), key: Self::key(address) }),
            Err(_) => Err(format!("{} is not an e-mail address", shown(text))),
        }
    }

    /// What `text` is compared by, be it an address or not.
    pub fn key(text: &str) -> String {
        conn::fold(text.trim())
    }
}

/// A name: some text on one line, without blanks around it.
pub fn name(text: &str) -> Result<String, String> {
    line(text, NAME)
}

/// A SKU, reference or the like: short text on one line, without blanks around it.
pub fn code(text: &str) -> Result<String, String> {
    line(text, LINE)
}

/// Free text, which may have several lines but not be blank, without blanks around it.
pub fn text(text: &str) -> Result<String, String> {
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(format!("{} has a control character in it", shown(text)));
    }
    within(text.trim(), TEXT)
}

/// A text to look for: not longer than any that is kept, and nothing that would end it early.
pub fn search_term(text: String) -> Result<String, String> {
    let length = text.chars().count();
    if length > TEXT {
        return Err(format!("it has {length} characters, and at most {TEXT} are looked for"));
    }
    if text.contains('\0') {
        return Err(format!("{} has a control character in it", shown(&text)));
    }
    Ok(text)
}

/// A key to look something up by: nothing that would end it early.
pub fn key(text: &str) -> Result<String, String> {
    if text.contains('\0') {
        return Err(format!("{} has a control character in it", shown(text)));
    }
    Ok(text.trim().to_owned())
}

/// A price: not negative.
pub fn price(amount: Money) -> Result<Money, String> {
    if amount.0 < 0 { Err(format!("a price cannot be negative, and {amount} is")) } else { Ok(amount) }
}

/// A number of units that something is done with: at least 1.
pub fn quantity(units: i32) -> Result<i32, String> {
    if units < 1 { Err(format!("a quantity is at least 1, and {units} is not")) } else { Ok(units) }
}

/// A number of units that something stands at: 0 or more.
pub fn level(units: i32) -> Result<i32, String> {
    if units < 0 { Err(format!("{units} is less than 0")) } else { Ok(units) }
}

fn line(text: &str, longest: usize) -> Result<String, String> {
    if text.chars().any(char::is_control) {
        return Err(format!("{} has a control character in it", shown(text)));
    }
    within(text.trim(), longest)
}

/// Whether there is nothing but white space, and no control character that a text is refused for.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() && (!c.is_control() || matches!(c, '\n' | '\r' | '\t')))
}

fn within(text: &str, longest: usize) -> Result<String, String> {
    let length = text.chars().count();
    if length == 0 {
        Err("it is blank".to_owned())
    } else if length > longest {
        Err(format!("it has {length} characters, and at most {longest} are kept"))
    } else {
        Ok(text.to_owned())
    }
}

/// Checks the fields of an input one after the other, and keeps what is wrong with any of them.
#[derive(Debug, Default)]
pub struct Form {
    errors: Vec<UserError>,
}

impl Form {
    /// The value, if there is nothing wrong with it. A dot in the name of the field leads further in.
    pub fn check<T>(&mut self, field: &str, value: Result<T, String>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(message) => {
                let path: Vec<&str> = field.split('.').collect();
                self.errors.push(UserError::invalid(&path, message));
                None
            }
        }
    }

    /// A value that may be absent.
    pub fn optional<T, U>(
        &mut self,
        field: &str,
        value: Option<T>,
        check: impl FnOnce(T) -> Result<U, String>,
    ) -> Option<Option<U>> {
        match value {
            None => Some(None),
            Some(value) => self.check(field, check(value)).map(Some),
        }
    }

    /// A text that may be absent. A blank one is: forms send it for a field that was left empty.
    pub fn optional_text(
        &mut self,
        field: &str,
        value: Option<String>,
        check: impl FnOnce(&str) -> Result<String, String>,
    ) -> Option<Option<String>> {
        self.optional(field, value.filter(|text| !is_blank(text)), |text| check(&text))
    }

    /// A change of a text that may be cleared, which a blank one does as well: `None` leaves it as it is,
    /// `Some(None)` clears it.
    pub fn clearable_text(
        &mut self,
        field: &str,
        value: MaybeUndefined<String>,
        check: impl FnOnce(&str) -> Result<String, String>,
    ) -> Option<Option<Option<String>>> {
        let value = match value {
            MaybeUndefined::Value(text) if is_blank(&text) => MaybeUndefined::Null,
            value => value,
        };
        self.clearable(field, value, |text| check(&text))
    }

    /// A change of a value that cannot be cleared: `None` leaves it as it is.
    pub fn change<T, U>(
        &mut self,
        field: &str,
        value: MaybeUndefined<T>,
        check: impl FnOnce(T) -> Result<U, String>,
    ) -> Option<Option<U>> {
        match value {
            MaybeUndefined::Undefined => Some(None),
            MaybeUndefined::Null => self.check(field, Err("it cannot be null; leave it out".to_owned())),
            MaybeUndefined::Value(value) => self.check(field, check(value)).map(Some),
        }
    }

    /// A change of a value that may be cleared: `None` leaves it as it is, `Some(None)` clears it.
    pub fn clearable<T, U>(
        &mut self,
        field: &str,
        value: MaybeUndefined<T>,
        check: impl FnOnce(T) -> Result<U, String>,
    ) -> Option<Option<Option<U>>> {
        match value {
            MaybeUndefined::Undefined => Some(None),
            MaybeUndefined::Null => Some(Some(None)),
            MaybeUndefined::Value(value) => self.check(field, check(value)).map(|value| Some(Some(value))),
        }
    }

    /// A key that names something: the error comes with the field of the key that is wrong.
    pub fn key<T>(&mut self, field: &str, key: Result<T, (&'static str, String)>) -> Option<T> {
        match key {
            Ok(key) => Some(key),
            Err((inner, message)) => self.check(&format!("{field}.{inner}"), Err(message)),
        }
    }

    /// The filter of a change of many rows: it must have a condition in it.
    pub fn filter<C>(&mut self, filter: Result<Filter<C>, UserError>) -> Option<Filter<C>> {
        match filter {
            Ok(filter) if filter.is_empty() => {
                self.check("where", Err("it has no condition in it, and would find everything".to_owned()))
            }
            Ok(filter) => Some(filter),
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    /// What the checked values make, or everything that is wrong.
    pub fn finish<T>(self, make: impl FnOnce() -> Option<T>) -> Result<T, Vec<UserError>> {
        match make() {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(self.errors),
        }
    }
}

/// Refuses a change of what somebody has changed since.
pub fn check_version(expected: Option<i32>, actual: i32) -> Result<(), UserError> {
    match expected {
        Some(expected) if expected != actual => {
            Err(UserError::new(&["expectedVersion"], UserErrorKind::VersionConflict { expected, actual }))
        }
        _ => Ok(()),
    }
}

/// What a change of many rows is to be sure of.
#[derive(Debug, Clone, Copy)]
pub struct BulkExpectation {
    /// Refuse the change when it would be of another number of rows.
    pub count: Option<i32>,
    /// Count only; change nothing.
    pub dry_run: bool,
}

impl BulkExpectation {
    /// Returns the number of rows as an `Int`, if it is the one expected. Called before anything is written,
    /// as a count that GraphQL cannot represent must not be found out after the commit.
    pub fn check(self, count: i64) -> Result<i32, Error> {
        match self.count {
            Some(expected) if i64::from(expected) != count => {
                let message = format!("{count} match, and not the {expected} expected");
                Err(UserError::invalid(&["expectedCount"], message).into())
            }
            _ => i32::try_from(count).map_err(|_| {
                let message = format!("{count} rows match, and at most {} can be changed at once", i32::MAX);
                UserError::invalid(&["where"], message).into()
            }),
        }
    }
}

#[test]
fn a_bulk_change_of_more_rows_than_an_int_counts_is_refused() {
    let any = BulkExpectation { count: None, dry_run: false };
    assert_eq!(any.check(i64::from(i32::MAX)).unwrap(), i32::MAX);
    let Err(Error::User(errors)) = any.check(i64::from(i32::MAX) + 1) else { panic!("it was accepted") };
    assert_eq!(errors[0].path, ["where"]);
    assert!(errors[0].kind.to_string().starts_with("2147483648 rows match"), "{}", errors[0].kind);
}
