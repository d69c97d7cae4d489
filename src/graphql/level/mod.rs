//! Execution a level at a time. async-graphql boxes a future for every field of every object; here
//! all objects of one level of the query are answered together: their columns are written straight
//! from the rows, and a relation is loaded once for all of them.
//!
//! A resolver returns [`Row`], [`Rows`] or [`Related`] instead of the object itself. Everything
//! else, the schema, the arguments and the resolvers, stays async-graphql's, and the answer is the
//! one its own executor would give; [`Plain`] in the request's data makes it give it, for comparison.

mod collect;
mod columns;
mod meter;
mod place;
mod related;
mod rows;
mod variants;

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};

use async_graphql::parser::types::Field;
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, OutputType, Positioned, ServerError, ServerResult, Value,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::{Serialize, Serializer};

pub use meter::Meter;
pub use place::Place;
pub use related::{Key, One, Related};
pub use rows::{List, Row, Rows};
pub(crate) use variants::one_of;
pub use variants::{Mixed, OneOf};

use crate::graphql::json;
use crate::graphql::level::columns::Columns;
use crate::graphql::level::meter::{BYTES, ROWS, goes_on};
use crate::graphql::level::related::{Gathered, listen};

/// Put into the data of a request, leaves its execution to async-graphql.
pub struct Plain;

/// An object type whose rows are answered a level at a time.
pub trait Entity: ContainerType + Send + Sync + 'static {
    /// Serializes the fields that are ready in the row, under their names in the schema. The others
    /// go through their resolvers; so do all of them, where nothing is serialized.
    fn columns<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct NoColumns {}
        NoColumns {}.serialize(serializer)
    }
}

/// What is answered a level at a time: one row, several, or perhaps one.
pub trait Level: OutputType + Clone + Send + Sync + 'static {
    /// What stands where nothing was found; `None` where something must be found.
    fn absent() -> Option<Self>;

    /// The JSON of each of the values, in their order.
    fn render<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        place: Place<'a>,
    ) -> BoxFuture<'a, Texts>;
}

/// The JSON of many values in one buffer.
#[derive(Default)]
pub struct Texts {
    buffer: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    /// Those that could not be had, in order, each with the error that its parent is to deal with.
    failed: Vec<(usize, ServerError)>,
}

impl Texts {
    fn with_capacity(values: usize, bytes: usize) -> Self {
        Self { buffer: Vec::with_capacity(bytes), ends: Vec::with_capacity(values), failed: Vec::new() }
    }

    /// Every one of the values failed.
    fn all_failed(values: usize, error: &ServerError, place: Place<'_>) -> Self {
        let error = |n| ServerError { path: place.of(n), ..error.clone() };
        Self {
            buffer: Vec::new(),
            ends: vec![0; values],
            failed: (0..values).map(|n| (n, error(n))).collect(),
        }
    }

    /// What stands for values that nobody will see.
    fn blank(values: usize) -> Self {
        Self { buffer: Vec::new(), ends: vec![0; values], failed: Vec::new() }
    }

    fn get(&self, n: usize) -> Result<&[u8], &ServerError> {
        if !self.failed.is_empty()
            && let Ok(at) = self.failed.binary_search_by_key(&n, |(index, _)| *index)
        {
            return Err(&self.failed[at].1);
        }
        let start = if n == 0 { 0 } else { self.ends[n - 1] };
        Ok(&self.buffer[start..self.ends[n]])
    }

    /// Ends the text that was being written.
    fn end(&mut self) {
        self.ends.push(self.buffer.len());
    }

    /// Gives up the text that was begun at `start`.
    fn fail(&mut self, start: usize, error: ServerError) {
        self.buffer.truncate(start);
        self.failed.push((self.ends.len(), error));
        self.end();
    }

    /// The only value, for async-graphql to carry to the answer.
    fn into_value(mut self) -> ServerResult<Value> {
        match self.failed.pop() {
            Some((_, error)) => Err(error),
            None => Ok(Value::Binary(self.buffer.into())),
        }
    }
}

/// What a field is in each row of the level.
enum Slot {
    Column(usize),
    Typename,
    Cells { cells: Vec<Cell>, texts: Texts, nullable: bool },
}

/// What a field is in one row.
enum Cell {
    /// The text of this number.
    Text(usize),
    Value(Value),
    Failed(ServerError),
}

