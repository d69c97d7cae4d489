//! A model of orders and stock in memory: the rules of every mutation, in their plainest form.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::operation::{Operation, STATUSES, Units};

/// An id that no order item has.
const UNKNOWN_ITEM: &str = "itm_999999999";

pub struct Product {
    pub id: String,
    pub price: i64,
    pub stock: Option<Stock>,
}

#[derive(Default)]
pub struct Stock {
    /// Known from the first state of the server that has the inventory.
    pub id: String,
    pub quantity: i64,
    pub reserved: i64,
}

pub struct Order {
    pub id: String,
    pub status: &'static str,
    pub items: Vec<Item>,
}

#[derive(Clone, Default)]
pub struct Item {
    pub id: String,
    pub product: usize,
    pub price: i64,
    pub quantity: i64,
    pub cancelled: i64,
    pub shipped: i64,
    pub returned: i64,
}

impl Item {
    fn open(&self) -> i64 {
        self.quantity - self.cancelled - self.shipped
    }

    fn returnable(&self) -> i64 {
        self.shipped - self.returned
    }
}

impl Order {
    fn sum(&self, units: impl Fn(&Item) -> i64) -> i64 {
        self.items.iter().map(units).sum()
    }

    fn follow_units(&mut self) {
        let (open, shipped) = (self.sum(Item::open), self.sum(|item| item.shipped));
        self.status = match self.status {
            _ if open == 0 && shipped == 0 => "CANCELLED",
            status if shipped == 0 => status,
            _ if open > 0 => "PARTIALLY_SHIPPED",
            _ if self.sum(|item| item.returned) == shipped => "RETURNED",
            "DELIVERED" => "DELIVERED",
            _ => "SHIPPED",
        };
    }
}

pub fn next_statuses(status: &str) -> &'static [&'static str] {
    match status {
        "PENDING" => &["PROCESSING", "CANCELLED"],
        "PROCESSING" => &["PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED"],
        "PARTIALLY_SHIPPED" => &["SHIPPED", "RETURNED"],
        "SHIPPED" => &["DELIVERED", "RETURNED"],
        "DELIVERED" => &["RETURNED"],
        _ => &[],
    }
}

/// Returns the index of an element, mostly of one that suits the operation; `None` if there are no elements.
fn pick<T>(n: u8, of: &[T], suits: impl Fn(&T) -> bool) -> Option<usize> {
    let suitable: Vec<usize> = (0..of.len()).filter(|index| n < 220 && suits(&of[*index])).collect();
    let n = usize::from(n);
    if suitable.is_empty() { n.checked_rem(of.len()) } else { Some(suitable[n % suitable.len()]) }
}

/// A mutation to send, and the errors that it must have: each a code and a path.
pub struct Step {
    pub field: &'static str,
    pub input: Value,
    pub errors: Vec<String>,
}

/// The errors of a mutation; `Ok` if it changes the model.
type Outcome = Result<(), Vec<String>>;

fn error(code: &str, path: &str) -> Outcome {
    Err(vec![format!("{code} {path}")])
}

#[derive(Default)]
pub struct Model {
    pub products: Vec<Product>,
    pub orders: Vec<Order>,
}

