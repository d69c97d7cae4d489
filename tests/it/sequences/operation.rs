//! The generated operations. Orders, items and products are numbers, which the model maps to those that exist.

use proptest::collection::vec;
use proptest::prelude::*;

/// Items, each with a number of units.
pub type Units = Vec<(u8, i64)>;

#[derive(Debug, Clone)]
pub enum Operation {
    Place(Units),
    Process(u8),
    Ship(u8, Option<Units>),
    Deliver(u8),
    Cancel(u8, Option<Units>),
    Return(u8, Units, bool),
    SetStatus(u8, &'static str),
    AddItem(u8, u8, i64),
    UpdateItem(u8, u8, i64),
    RemoveItem(u8, u8),
    Delete(u8),
    Restock(u8, i64),
    Adjust(u8, i64),
    SetStock(u8, i64),
    CreateStock(u8, i64),
    DeleteStock(u8),
}

pub const STATUSES: &[&str] =
    &["PENDING", "PROCESSING", "PARTIALLY_SHIPPED", "SHIPPED", "DELIVERED", "RETURNED", "CANCELLED"];

/// Returns a sequence of up to 60 operations.
pub fn sequences() -> impl Strategy<Value = Vec<Operation>> {
    vec(operations(), 10..60)
}

fn operations() -> impl Strategy<Value = Operation> {
    use Operation as O;
    // Mostly valid quantities.
    let quantity = || prop_oneof![1 => Just(0), 60 => 1_i64..=3, 3 => 4_i64..=30];
    let units = || vec((any::<u8>(), quantity()), 1..3);
    let order = any::<u8>;
    let product = any::<u8>;
    prop_oneof![
        8 => vec((any::<u8>(), quantity()), 1..5).prop_map(O::Place),
        8 => order().prop_map(O::Process),
        10 => (order(), proptest::option::weighted(0.8, units())).prop_map(|(n, units)| O::Ship(n, units)),
        3 => order().prop_map(O::Deliver),
        4 => (order(), proptest::option::weighted(0.8, units())).prop_map(|(n, units)| O::Cancel(n, units)),
        8 => (order(), units(), any::<bool>()).prop_map(|(n, units, restock)| O::Return(n, units, restock)),
        2 => (order(), 0..STATUSES.len()).prop_map(|(n, status)| O::SetStatus(n, STATUSES[status])),
        2 => (order(), product(), quantity()).prop_map(|(n, p, quantity)| O::AddItem(n, p, quantity)),
        2 => (order(), any::<u8>(), quantity()).prop_map(|(n, i, quantity)| O::UpdateItem(n, i, quantity)),
        1 => (order(), any::<u8>()).prop_map(|(n, i)| O::RemoveItem(n, i)),
        1 => order().prop_map(O::Delete),
        2 => (product(), quantity()).prop_map(|(p, quantity)| O::Restock(p, quantity)),
        1 => (product(), -6_i64..=6).prop_map(|(p, delta)| O::Adjust(p, delta)),
        1 => (product(), 0_i64..=20).prop_map(|(p, quantity)| O::SetStock(p, quantity)),
        1 => (product(), 0_i64..=20).prop_map(|(p, quantity)| O::CreateStock(p, quantity)),
        1 => product().prop_map(O::DeleteStock),
    ]
}