/// The JSON objects of the rows.
pub fn render<'a, T: Entity>(
    ctx: &'a ContextSelectionSet<'a>,
    rows: &'a [&'a T],
    place: Place<'a>,
) -> BoxFuture<'a, Texts> {
    async move {
        if rows.is_empty() {
            return Texts::default();
        }
        if !goes_on(ctx, 0) {
            return Texts::blank(rows.len());
        }
        let type_name = T::type_name();
        let fields = match collect::fields(ctx, &type_name) {
            Ok(fields) => fields,
            Err(error) => return Texts::all_failed(rows.len(), &error, place),
        };
        let mut columns = Columns::of(rows[0]);
        let mut slots = Vec::with_capacity(fields.len());
        for field in &fields {
            let name = field.node.name.node.as_str();
            let slot = if name == "__typename" {
                Slot::Typename
            } else if let Some(column) = columns.want(name) {
                Slot::Column(column)
            } else {
                let ctx = ctx.with_field(field);
                resolve_field(&ctx, rows, place, &type_name).await
            };
            slots.push((key(field), slot));
        }
        write(rows, &slots, &mut columns, &type_name, ctx)
    }
    .boxed()
}

fn key(field: &Positioned<Field>) -> Vec<u8> {
    let name = field.node.response_key().node.as_str();
    let mut key = Vec::with_capacity(name.len() + 3);
    key.push(b'"');
    key.extend_from_slice(name.as_bytes());
    key.extend_from_slice(b"\":");
    key
}

/// Puts the objects together.
fn write<T: Entity>(
    rows: &[&T],
    slots: &[(Vec<u8>, Slot)],
    columns: &mut Columns,
    type_name: &str,
    ctx: &ContextSelectionSet<'_>,
) -> Texts {
    let mut out = Texts::with_capacity(rows.len(), size(rows.len(), slots));
    let mut counted = 0;
    'rows: for (n, row) in rows.iter().enumerate() {
        let new = out.buffer.len() - counted;
        if n % ROWS == 0 || new > BYTES {
            if !goes_on(ctx, new) {
                return Texts::blank(rows.len());
            }
            counted = out.buffer.len();
        }
        columns.read(*row);
        let start = out.buffer.len();
        out.buffer.push(b'{');
        for (k, (key, slot)) in slots.iter().enumerate() {
            if k > 0 {
                out.buffer.push(b',');
            }
            out.buffer.extend_from_slice(key);
            match slot {
                Slot::Column(column) => out.buffer.extend_from_slice(columns.get(*column)),
                Slot::Typename => json::string(&mut out.buffer, type_name),
                Slot::Cells { cells, texts, nullable } => {
                    let text = match &cells[n] {
                        Cell::Text(index) => texts.get(*index),
                        Cell::Failed(error) => Err(error),
                        Cell::Value(value) => {
                            json::value(&mut out.buffer, value);
                            continue;
                        }
                    };
                    match text {
                        Ok(text) => out.buffer.extend_from_slice(text),
                        Err(error) if *nullable => {
                            ctx.add_error(error.clone());
                            out.buffer.extend_from_slice(b"null");
                        }
                        Err(error) => {
                            out.fail(start, error.clone());
                            continue 'rows;
                        }
                    }
                }
            }
        }
        out.buffer.push(b'}');
        out.end();
    }
    goes_on(ctx, out.buffer.len() - counted);
    out
}

/// How many bytes the rows are likely to take: to make room for them bit by bit would be to move what is
/// there each time.
fn size(rows: usize, slots: &[(Vec<u8>, Slot)]) -> usize {
    let sizes = slots.iter().map(|(key, slot)| match slot {
        Slot::Column(_) | Slot::Typename => rows * (key.len() + 32),
        Slot::Cells { texts, .. } => rows * (key.len() + 8) + texts.buffer.len(),
    });
    sizes.sum::<usize>() + rows * 3
}

