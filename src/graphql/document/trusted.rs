//! Trusted documents: with a manifest, no other document is executed. Requests refer to a document by its
//! id in the manifest, by the SHA-256 hash of its text, or by its text.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs};

use async_graphql::ServerError;
use serde_json::{Map, Value};

use crate::graphql::document::persisted::{Hash, hash, parse_hash};
use crate::graphql::document::refusal::refused;
use crate::graphql::document::validator::Document;
use crate::graphql::request::Request;

/// The ids and texts of the trusted documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest(Vec<(String, String)>);

/// An unreadable or invalid manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestError {
    path: PathBuf,
    problems: Vec<String>,
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the trusted documents in {} cannot be used:\n{}",
            self.path.display(),
            self.problems.join("\n")
        )
    }
}

impl std::error::Error for ManifestError {}

impl ManifestError {
    /// Creates an error for the manifest at `path`.
    pub(super) fn new(path: &Path, problems: Vec<String>) -> Self {
        Self { path: path.to_owned(), problems }
    }
}

impl Manifest {
    /// Reads a manifest from a file.
    pub fn read(path: &Path) -> Result<Self, ManifestError> {
        let text =
            fs::read_to_string(path).map_err(|error| ManifestError::new(path, vec![error.to_string()]))?;
        Self::parse(&text).map_err(|problem| ManifestError::new(path, vec![problem]))
    }

    /// Parses a JSON object of texts by id, as written by relay-compiler and graphql-codegen, or an Apollo
    /// operation manifest.
    fn parse(text: &str) -> Result<Self, String> {
        let manifest: Map<String, Value> =
            serde_json::from_str(text).map_err(|error| format!("the file is not a JSON object: {error}"))?;
        let documents = match manifest.get("operations") {
            Some(Value::Array(operations)) => apollo(&manifest, operations)?,
            _ => manifest.into_iter().map(flat).collect::<Result<_, _>>()?,
        };
        if documents.is_empty() {
            Err("the manifest has no documents".to_owned())
        } else {
            Ok(Self(documents))
        }
    }

    /// Returns the ids and texts.
    pub(super) fn documents(&self) -> &[(String, String)] {
        &self.0
    }
}

fn flat((id, text): (String, Value)) -> Result<(String, String), String> {
    match text {
        Value::String(text) => Ok((id, text)),
        _ => Err(format!("the value of {id:?} must be the text of a document")),
    }
}

fn apollo(manifest: &Map<String, Value>, operations: &[Value]) -> Result<Vec<(String, String)>, String> {
    let is_known = manifest.get("format").and_then(Value::as_str) == Some("apollo-persisted-query-manifest")
        && manifest.get("version").and_then(Value::as_u64) == Some(1);
    if !is_known {
        return Err("a manifest with `operations` must have the format \"apollo-persisted-query-manifest\" and the version 1".to_owned());
    }
    let part = |n: usize, name: &str| {
        let part = operations[n].get(name).and_then(Value::as_str).map(str::to_owned);
        part.ok_or_else(|| format!("operations[{n}] has no {name}"))
    };
    (0..operations.len()).map(|n| Ok((part(n, "id")?, part(n, "body")?))).collect()
}

/// The validated trusted documents.
#[derive(Default)]
pub struct Trusted {
    by_id: HashMap<String, Arc<Document>>,
    by_hash: HashMap<Hash, Arc<Document>>,
}

impl Trusted {
    /// Adds a validated document under its id and hash.
    pub(super) fn add(&mut self, id: &str, text: &str, document: Document) {
        // Several ids can have the same text, which then share one document.
        let document = self.by_hash.entry(hash(text)).or_insert_with(|| Arc::new(document));
        self.by_id.insert(id.to_owned(), document.clone());
    }

    /// Returns all documents.
    pub(super) fn documents(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.by_hash.values()
    }

    /// Returns the document of a request.
    pub(super) fn find(&self, request: &Request) -> Result<Arc<Document>, ServerError> {
        let persisted = request.extensions.persisted_query.as_ref().map(|query| query.sha256_hash.as_str());
        let named = request.document_id.as_deref().or(persisted).map(|id| self.named(id)).transpose()?;
        let text = request.query.as_deref().filter(|text| !text.is_empty());
        let sent = text.map(|text| self.sent(text)).transpose()?;
        match (named, sent) {
            (Some(named), Some(sent)) if !Arc::ptr_eq(&named, &sent) => Err(refused(
                "the query and the id identify different documents: send one of them",
                "BAD_REQUEST",
                None,
            )),
            (Some(document), _) | (None, Some(document)) => Ok(document),
            (None, None) => Err(refused(
                "the request has no document: send the id, the hash or the text of a trusted document",
                "BAD_REQUEST",
                None,
            )),
        }
    }

    fn named(&self, id: &str) -> Result<Arc<Document>, ServerError> {
        let digits = id.strip_prefix("sha256:").unwrap_or(id);
        let found = self.by_id.get(id).or_else(|| self.by_hash.get(&parse_hash(digits)?));
        found.cloned().ok_or_else(|| {
            let message = "no trusted document has this id, and this server executes trusted documents only";
            refused(message, "PERSISTED_QUERY_NOT_IN_LIST", None)
        })
    }

    fn sent(&self, text: &str) -> Result<Arc<Document>, ServerError> {
        self.by_hash.get(&hash(text)).cloned().ok_or_else(|| {
            let message =
                "the query is not a trusted document, and this server executes trusted documents only";
            refused(message, "QUERY_NOT_IN_SAFELIST", None)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_manifests_of_three_tools() {
        let documents = [("a1".to_owned(), "{ __typename }".to_owned())];
        let flat = r#"{"a1": "{ __typename }"}"#;
        let apollo = r#"{"format": "apollo-persisted-query-manifest", "version": 1, "operations":
            [{"id": "a1", "name": "Q", "type": "query", "body": "{ __typename }"}]}"#;
        for manifest in [flat, apollo] {
            assert_eq!(Manifest::parse(manifest).unwrap().documents(), documents);
        }
    }

    #[test]
    fn rejects_invalid_manifests() {
        for (text, part) in [
            ("", "not a JSON object"),
            ("[]", "not a JSON object"),
            ("{}", "no documents"),
            (r#"{"a": 1}"#, "the value of \"a\" must be the text of a document"),
            (r#"{"operations": []}"#, "must have the format \"apollo-persisted-query-manifest\""),
            (
                r#"{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}"#,
                "must have the format \"apollo-persisted-query-manifest\"",
            ),
            (
                r#"{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a"}]}"#,
                "operations[0] has no body",
            ),
        ] {
            let problem = Manifest::parse(text).unwrap_err();
            assert!(problem.contains(part), "{text}: {problem}");
        }
    }
}
