//! What customers can be filtered and sorted by.

use async_graphql::{Enum, InputObject, MaybeUndefined};

use crate::db::filter::{Comparison, RelationFilter, TextComparison};
use crate::graphql::filter::{
    Conditions, DateTimeFilter, IDFilter, IntFilter, ListFilter, StringFilter, Where, order_by,
};
use crate::orders::filter::{OrderCondition, OrderWhere};
use crate::types::CustomerId;

/// Conditions on customers. All that are given must hold; they nest at most 5 deep.
#[derive(Debug, Clone, InputObject)]
pub struct CustomerWhere {
    /// Every one of these holds.
    and: MaybeUndefined<Vec<CustomerWhere>>,
    /// At least one of these holds.
    or: MaybeUndefined<Vec<CustomerWhere>>,
    /// This does not hold.
    not: MaybeUndefined<Box<CustomerWhere>>,
    /// The id.
    id: MaybeUndefined<IDFilter>,
    /// The name.
    name: MaybeUndefined<StringFilter>,
    /// The e-mail address.
    email: MaybeUndefined<StringFilter>,
    /// The phone number.
    phone: MaybeUndefined<StringFilter>,
    /// The postal address.
    address: MaybeUndefined<StringFilter>,
    /// The remarks.
    notes: MaybeUndefined<StringFilter>,
    /// When it was created.
    created_at: MaybeUndefined<DateTimeFilter>,
    /// When it was last changed.
    updated_at: MaybeUndefined<DateTimeFilter>,
    /// The orders.
    orders: MaybeUndefined<ListFilter<OrderWhere>>,
    /// How many orders there are, in any state.
    order_count: MaybeUndefined<IntFilter>,
}

/// One condition on a customer.
#[derive(Debug, Clone, PartialEq)]
pub enum CustomerCondition {
    Id(Comparison<i64>),
    Name(TextComparison),
    Email(TextComparison),
    Phone(TextComparison),
    Address(TextComparison),
    Notes(TextComparison),
    CreatedAt(Comparison<i64>),
    UpdatedAt(Comparison<i64>),
    Orders(Box<RelationFilter<OrderCondition>>),
    OrderCount(Comparison<i64>),
}

impl Where for CustomerWhere {
    type Condition = CustomerCondition;

    fn read(self, conditions: &mut Conditions<'_, CustomerCondition>) {
        use CustomerCondition as C;
        conditions.joined(self.and, self.or, self.not);
        conditions.id::<CustomerId>("id", self.id, C::Id);
        conditions.text("name", self.name, C::Name);
        conditions.text("email", self.email, C::Email);
        conditions.text("phone", self.phone, C::Phone);
        conditions.text("address", self.address, C::Address);
        conditions.text("notes", self.notes, C::Notes);
        conditions.moment("createdAt", self.created_at, C::CreatedAt);
        conditions.moment("updatedAt", self.updated_at, C::UpdatedAt);
        conditions.list("orders", self.orders, |related| C::Orders(Box::new(related)));
        conditions.int("orderCount", self.order_count, C::OrderCount);
    }
}

/// What customers can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum CustomerOrderField {
    /// The id, which is the order of creation.
    Id,
    /// The name, by its letters' code points.
    Name,
    /// The e-mail address in lower case, by its letters' code points.
    Email,
    /// When it was created.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
}

order_by! {
    /// How to sort customers.
    CustomerOrderBy, CustomerOrderField
}
