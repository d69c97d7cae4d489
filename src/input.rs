//! What is accepted as a name, an e-mail address, a price, a quantity … whoever brings it: the API
//! or an import. Each returns the value as it is kept, or a sentence that says what is wrong with it.

use email_address::{EmailAddress, Options};

use crate::db::conn;
use crate::db::types::Money;

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

/// Free text, which may have several lines but not be blank.
pub fn text(text: &str) -> Result<String, String> {
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(format!("{} has a control character in it", shown(text)));
    }
    within(text.trim(), TEXT)
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

/// The beginning of what was sent, for a message that stays short.
fn shown(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return format!("{text:?}");
    }
    format!("{:?}…", text.chars().take(MOST).collect::<String>())
}