impl Model {
    /// Applies an operation. Returns `None` if there is nothing to apply it to.
    pub fn step(&mut self, operation: &Operation) -> Option<Step> {
        use Operation as O;
        let order = |model: &Self, n: u8, statuses: &[&str]| {
            pick(n, &model.orders, |order| statuses.contains(&order.status))
        };
        let product =
            |model: &Self, n: u8| pick(n, &model.products, |product| product.stock.is_some()).unwrap();
        let (field, input, outcome) = match operation {
            O::Place(lines) => {
                let lines: Vec<(usize, i64)> =
                    lines.iter().map(|(n, quantity)| (product(self, *n), *quantity)).collect();
                let items: Vec<Value> = lines
                    .iter()
                    .map(|(n, quantity)| json!({"product": {"id": self.products[*n].id}, "quantity": quantity}))
                    .collect();
                let input = json!({"customer": {"id": "cus_1"}, "items": items});
                ("createOrder", input, self.place(&lines))
            }
            O::Process(n) => {
                let n = order(self, *n, &["PENDING"])?;
                ("processOrder", json!({"id": self.orders[n].id}), self.advance(n, "PROCESSING", "id"))
            }
            O::Deliver(n) => {
                let n = order(self, *n, &["SHIPPED"])?;
                ("deliverOrder", json!({"id": self.orders[n].id}), self.advance(n, "DELIVERED", "id"))
            }
            O::SetStatus(n, status) => {
                let n = order(self, *n, STATUSES)?;
                let input = json!({"id": self.orders[n].id, "status": status});
                let outcome =
                    if self.orders[n].status == *status { Ok(()) } else { self.advance(n, status, "status") };
                ("updateOrder", input, outcome)
            }
            O::Ship(n, units) => {
                let n = order(self, *n, &["PROCESSING", "PARTIALLY_SHIPPED"])?;
                let (input, requested) = self.requested(n, units.as_ref(), Item::open);
                ("shipOrder", input, self.ship(n, requested))
            }
            O::Cancel(n, units) => {
                let n = order(self, *n, &["PENDING", "PROCESSING", "PARTIALLY_SHIPPED"])?;
                let (input, requested) = self.requested(n, units.as_ref(), Item::open);
                ("cancelOrder", input, self.cancel(n, requested))
            }
            O::Return(n, units, restock) => {
                let n = order(self, *n, &["PARTIALLY_SHIPPED", "SHIPPED", "DELIVERED"])?;
                let (mut input, requested) = self.requested(n, Some(units), Item::returnable);
                input["restock"] = json!(restock);
                ("returnOrder", input, self.return_units(n, requested.unwrap_or_default(), *restock))
            }
            O::AddItem(n, p, quantity) => {
                let (n, p) = (order(self, *n, &["PENDING"])?, product(self, *p));
                let (order, product) = (&self.orders[n].id, &self.products[p].id);
                let input = json!({"orderId": order, "product": {"id": product}, "quantity": quantity});
                ("addOrderItem", input, self.add_item(n, p, *quantity))
            }
            O::UpdateItem(n, i, quantity) => {
                let n = order(self, *n, &["PENDING"])?;
                let i = *i as usize % self.orders[n].items.len();
                let input = json!({"id": self.orders[n].items[i].id, "quantity": quantity});
                ("updateOrderItem", input, self.update_item(n, i, *quantity))
            }
            O::RemoveItem(n, i) => {
                let n = order(self, *n, &["PENDING"])?;
                let i = *i as usize % self.orders[n].items.len();
                ("removeOrderItem", json!({"id": self.orders[n].items[i].id}), self.remove_item(n, i))
            }
            O::Delete(n) => {
                let n = order(self, *n, &["PENDING", "CANCELLED"])?;
                ("deleteOrder", json!({"id": self.orders[n].id}), self.delete(n))
            }
            O::Restock(p, quantity) => {
                let p = product(self, *p);
                let input = json!({"inventory": {"productId": self.products[p].id}, "quantity": quantity});
                let outcome = match &mut self.products[p].stock {
                    _ if *quantity < 1 => error("INVALID_INPUT", "quantity"),
                    None => error("NOT_FOUND", "inventory.productId"),
                    Some(stock) => {
                        stock.quantity += quantity;
                        Ok(())
                    }
                };
                ("restockInventory", input, outcome)
            }
            O::Adjust(p, delta) => {
                let p = product(self, *p);
                let key = json!({"productId": self.products[p].id});
                let input = json!({"inventory": key, "delta": delta, "reason": "Count"});
                let outcome = match &mut self.products[p].stock {
                    _ if *delta == 0 => error("INVALID_INPUT", "delta"),
                    None => error("NOT_FOUND", "inventory.productId"),
                    Some(stock) if stock.quantity - stock.reserved + delta < 0 => {
                        error("INVALID_INPUT", "delta")
                    }
                    Some(stock) => {
                        stock.quantity += delta;
                        Ok(())
                    }
                };
                ("adjustInventory", input, outcome)
            }
            O::SetStock(p, quantity) => {
                let p = product(self, *p);
                let stock = self.products[p].stock.as_mut()?;
                let input = json!({"id": stock.id, "quantity": quantity});
                let outcome = if *quantity < stock.reserved {
                    error("INVALID_INPUT", "quantity")
                } else {
                    stock.quantity = *quantity;
                    Ok(())
                };
                ("updateInventory", input, outcome)
            }
            O::CreateStock(p, quantity) => {
                let p = product(self, *p);
                let input = json!({"product": {"id": self.products[p].id}, "quantity": quantity});
                let stock = &mut self.products[p].stock;
                let outcome = if stock.is_some() {
                    error("ALREADY_EXISTS", "product")
                } else {
                    *stock = Some(Stock { quantity: *quantity, ..Stock::default() });
                    Ok(())
                };
                ("createInventory", input, outcome)
            }
            O::DeleteStock(p) => {
                let p = product(self, *p);
                let stock = self.products[p].stock.take_if(|stock| stock.reserved == 0);
                match (stock, &self.products[p].stock) {
                    (Some(gone), _) => ("deleteInventory", json!({"id": gone.id}), Ok(())),
                    (None, Some(kept)) => ("deleteInventory", json!({"id": kept.id}), error("IN_USE", "id")),
                    (None, None) => return None,
                }
            }
        };
        Some(Step { field, input, errors: outcome.err().unwrap_or_default() })
    }

