//! The `Product` type: its columns, and their texts and rules in inputs. Runs no SQL.

use async_graphql::InputObject;

use crate::db::schema::products;
use crate::entity::columns_input::{ColumnInputs, InCreate};
use crate::entity::relation::{related, related_list};
use crate::entity::values::ColumnValues;
use crate::entity::{entity, rule};
use crate::error::UserError;
use crate::input::Form;
use crate::inventory::Inventory;
use crate::orders::OrderItem;
use crate::types::{Money, ProductId, Timestamp};

entity! {
    /// A product that can be ordered.
    pub struct Product in products by ProductId {
        /// The id of the product, such as `prd_7`.
        pub id: ProductId {
            key: "The id of the product, such as `prd_7`.",
        },
        /// The stock keeping unit. Unique among products; case-sensitive.
        pub sku: String {
            rule: rule::CODE,
            input: "The stock keeping unit: 1 to 100 characters after trimming. Must be unique among products;\n\
                case-sensitive.",
            key: "The SKU of the product; case-sensitive.",
            called: "SKU",
            filter: "Filters by SKU.",
            sort_indexed: "Sort by SKU, compared by Unicode code points.",
        },
        /// The barcode of the product; `null` if there is none. Unique among products; case-sensitive.
        pub barcode: Option<String> {
            rule: rule::CODE,
            input: "The barcode: at most 100 characters after trimming. Must be unique among products; case-sensitive.",
            key: "The barcode of the product; case-sensitive.",
            filter: "Filters by barcode.",
            sort: "Sort by barcode, compared by Unicode code points.",
        },
        /// The name of the product.
        pub name: String {
            rule: rule::NAME,
            input: "The name of the product: 1 to 200 characters after trimming.",
            set: "The name of the products: 1 to 200 characters after trimming.",
            filter: "Filters by name.",
            sort_indexed: "Sort by name, compared by Unicode code points.",
        },
        /// The description of the product; `null` if there is none.
        pub description: Option<String> {
            rule: rule::TEXT,
            input: "The description: at most 10,000 characters after trimming.",
            filter: "Filters by description.",
        },
        /// The price of one unit in new orders. Existing order items keep their price.
        pub price: Money {
            rule: rule::PRICE,
            create: "The price of one unit: 0 or more.",
            update: "The price of one unit: 0 or more. Existing order items keep their price.",
            filter: "Filters by the price of one unit.",
            sort_indexed: "Sort by the price of one unit.",
        },
        /// The date and time when the product was created.
        pub created_at: Timestamp {
            filter: "Filters by the date and time of creation.",
            sort_indexed: "Sort by the date and time of creation.",
        },
        /// The date and time when the product was last updated. Changes of its inventory do not count.
        pub updated_at: Timestamp {
            filter: "Filters by the date and time of the last update.",
            sort_indexed: "Sort by the date and time of the last update.",
        },
        /// The version of the product: 1 when created, incremented by every change. Pass it as `expectedVersion`
        /// for optimistic locking.
        pub version: i32,
    }
    relations {
        inventory by id {
            filter: related::<Inventory>(
                "product_id",
                "Filters by the inventory of the product. Products without an inventory never match; an empty filter\n\
                matches all others.",
            ),
        },
        order_items by id {
            filter: related_list::<OrderItem>("product_id", "Filters by the order items of the product."),
        },
    }
    referenced by {
        order_items.product_id,
    }
}

/// The input of `createProduct`.
#[derive(Debug, Clone, InputObject)]
pub struct CreateProductInput {
    #[graphql(flatten)]
    product: ColumnInputs<Product, InCreate>,
    /// The inventory to create with the product. If omitted, the product has no inventory and cannot be
    /// ordered.
    inventory: Option<CreateProductInventoryInput>,
}

/// The inventory of a new product.
#[derive(Debug, Clone, InputObject)]
pub struct CreateProductInventoryInput {
    #[graphql(flatten)]
    inventory: ColumnInputs<Inventory, InCreate>,
}

/// The validated input of `createProduct`.
#[derive(Debug, Clone)]
pub struct NewProduct {
    /// The values of the product.
    pub product: ColumnValues<Product>,
    /// The values of the inventory to create, if any.
    pub inventory: Option<ColumnValues<Inventory>>,
}

impl CreateProductInput {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid.
    pub fn parse(self) -> Result<NewProduct, Vec<UserError>> {
        let mut form = Form::default();
        let product = self.product.check(&mut form, "");
        let inventory = match self.inventory {
            Some(input) => input.inventory.check(&mut form, "inventory.").map(Some),
            None => Some(None),
        };
        form.finish(|| Some(NewProduct { product: product?, inventory: inventory? }))
    }
}
