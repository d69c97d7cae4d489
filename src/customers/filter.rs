//! Filter conditions and sort fields of customers.

use async_graphql::{Enum, InputObject, MaybeUndefined};

use crate::db::filter::{Comparison, RelationFilter, TextComparison};
use crate::graphql::filter::{
    DateTimeFilter, FilterBuilder, IDFilter, IntFilter, ListFilter, StringFilter, WhereInput, order_by,
};
use crate::orders::filter::{OrderCondition, OrderWhere};
use crate::types::CustomerId;

/// A filter for customers. All given conditions must match. Conditions nest at most 5 levels deep.
#[derive(Debug, Clone, InputObject)]
pub struct CustomerWhere {
    /// Matches when all of these conditions match.
    and: MaybeUndefined<Vec<CustomerWhere>>,
    /// Matches when at least one of these conditions matches.
    or: MaybeUndefined<Vec<CustomerWhere>>,
    /// Matches when this condition does not match.
    not: MaybeUndefined<Box<CustomerWhere>>,
    /// Filters by id.
    id: MaybeUndefined<IDFilter>,
    /// Filters by name.
    name: MaybeUndefined<StringFilter>,
    /// Filters by e-mail address.
    email: MaybeUndefined<StringFilter>,
    /// Filters by company.
    company: MaybeUndefined<StringFilter>,
    /// Filters by phone number.
    phone: MaybeUndefined<StringFilter>,
    /// Filters by postal address.
    address: MaybeUndefined<StringFilter>,
    /// Filters by notes.
    notes: MaybeUndefined<StringFilter>,
    /// Filters by the date and time of creation.
    created_at: MaybeUndefined<DateTimeFilter>,
    /// Filters by the date and time of the last update.
    updated_at: MaybeUndefined<DateTimeFilter>,
    /// Filters by the orders of the customer.
    orders: MaybeUndefined<ListFilter<OrderWhere>>,
    /// Filters by the number of orders in any status.
    order_count: MaybeUndefined<IntFilter>,
}

/// A condition on one column or relation of a customer.
#[derive(Debug, Clone, PartialEq)]
pub enum CustomerCondition {
    /// A condition on the id.
    Id(Comparison<i64>),
    /// A condition on the name.
    Name(TextComparison),
    /// A condition on the e-mail address.
    Email(TextComparison),
    /// A condition on the company.
    Company(TextComparison),
    /// A condition on the phone number.
    Phone(TextComparison),
    /// A condition on the postal address.
    Address(TextComparison),
    /// A condition on the notes.
    Notes(TextComparison),
    /// A condition on the creation time.
    CreatedAt(Comparison<i64>),
    /// A condition on the time of the last update.
    UpdatedAt(Comparison<i64>),
    /// A condition on orders.
    Orders(Box<RelationFilter<OrderCondition>>),
    /// A condition on the order count.
    OrderCount(Comparison<i64>),
}

impl WhereInput for CustomerWhere {
    type Condition = CustomerCondition;

    fn read(self, builder: &mut FilterBuilder<'_, CustomerCondition>) {
        use CustomerCondition as C;
        builder.boolean_operators(self.and, self.or, self.not);
        builder.id::<CustomerId>("id", self.id, C::Id);
        builder.text("name", self.name, C::Name);
        builder.text("email", self.email, C::Email);
        builder.text("company", self.company, C::Company);
        builder.text("phone", self.phone, C::Phone);
        builder.text("address", self.address, C::Address);
        builder.text("notes", self.notes, C::Notes);
        builder.timestamp("createdAt", self.created_at, C::CreatedAt);
        builder.timestamp("updatedAt", self.updated_at, C::UpdatedAt);
        builder.list("orders", self.orders, |related| C::Orders(Box::new(related)));
        builder.int("orderCount", self.order_count, C::OrderCount);
    }
}

/// The fields that customers can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum CustomerOrderField {
    /// Sort by id, which is the order of creation.
    Id,
    /// Sort by name, compared by Unicode code points.
    Name,
    /// Sort by e-mail address, ignoring case and compared by Unicode code points.
    Email,
    /// Sort by company, compared by Unicode code points.
    Company,
    /// Sort by the date and time of creation.
    CreatedAt,
    /// Sort by the date and time of the last update.
    UpdatedAt,
}

order_by! {
    /// A sort key for customers.
    CustomerOrderBy, CustomerOrderField
}