    /// Returns the input of a mutation with `items`, and the requested units: `None` stands for all, `Some(None, …)`
    /// for an unknown item.
    #[allow(clippy::type_complexity)]
    fn requested(
        &self,
        n: usize,
        units: Option<&Units>,
        limit: fn(&Item) -> i64,
    ) -> (Value, Option<Vec<(Option<usize>, i64)>>) {
        let order = &self.orders[n];
        let Some(units) = units else { return (json!({"id": order.id}), None) };
        // About one entry in fifty names an unknown item.
        let item = |n: u8| if n < 250 { pick(n, &order.items, |item| limit(item) > 0) } else { None };
        let requested: Vec<_> = units.iter().map(|(n, quantity)| (item(*n), *quantity)).collect();
        let id = |item: &Option<usize>| item.map_or(UNKNOWN_ITEM, |item| &order.items[item].id);
        let items: Vec<Value> = requested
            .iter()
            .map(|(item, quantity)| json!({"itemId": id(item), "quantity": quantity}))
            .collect();
        (json!({"id": order.id, "items": items}), Some(requested))
    }

    /// Returns the units of each item of the order.
    fn units(
        &self,
        n: usize,
        requested: Option<Vec<(Option<usize>, i64)>>,
        limit: fn(&Item) -> i64,
    ) -> Result<Vec<i64>, Vec<String>> {
        let items = &self.orders[n].items;
        let Some(requested) = requested else { return Ok(items.iter().map(limit).collect()) };
        let (mut units, mut errors) = (vec![0; items.len()], Vec::new());
        for (entry, (item, quantity)) in requested.iter().enumerate() {
            match item {
                None => errors.push(format!("NOT_FOUND items.{entry}.itemId")),
                Some(item) if units[*item] + quantity > limit(&items[*item]) => {
                    errors.push(format!("INVALID_INPUT items.{entry}.quantity"));
                }
                Some(item) => units[*item] += quantity,
            }
        }
        if errors.is_empty() { Ok(units) } else { Err(errors) }
    }

    fn check_quantities(requested: &Option<Vec<(Option<usize>, i64)>>) -> Outcome {
        let entries = requested.iter().flatten().enumerate();
        let bad: Vec<String> = entries
            .filter(|(_, (_, quantity))| *quantity < 1)
            .map(|(entry, _)| format!("INVALID_INPUT items.{entry}.quantity"))
            .collect();
        if bad.is_empty() { Ok(()) } else { Err(bad) }
    }

    fn check_transition(&self, n: usize, to: &str, path: &str) -> Outcome {
        if next_statuses(self.orders[n].status).contains(&to) {
            Ok(())
        } else {
            error("INVALID_TRANSITION", path)
        }
    }

    fn reserve(&mut self, units: &BTreeMap<usize, i64>, path: &str) -> Outcome {
        let is_short = |(product, units): (&usize, &i64)| {
            self.products[*product]
                .stock
                .as_ref()
                .is_none_or(|stock| stock.quantity - stock.reserved < *units)
        };
        if units.iter().any(is_short) {
            return error("INSUFFICIENT_STOCK", path);
        }
        for (product, units) in units {
            self.stock(*product).reserved += units;
        }
        Ok(())
    }

