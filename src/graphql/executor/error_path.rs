//! The response paths that async-graphql knows.

use async_graphql::{Context, ContextSelectionSet, PathSegment, QueryPathNode, QueryPathSegment};

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
