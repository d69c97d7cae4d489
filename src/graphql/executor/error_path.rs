//! Response paths of errors. A path is computed when an error occurs, from closures that each batch nests
//! in those of its parent, so that successful values cost nothing.

use async_graphql::{
    Context, ContextSelectionSet, PathSegment, QueryPathNode, QueryPathSegment, ServerError,
};

/// Computes the response path of each value of a batch.
#[derive(Clone, Copy)]
pub struct ErrorPath<'a>(&'a (dyn Fn(usize) -> Vec<PathSegment> + Send + Sync));

impl<'a> ErrorPath<'a> {
    /// Wraps a function from the index of a value to its path.
    pub fn new(path: &'a (dyn Fn(usize) -> Vec<PathSegment> + Send + Sync)) -> Self {
        Self(path)
    }

    /// Returns the path of a value.
    pub fn value(&self, value: usize) -> Vec<PathSegment> {
        (self.0)(value)
    }

    /// Returns the path of a field of an object.
    pub fn field(&self, value: usize, response_key: &str) -> Vec<PathSegment> {
        let mut path = self.value(value);
        path.push(PathSegment::Field(response_key.to_owned()));
        path
    }

    /// Returns the path of an element of a list.
    pub fn element(&self, value: usize, index: usize) -> Vec<PathSegment> {
        let mut path = self.value(value);
        path.push(PathSegment::Index(index));
        path
    }
}

/// Returns the path of the value that async-graphql is resolving.
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

/// Returns the length of the path that async-graphql gives to an error of this field.
pub(super) fn depth(ctx: &Context<'_>) -> usize {
    nodes(ctx.path_node.as_ref()).count()
}

fn nodes<'a>(leaf: Option<&'a QueryPathNode<'a>>) -> impl Iterator<Item = &'a QueryPathNode<'a>> {
    std::iter::successors(leaf, |node| node.parent)
}

/// Returns the first segment of the path: the root field.
pub(super) fn root(ctx: &Context<'_>) -> Option<PathSegment> {
    match nodes(ctx.path_node.as_ref()).last()?.segment {
        QueryPathSegment::Name(name) => Some(PathSegment::Field(name.to_owned())),
        QueryPathSegment::Index(index) => Some(PathSegment::Index(index)),
    }
}

/// Replaces the first `depth` segments of the error's path, which lack the list indexes because async-graphql
/// does not execute the lists, with the full path.
pub(super) fn complete_path(mut error: ServerError, depth: usize, path: Vec<PathSegment>) -> ServerError {
    let below = error.path.split_off(depth.min(error.path.len()));
    error.path = path;
    error.path.extend(below);
    error
}

/// Copies an error to another position at the same depth of the response.
pub(super) fn replace_prefix(error: ServerError, path: Vec<PathSegment>) -> ServerError {
    complete_path(error, path.len(), path)
}