    fn stock(&mut self, product: usize) -> &mut Stock {
        self.products[product].stock.as_mut().unwrap()
    }

    fn place(&mut self, lines: &[(usize, i64)]) -> Outcome {
        let bad: Vec<String> = (0..lines.len())
            .filter(|n| lines[*n].1 < 1)
            .map(|n| format!("INVALID_INPUT items.{n}.quantity"))
            .collect();
        if !bad.is_empty() {
            return Err(bad);
        }
        let mut items: Vec<Item> = Vec::new();
        for (product, quantity) in lines {
            match items.iter_mut().find(|item| item.product == *product) {
                Some(item) => item.quantity += quantity,
                None => items.push(Item {
                    product: *product,
                    price: self.products[*product].price,
                    quantity: *quantity,
                    ..Item::default()
                }),
            }
        }
        let units = items.iter().map(|item| (item.product, item.quantity)).collect();
        self.reserve(&units, "items")?;
        self.orders.push(Order { id: String::new(), status: "PENDING", items });
        Ok(())
    }

    fn advance(&mut self, n: usize, to: &'static str, path: &str) -> Outcome {
        self.check_transition(n, to, path)?;
        match to {
            "SHIPPED" => self.ship(n, None),
            "CANCELLED" => self.cancel(n, None),
            "PARTIALLY_SHIPPED" | "RETURNED" => error("INVALID_INPUT", path),
            _ => {
                self.orders[n].status = to;
                Ok(())
            }
        }
    }

    fn ship(&mut self, n: usize, requested: Option<Vec<(Option<usize>, i64)>>) -> Outcome {
        Self::check_quantities(&requested)?;
        if !["PROCESSING", "PARTIALLY_SHIPPED"].contains(&self.orders[n].status) {
            return error("INVALID_TRANSITION", "id");
        }
        let units = self.units(n, requested, Item::open)?;
        for (i, units) in units.into_iter().enumerate() {
            self.orders[n].items[i].shipped += units;
            if units > 0 {
                let stock = self.stock(self.orders[n].items[i].product);
                (stock.quantity, stock.reserved) = (stock.quantity - units, stock.reserved - units);
            }
        }
        self.orders[n].follow_units();
        Ok(())
    }

    fn cancel(&mut self, n: usize, requested: Option<Vec<(Option<usize>, i64)>>) -> Outcome {
        Self::check_quantities(&requested)?;
        if !["PENDING", "PROCESSING", "PARTIALLY_SHIPPED"].contains(&self.orders[n].status) {
            return error("INVALID_TRANSITION", "id");
        }
        let units = self.units(n, requested, Item::open)?;
        for (i, units) in units.into_iter().enumerate() {
            self.orders[n].items[i].cancelled += units;
            if units > 0 {
                self.stock(self.orders[n].items[i].product).reserved -= units;
            }
        }
        self.orders[n].follow_units();
        Ok(())
    }

    fn return_units(&mut self, n: usize, requested: Vec<(Option<usize>, i64)>, restock: bool) -> Outcome {
        let requested = Some(requested);
        Self::check_quantities(&requested)?;
        if !["PARTIALLY_SHIPPED", "SHIPPED", "DELIVERED"].contains(&self.orders[n].status) {
            return error("INVALID_TRANSITION", "id");
        }
        let units = self.units(n, requested.clone(), Item::returnable)?;
        if restock {
            let product = |item: &Option<usize>| self.orders[n].items[item.unwrap()].product;
            let entries = requested.iter().flatten().enumerate();
            let bad: Vec<String> = entries
                .filter(|(_, (item, _))| self.products[product(item)].stock.is_none())
                .map(|(entry, _)| format!("INVALID_INPUT items.{entry}.itemId"))
                .collect();
            if !bad.is_empty() {
                return Err(bad);
            }
        }
        for (i, units) in units.into_iter().enumerate() {
            self.orders[n].items[i].returned += units;
            if restock && units > 0 {
                self.stock(self.orders[n].items[i].product).quantity += units;
            }
        }
        self.orders[n].follow_units();
        Ok(())
    }

    fn check_pending(&self, n: usize, path: &str) -> Outcome {
        if self.orders[n].status == "PENDING" { Ok(()) } else { error("INVALID_INPUT", path) }
    }

