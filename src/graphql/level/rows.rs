//! Rows that are there already: one, several, or perhaps one.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_list;
use async_graphql::{ContextSelectionSet, OutputType, PathSegment, Positioned, ServerResult, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::graphql::level::meter::goes_on;
use crate::graphql::level::related::gather;
use crate::graphql::level::{Entity, Level, Place, Plain, Texts, place, render};

/// One object.
pub struct Row<T>(Arc<Vec<T>>, usize);

/// A list of objects, none of them `null`.
pub struct Rows<T>(Arc<Vec<T>>);

/// A list of anything that is answered a level at a time.
pub struct List<L>(Arc<Vec<L>>);

impl<L> List<L> {
    pub fn new(values: Vec<L>) -> Self {
        Self(Arc::new(values))
    }
}

impl<L> Clone for List<L> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Row<T> {
    pub fn new(row: T) -> Self {
        Self(Arc::new(vec![row]), 0)
    }
}

impl<T> Deref for Row<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0[self.1]
    }
}

impl<T> Clone for Row<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), self.1)
    }
}

impl<T> Rows<T> {
    pub fn new(rows: Vec<T>) -> Self {
        Self(Arc::new(rows))
    }

    /// Each of them on its own.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<T>> {
        (0..self.0.len()).map(|n| Row(self.0.clone(), n))
    }
}

impl<T> Deref for Rows<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> Clone for Rows<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Entity> Level for Row<T> {
    fn absent() -> Option<Self> {
        None
    }

    fn render<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        place: Place<'a>,
    ) -> BoxFuture<'a, Texts> {
        async move {
            let rows: Vec<&T> = values.iter().map(|row| &**row).collect();
            render(ctx, &rows, place).await
        }
        .boxed()
    }
}

impl<L: Level> Level for Option<L> {
    fn absent() -> Option<Self> {
        Some(None)
    }

    fn render<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        place: Place<'a>,
    ) -> BoxFuture<'a, Texts> {
        async move {
            let there: Vec<usize> = (0..values.len()).filter(|n| values[*n].is_some()).collect();
            let found: Vec<L> = values.iter().flatten().cloned().collect();
            let place_of_found = |n: usize| place.of(there[n]);
            let found = L::render(ctx, &found, Place::new(&place_of_found)).await;
            let mut out = Texts::with_capacity(values.len(), found.buffer.len() + values.len() * 4);
            let mut next = 0;
            for value in values {
                let text = value.as_ref().map(|_| found.get(next));
                next += usize::from(value.is_some());
                match text {
                    Some(Ok(text)) => out.buffer.extend_from_slice(text),
                    None => out.buffer.extend_from_slice(b"null"),
                    Some(Err(error)) => {
                        ctx.add_error(error.clone());
                        out.buffer.extend_from_slice(b"null");
                    }
                }
                out.end();
            }
            out
        }
        .boxed()
    }
}

impl<T: Entity> Level for Rows<T> {
    fn absent() -> Option<Self> {
        Some(Self::new(Vec::new()))
    }

    fn render<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        place: Place<'a>,
    ) -> BoxFuture<'a, Texts> {
        async move {
            let rows: Vec<&T> = values.iter().flat_map(|list| list.0.iter()).collect();
            let lists = Lists::new(values.iter().map(|list| list.len()));
            let place_of_row = |n: usize| lists.place(place, n);
            let found = render(ctx, &rows, Place::new(&place_of_row)).await;
            let joined = lists.join(&found);
            goes_on(ctx, joined.buffer.len());
            joined
        }
        .boxed()
    }
}

impl<L: Level> Level for List<L> {
    fn absent() -> Option<Self> {
        Some(Self::new(Vec::new()))
    }

    fn render<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        place: Place<'a>,
    ) -> BoxFuture<'a, Texts> {
        async move {
            let all: Vec<L> = values.iter().flat_map(|list| list.0.iter().cloned()).collect();
            let lists = Lists::new(values.iter().map(|list| list.0.len()));
            let place_of_one = |n: usize| lists.place(place, n);
            let found = L::render(ctx, &all, Place::new(&place_of_one)).await;
            let joined = lists.join(&found);
            goes_on(ctx, joined.buffer.len());
            joined
        }
        .boxed()
    }
}

/// Where each of many lists ends, when all their elements stand in one row.
struct Lists {
    ends: Vec<usize>,
}

impl Lists {
    fn new(lengths: impl Iterator<Item = usize>) -> Self {
        let ends = lengths.scan(0, |end, length| {
            *end += length;
            Some(*end)
        });
        Self { ends: ends.collect() }
    }

    fn start(&self, list: usize) -> usize {
        if list == 0 { 0 } else { self.ends[list - 1] }
    }

    fn place(&self, lists: Place<'_>, element: usize) -> Vec<PathSegment> {
        let list = self.ends.partition_point(|end| *end <= element);
        lists.index(list, element - self.start(list))
    }

    /// The lists, of their elements. One that has a failed element fails.
    fn join(&self, elements: &Texts) -> Texts {
        let separators = elements.ends.len() + self.ends.len() * 2;
        let mut out = Texts::with_capacity(self.ends.len(), elements.buffer.len() + separators);
        'lists: for (list, end) in self.ends.iter().enumerate() {
            let start = out.buffer.len();
            out.buffer.push(b'[');
            for n in self.start(list)..*end {
                if n > self.start(list) {
                    out.buffer.push(b',');
                }
                match elements.get(n) {
                    Ok(text) => out.buffer.extend_from_slice(text),
                    Err(error) => {
                        out.fail(start, error.clone());
                        continue 'lists;
                    }
                }
            }
            out.buffer.push(b']');
            out.end();
        }
        out
    }
}

/// Answers a value that a resolver returned: with the rest of its level if one is being gathered,
/// otherwise on its own.
pub(super) async fn resolve<L: Level>(value: &L, ctx: &ContextSelectionSet<'_>) -> ServerResult<Value> {
    if gather(value) {
        return Ok(Value::Null);
    }
    let path = |_: usize| place::path(ctx);
    L::render(ctx, std::slice::from_ref(value), Place::new(&path)).await.into_value()
}

impl<T: Entity> OutputType for Row<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match ctx.data_opt::<Plain>() {
            None => resolve(self, ctx).await,
            Some(Plain) => T::resolve(self, ctx, field).await,
        }
    }
}

impl<T: Entity> OutputType for Rows<T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<Row<T>>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<Row<T>>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<Row<T>>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match ctx.data_opt::<Plain>() {
            None => resolve(self, ctx).await,
            Some(Plain) => resolve_list(ctx, field, self.iter(), Some(self.len())).await,
        }
    }
}

impl<L: Level> OutputType for List<L> {
    fn type_name() -> Cow<'static, str> {
        Vec::<L>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<L>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<L>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match ctx.data_opt::<Plain>() {
            None => resolve(self, ctx).await,
            Some(Plain) => resolve_list(ctx, field, self.0.iter(), Some(self.0.len())).await,
        }
    }
}
