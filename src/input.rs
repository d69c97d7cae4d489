//! Validation of names, e-mail addresses, prices, quantities and other values, for both the API and imports.
//! Each function returns the value in its stored form, or a message about the rule that it violates.

use async_graphql::MaybeUndefined;
use email_address::{EmailAddress, Options};

use crate::db::case_folding;
use crate::db::filter::Filter;
use crate::error::{Error, UserError, UserErrorKind};
use crate::types::{Money, quoted};

/// The maximum length of the name of a customer or product, in characters.
pub const NAME: usize = 200;
/// The maximum length of phone numbers, SKUs and references, in characters.
pub const LINE: usize = 100;
/// The maximum length of addresses, notes, descriptions and reasons, in characters.
pub const TEXT: usize = 10_000;

/// A valid e-mail address and its comparison key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// The address, without surrounding white space.
    pub address: String,
    /// The case-folded address. Addresses with equal keys are equal.
    pub key: String,
}

impl Email {
    /// Parses an e-mail address.
    ///
    /// # Errors
    ///
    /// Returns a message if the text is not an e-mail address with a top-level domain.
    pub fn parse(text: &str) -> Result<Self, String> {
        let address = text.trim();
        let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
        match EmailAddress::parse_with_options(address, options) {
            Ok(_) => Ok(Self { address: address.to_owned(), key: Self::key(address) }),
            Err(_) => Err(format!("{} is not a valid e-mail address", quoted(text))),
        }
    }

    /// Returns the comparison key of a text, whether or not it is a valid address.
    pub fn key(text: &str) -> String {
        case_folding::fold(text.trim())
    }
}

/// Validates a name: one line of text. Removes surrounding white space.
pub fn name(text: &str) -> Result<String, String> {
    line(text, NAME)
}

/// Validates an e-mail address. Removes surrounding white space.
pub fn email(text: &str) -> Result<String, String> {
    Email::parse(text).map(|email| email.address)
}

/// Validates a SKU, a reference or a phone number: one short line of text. Removes surrounding white space.
pub fn code(text: &str) -> Result<String, String> {
    line(text, LINE)
}

/// Validates a text of one or more lines that is not blank. Removes surrounding white space.
pub fn text(text: &str) -> Result<String, String> {
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(format!("{} contains a control character; remove it", quoted(text)));
    }
    within(text.trim(), TEXT)
}

/// Validates a search term. Rejects texts longer than any stored text, and NUL, which ends a string in SQLite and is
/// invalid in PostgreSQL.
pub fn search_term(text: String) -> Result<String, String> {
    let length = text.chars().count();
    if length > TEXT {
        return Err(format!("must be at most {TEXT} characters long, but has {length}"));
    }
    if text.contains('\0') {
        return Err(format!("{} contains a control character; remove it", quoted(&text)));
    }
    Ok(text)
}

/// Validates a key for a lookup. Rejects NUL, as [`search_term`] does. Removes surrounding white space.
pub fn key(text: &str) -> Result<String, String> {
    if text.contains('\0') {
        return Err(format!("{} contains a control character; remove it", quoted(text)));
    }
    Ok(text.trim().to_owned())
}

/// Validates a price, which must not be negative.
pub fn price(amount: Money) -> Result<Money, String> {
    if amount.0 < 0 { Err(format!("a price must not be negative, but was {amount}")) } else { Ok(amount) }
}

/// Validates the number of units of an order line or a stock movement, which must be at least 1.
pub fn quantity(units: i32) -> Result<i32, String> {
    if units < 1 { Err(format!("a quantity must be at least 1, but was {units}")) } else { Ok(units) }
}

/// Validates a stock level, which must be at least 0.
pub fn level(units: i32) -> Result<i32, String> {
    if units < 0 { Err(format!("must be at least 0, but was {units}")) } else { Ok(units) }
}

fn line(text: &str, max_length: usize) -> Result<String, String> {
    if text.chars().any(char::is_control) {
        return Err(format!("{} contains a control character; remove it", quoted(text)));
    }
    within(text.trim(), max_length)
}

/// Returns whether a text has only white space. False for control characters that [`text`] rejects.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() && (!c.is_control() || matches!(c, '\n' | '\r' | '\t')))
}

fn within(text: &str, max_length: usize) -> Result<String, String> {
    let length = text.chars().count();
    if length == 0 {
        Err("must not be blank".to_owned())
    } else if length > max_length {
        Err(format!("must be at most {max_length} characters long, but has {length}"))
    } else {
        Ok(text.to_owned())
    }
}