    fn add_item(&mut self, n: usize, product: usize, quantity: i64) -> Outcome {
        if quantity < 1 {
            return error("INVALID_INPUT", "quantity");
        }
        self.check_pending(n, "orderId")?;
        self.reserve(&BTreeMap::from([(product, quantity)]), "quantity")?;
        let price = self.products[product].price;
        let items = &mut self.orders[n].items;
        match items.iter_mut().find(|item| item.product == product) {
            Some(item) => item.quantity += quantity,
            None => items.push(Item { product, price, quantity, ..Item::default() }),
        }
        Ok(())
    }

    fn update_item(&mut self, n: usize, i: usize, quantity: i64) -> Outcome {
        if quantity < 1 {
            return error("INVALID_INPUT", "quantity");
        }
        self.check_pending(n, "id")?;
        let Item { product, quantity: before, cancelled, .. } = self.orders[n].items[i];
        match quantity - before {
            0 => return Ok(()),
            _ if quantity <= cancelled => return error("INVALID_INPUT", "quantity"),
            more if more > 0 => self.reserve(&BTreeMap::from([(product, more)]), "quantity")?,
            less => self.stock(product).reserved += less,
        }
        self.orders[n].items[i].quantity = quantity;
        Ok(())
    }

    fn remove_item(&mut self, n: usize, i: usize) -> Outcome {
        self.check_pending(n, "id")?;
        let others = self.orders[n].items.iter().enumerate().filter(|(other, _)| *other != i);
        if others.map(|(_, item)| item.open()).sum::<i64>() == 0 {
            return error("INVALID_INPUT", "id");
        }
        let gone = self.orders[n].items.remove(i);
        if gone.open() > 0 {
            self.stock(gone.product).reserved -= gone.open();
        }
        Ok(())
    }

    fn delete(&mut self, n: usize) -> Outcome {
        if !["PENDING", "CANCELLED"].contains(&self.orders[n].status) {
            return error("INVALID_INPUT", "id");
        }
        let gone = self.orders.remove(n);
        for item in gone.items.iter().filter(|item| item.open() > 0) {
            self.stock(item.product).reserved -= item.open();
        }
        Ok(())
    }

    /// Returns the state as the server must report it.
    pub fn state(&self) -> Value {
        let money = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
        let item = |item: &Item| {
            json!({
                "id": item.id, "product": {"id": self.products[item.product].id}, "quantity": item.quantity,
                "quantityReserved": item.open(), "quantityOpen": item.open(),
                "quantityCancelled": item.cancelled, "quantityShipped": item.shipped,
                "quantityReturned": item.returned,
                "subtotal": money(item.price * (item.quantity - item.cancelled)),
            })
        };
        let order = |order: &Order| {
            json!({
                "id": order.id, "status": order.status, "nextStatuses": next_statuses(order.status),
                "totalAmount": money(order.sum(|item| item.price * (item.quantity - item.cancelled))),
                "returnedAmount": money(order.sum(|item| item.price * item.returned)),
                "items": {"nodes": order.items.iter().map(item).collect::<Vec<_>>()},
            })
        };
        let product = |product: &Product| {
            let stock = product.stock.as_ref();
            let inventory = stock.map(|Stock { id, quantity, reserved }| {
                json!({"id": id, "quantity": quantity, "reserved": reserved, "ledger": [quantity, reserved]})
            });
            json!({"id": product.id, "inventory": inventory})
        };
        json!({
            "orders": {"nodes": self.orders.iter().map(order).collect::<Vec<_>>()},
            "products": {"nodes": self.products.iter().map(product).collect::<Vec<_>>()},
        })
    }

    /// Takes the ids of new records from the state of the server.
    pub fn learn_ids(&mut self, state: &Value) {
        let id = |value: &Value| value["id"].as_str().unwrap_or_default().to_owned();
        for (n, order) in self.orders.iter_mut().enumerate() {
            let found = &state["orders"]["nodes"][n];
            for (i, item) in order.items.iter_mut().enumerate().filter(|(_, item)| item.id.is_empty()) {
                item.id = id(&found["items"]["nodes"][i]);
            }
        }
        for (n, product) in self.products.iter_mut().enumerate() {
            if let Some(stock) = product.stock.as_mut().filter(|stock| stock.id.is_empty()) {
                stock.id = id(&state["products"]["nodes"][n]["inventory"]);
            }
        }
    }
}
