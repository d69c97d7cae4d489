//! Where in the answer a value stands. Only asked for when something goes wrong, so nothing is kept
//! for it: a place is found by going back the way that the execution came.

use async_graphql::{
    Context, ContextSelectionSet, PathSegment, QueryPathNode, QueryPathSegment, ServerError,
};

/// Tells the path of each value of a level.
#[derive(Clone, Copy)]
pub struct ErrorPath<'a>(&'a (dyn Fn(usize) -> Vec<PathSegment> + Send + Sync));

impl<'a> ErrorPath<'a> {
    pub fn new(path: &'a (dyn Fn(usize) -> Vec<PathSegment> + Send + Sync)) -> Self {
        Self(path)
    }

    /// The path of the value of that number.
    pub fn of(&self, value: usize) -> Vec<PathSegment> {
        (self.0)(value)
    }

    /// The path of a field of that value.
    pub fn field(&self, value: usize, response_key: &str) -> Vec<PathSegment> {
        let mut path = self.of(value);
        path.push(PathSegment::Field(response_key.to_owned()));
        path
    }

    /// The path of an element of that value.
    pub fn index(&self, value: usize, index: usize) -> Vec<PathSegment> {
        let mut path = self.of(value);
        path.push(PathSegment::Index(index));
        path
    }
}

/// The path of what async-graphql is executing.
pub(super) fn path(ctx: &ContextSelectionSet<'_>) -> Vec<PathSegment> {
    let mut path: Vec<PathSegment> = nodes(ctx.path_node.as_ref())
        .map(|node| match node.segment {
            QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
            QueryPathSegment::Index(index) => PathSegment::Index(index),
        })
        .collect();
    path.reverse();
    path
}

/// How long a path is that async-graphql gives to an error of this field.
pub(super) fn depth(ctx: &Context<'_>) -> usize {
    nodes(ctx.path_node.as_ref()).count()
}

fn nodes<'a>(leaf: Option<&'a QueryPathNode<'a>>) -> impl Iterator<Item = &'a QueryPathNode<'a>> {
    std::iter::successors(leaf, |node| node.parent)
}

/// The field of the operation that async-graphql is executing.
pub(super) fn root(ctx: &Context<'_>) -> Option<PathSegment> {
    match nodes(ctx.path_node.as_ref()).last()?.segment {
        QueryPathSegment::Name(name) => Some(PathSegment::Field(name.to_owned())),
        QueryPathSegment::Index(index) => Some(PathSegment::Index(index)),
    }
}

/// Gives the error its full path: of the first `depth` segments, async-graphql knows only the names,
/// not the indexes.
pub(super) fn complete_path(
    mut error: ServerError,
    depth: usize,
    error_path: Vec<PathSegment>,
) -> ServerError {
    let below = error.path.split_off(depth.min(error.path.len()));
    error.path = error_path;
    error.path.extend(below);
    error
}

/// The error of a value that also stands at `place`, as deep in the answer as where it was found.
pub(super) fn replace_prefix(error: ServerError, error_path: Vec<PathSegment>) -> ServerError {
    complete_path(error, error_path.len(), error_path)
}