/// Runs the resolver of a field for every row, or, where it says that a relation is to be loaded,
/// for the first only: the arguments are the same for all.
async fn resolve_field<T: Entity>(ctx: &Context<'_>, rows: &[&T], place: Place<'_>, type_name: &str) -> Slot {
    let response_key = ctx.item.node.response_key().node.as_str();
    let depth = place::depth(ctx);
    let mut gathered = Gathered::default();
    let mut cells = Vec::with_capacity(rows.len());
    for (n, row) in rows.iter().enumerate() {
        if n % ROWS == ROWS - 1 && !goes_on(ctx, 0) {
            cells.resize_with(rows.len(), || Cell::Value(Value::Null));
            break;
        }
        let known_errors = error_count(ctx);
        let mut resolving = std::pin::pin!(row.resolve_field(ctx));
        let heard = gathered.len();
        let outcome = match poll_once(resolving.as_mut(), &mut gathered).await {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => resolving.await,
        };
        if n == 0
            && let Some(relation) = gathered.take_relation::<T>()
        {
            let place = |n: usize| place.field(n, response_key);
            let place = Place::new(&place);
            let (of, texts) = relation.load(ctx, rows, place).await;
            share_errors(ctx, known_errors, &of, place);
            let cells = shared_cells(&of, &texts, place);
            return Slot::Cells { cells, texts, nullable: is_nullable(ctx, type_name) };
        }
        let relocate = |error: ServerError| place::relocate(error, depth, place.field(n, response_key));
        cells.push(match outcome {
            Ok(_) if gathered.len() > heard => Cell::Text(heard),
            Ok(value) => Cell::Value(value.unwrap_or_default()),
            Err(error) => Cell::Failed(relocate(error)),
        });
        relocate_errors(ctx, known_errors, relocate);
    }
    let row_of = rows_that_spoke(&cells);
    let place = |n: usize| place.field(row_of[n], response_key);
    let ctx_set = ctx.with_selection_set(&ctx.item.node.selection_set);
    let texts = gathered.render(&ctx_set, Place::new(&place)).await;
    // A resolver's error has been dealt with by the `Option` it returned, if it did.
    let nullable = !row_of.is_empty() && is_nullable(ctx, type_name);
    Slot::Cells { cells, texts, nullable }
}

/// The cells of rows that may share a text: `of` tells the number of each one's. Where it failed, it
/// failed for each of them, in its own place.
fn shared_cells(of: &[usize], texts: &Texts, place: Place<'_>) -> Vec<Cell> {
    if texts.failed.is_empty() {
        return of.iter().copied().map(Cell::Text).collect();
    }
    let cell = |(n, text): (usize, &usize)| match texts.get(*text) {
        Ok(_) => Cell::Text(*text),
        Err(error) => Cell::Failed(place::move_to(error.clone(), place.of(n))),
    };
    of.iter().enumerate().map(cell).collect()
}

/// An error inside of a text, which made something in it `null`, is one of every row that shares it.
fn share_errors(ctx: &Context<'_>, known: usize, of: &[usize], place: Place<'_>) {
    let Ok(mut errors) = ctx.query_env.errors.lock() else { return };
    if errors.len() == known {
        return;
    }
    let inside = errors[known..].to_vec();
    let mut first = Vec::new();
    for (n, text) in of.iter().enumerate() {
        // Texts are numbered as they are first met.
        if *text == first.len() {
            first.push(place.of(n));
            continue;
        }
        let of_text = inside.iter().filter(|error| error.path.starts_with(&first[*text]));
        errors.extend(of_text.map(|error| place::move_to(error.clone(), place.of(n))));
    }
}

/// For each value that was gathered, the row it came from.
fn rows_that_spoke(cells: &[Cell]) -> Vec<usize> {
    cells.iter().enumerate().filter(|(_, cell)| matches!(cell, Cell::Text(_))).map(|(n, _)| n).collect()
}

/// Polls a resolver once. What it would render is gathered instead, to be rendered with the others.
fn poll_once<F: Future>(
    mut future: Pin<&mut F>,
    gathered: &mut Gathered,
) -> impl Future<Output = Poll<F::Output>> {
    std::future::poll_fn(move |cx: &mut task::Context<'_>| {
        Poll::Ready(listen(gathered, || future.as_mut().poll(cx)))
    })
}

fn is_nullable(ctx: &Context<'_>, type_name: &str) -> bool {
    let field = ctx.item.node.name.node.as_str();
    let meta = ctx.schema_env.registry.types.get(type_name).and_then(|ty| ty.field_by_name(field));
    meta.is_some_and(|meta| !meta.ty.ends_with('!'))
}

fn error_count(ctx: &Context<'_>) -> usize {
    ctx.query_env.errors.lock().map_or(0, |errors| errors.len())
}

/// Fields of the operation are executed side by side: what the others added meanwhile stays as it is.
fn relocate_errors(ctx: &Context<'_>, known: usize, relocate: impl Fn(ServerError) -> ServerError) {
    let Ok(mut errors) = ctx.query_env.errors.lock() else { return };
    if errors.len() > known {
        let root = place::root(ctx);
        for error in errors[known..].iter_mut().filter(|error| error.path.first() == root.as_ref()) {
            *error = relocate(error.clone());
        }
    }
}
