//! The status of an order: its transitions, its text and its column type.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::sync::LazyLock;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;

use crate::entity::Rank;
use crate::types::column::{ColumnType, SqlType, SqlValue, write_json_string};

/// The status of an order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, async_graphql::Enum, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum OrderStatus {
    /// Placed: its lines can still change. Stock is reserved.
    #[default]
    Pending,
    /// Being picked: its lines are fixed. Stock is reserved in full, unless an import could not.
    Processing,
    /// Some units have shipped and left the stock; others are open, with their stock reserved.
    PartiallyShipped,
    /// On its way: no unit is open, and at least one has shipped.
    Shipped,
    /// With the customer.
    Delivered,
    /// All shipped units have been returned, and no unit is open.
    Returned,
    /// Called off before any unit shipped: its stock was given back.
    Cancelled,
}

/// The SQL expression that sorts by status in the order of [`OrderStatus::ALL`].
static RANK: LazyLock<String> = LazyLock::new(|| {
    let rank = |status: OrderStatus| format!(" WHEN '{status}' THEN {}", status as i64);
    format!("CASE orders.status{} END", OrderStatus::ALL.map(rank).concat())
});

/// Returns the order of orders by status.
pub fn rank() -> Rank {
    // Not `status`: cursors of versions with fewer statuses have other ranks, and are refused.
    Rank { name: "statusRank", sql: &RANK }
}

impl OrderStatus {
    /// All statuses in the order of their declaration. A test fails when one is missing.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Processing,
        Self::PartiallyShipped,
        Self::Shipped,
        Self::Delivered,
        Self::Returned,
        Self::Cancelled,
    ];

    /// Returns the name in the API and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Processing => "PROCESSING",
            Self::PartiallyShipped => "PARTIALLY_SHIPPED",
            Self::Shipped => "SHIPPED",
            Self::Delivered => "DELIVERED",
            Self::Returned => "RETURNED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Returns the statuses that an order with this status can change to.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Processing, Self::Cancelled],
            Self::Processing => &[Self::PartiallyShipped, Self::Shipped, Self::Cancelled],
            Self::PartiallyShipped => &[Self::Shipped, Self::Returned],
            Self::Shipped => &[Self::Delivered, Self::Returned],
            Self::Delivered => &[Self::Returned],
            Self::Returned | Self::Cancelled => &[],
        }
    }

    /// Whether an order with this status has open units, and stock reserved for them.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Processing | Self::PartiallyShipped)
    }
}

impl Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for OrderStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            format!("{text:?} is not a status of an order; the statuses are {known}")
        })
    }
}

impl ColumnType for OrderStatus {
    const SQL_TYPE: SqlType = SqlType::Text;

    fn sql_value(&self) -> SqlValue<'_> {
        SqlValue::Text(self.as_str())
    }

    fn from_sql_value(value: SqlValue<'_>) -> Option<Self> {
        match value {
            SqlValue::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn write_json(value: SqlValue<'_>, out: &mut Vec<u8>) -> Option<()> {
        write_json_string(Self::from_sql_value(value)?.as_str(), out);
        Some(())
    }
}

impl<DB: Backend> ToSql<Text, DB> for OrderStatus
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.as_str().to_sql(out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for OrderStatus
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(String::from_sql(bytes)?.parse::<Self>()?)
    }
}

#[test]
fn all_states_are_listed_in_the_order_of_declaration() {
    use async_graphql::resolver_utils::EnumType;

    let declared: Vec<OrderStatus> = OrderStatus::items().iter().map(|item| item.value).collect();
    assert_eq!(OrderStatus::ALL.to_vec(), declared);
    let ranks = OrderStatus::ALL.map(|status| status as usize);
    assert_eq!(ranks.to_vec(), (0..declared.len()).collect::<Vec<_>>());
}