/// Validates the fields of an input object and collects all errors.
#[derive(Debug, Default)]
pub struct Form {
    errors: Vec<UserError>,
}

impl Form {
    /// Returns the value of a field, or collects its error. A field name with dots is the path of a nested field.
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

    /// Validates a value that can be absent.
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

    /// Validates a text that can be absent. A blank text counts as absent, because HTML forms send it for an empty
    /// field.
    pub fn optional_text(
        &mut self,
        field: &str,
        value: Option<String>,
        check: impl FnOnce(&str) -> Result<String, String>,
    ) -> Option<Option<String>> {
        self.optional(field, value.filter(|text| !is_blank(text)), |text| check(&text))
    }

    /// Validates a change of a nullable text. Returns `Some(None)` to keep it and `Some(Some(None))` to clear it. A
    /// blank text clears it.
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

    /// Validates a change of a value that is not nullable. Returns `Some(None)` to keep it.
    pub fn change<T, U>(
        &mut self,
        field: &str,
        value: MaybeUndefined<T>,
        check: impl FnOnce(T) -> Result<U, String>,
    ) -> Option<Option<U>> {
        match value {
            MaybeUndefined::Undefined => Some(None),
            MaybeUndefined::Null => {
                self.check(field, Err("must not be null; omit it to keep the current value".to_owned()))
            }
            MaybeUndefined::Value(value) => self.check(field, check(value)).map(Some),
        }
    }

    /// Validates a change of a nullable value. Returns `Some(None)` to keep it and `Some(Some(None))` to clear it.
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

    /// Validates a key that identifies a record. The path of an error includes the field of the key.
    pub fn key<T>(&mut self, field: &str, key: Result<T, (&'static str, String)>) -> Option<T> {
        match key {
            Ok(key) => Some(key),
            Err((inner, message)) => self.check(&format!("{field}.{inner}"), Err(message)),
        }
    }

    /// Validates the filter of a bulk change, which must have a condition.
    pub fn filter<C>(&mut self, filter: Result<Filter<C>, UserError>) -> Option<Filter<C>> {
        match filter {
            Ok(filter) if filter.is_empty() => self.check(
                "where",
                Err("must have at least one condition; an empty filter would match every record".to_owned()),
            ),
            Ok(filter) => Some(filter),
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    /// Returns the value that `make` builds from the valid fields, or all errors.
    pub fn finish<T>(self, make: impl FnOnce() -> Option<T>) -> Result<T, Vec<UserError>> {
        match make() {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(self.errors),
        }
    }
}

/// Returns an error if a record is not at the expected version. `None` allows any version.
pub fn check_version(expected: Option<i32>, actual: i32) -> Result<(), UserError> {
    match expected {
        Some(expected) if expected != actual => {
            Err(UserError::new(&["expectedVersion"], UserErrorKind::VersionConflict { expected, actual }))
        }
        _ => Ok(()),
    }
}

/// The safeguards of a bulk change.
#[derive(Debug, Clone, Copy)]
pub struct BulkExpectation {
    /// The number of records that the change must affect. `None` allows any number.
    pub count: Option<i32>,
    /// Whether to count the records without changing them.
    pub dry_run: bool,
}

impl BulkExpectation {
    /// Returns the number of records as an `Int`. Called before the first write, because an error after the commit
    /// would hide the change.
    ///
    /// # Errors
    ///
    /// Returns an error if the number is not the expected one or does not fit into an `Int`.
    pub fn check(self, count: i64) -> Result<i32, Error> {
        match self.count {
            Some(expected) if i64::from(expected) != count => {
                let message = format!("must be the number of matching records, {count}, but was {expected}");
                Err(UserError::invalid(&["expectedCount"], message).into())
            }
            _ => i32::try_from(count).map_err(|_| {
                let message = format!("must match at most {} records, but matches {count}", i32::MAX);
                UserError::invalid(&["where"], message).into()
            }),
        }
    }
}

#[test]
fn rejects_a_bulk_change_of_more_records_than_an_int_can_count() {
    let any = BulkExpectation { count: None, dry_run: false };
    assert_eq!(any.check(i64::from(i32::MAX)).unwrap(), i32::MAX);
    let Err(Error::User(errors)) = any.check(i64::from(i32::MAX) + 1) else { panic!("it was accepted") };
    assert_eq!(errors[0].path, ["where"]);
    assert!(errors[0].kind.to_string().ends_with("but matches 2147483648"), "{}", errors[0].kind);
}
