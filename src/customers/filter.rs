//! What customers can be filtered and sorted by.

use async_graphql::{Enum, InputObject, MaybeUndefined};

use crate::db::filter::{Is, Related, TextIs};
use crate::db::types::CustomerId;
use crate::graphql::filter::{
    DateTimeFilter, FilterBuilder, IDFilter, IntFilter, ListFilter, StringFilter, WhereInput, order_by,
};
use crate::orders::filter::{OrderCondition, OrderWhere};

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
    Id(Is<i64>),
    Name(TextIs),
    Email(TextIs),
    Phone(TextIs),
    Address(TextIs),
    Notes(TextIs),
    CreatedAt(Is<i64>),
    UpdatedAt(Is<i64>),
    Orders(Box<Related<OrderCondition>>),
    OrderCount(Is<i64>),
}

impl WhereInput for CustomerWhere {
    type Condition = CustomerCondition;

    fn read(self, builder: &mut FilterBuilder<'_, CustomerCondition>) {
        use CustomerCondition as C;
        builder.boolean_operators(self.and, self.or, self.not);
        builder.id::<CustomerId>("id", self.id, C::Id);
        builder.text("name", self.name, C::Name);
        builder.text("email", self.email, C::Email);
        builder.text("phone", self.phone, C::Phone);
        builder.text("address", self.address, C::Address);
        builder.text("notes", self.notes, C::Notes);
        builder.timestamp("createdAt", self.created_at, C::CreatedAt);
        builder.timestamp("updatedAt", self.updated_at, C::UpdatedAt);
        builder.list("orders", self.orders, |related| C::Orders(Box::new(related)));
        builder.int("orderCount", self.order_count, C::OrderCount);
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
