//! Answers, and whether two of them say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// JSON that knows the order of its keys, and whether one is there twice.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub fn parse(text: &[u8]) -> Self {
        serde_json::from_slice(text)
            .unwrap_or_else(|error| panic!("{error} in {}", String::from_utf8_lossy(text)))
    }

    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            Self::List(items) => items.get(key.parse::<usize>().ok()?),
            _ => None,
        }
    }

    fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(number) => f.write_str(number),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(items) => {
                f.write_str("[")?;
                for (n, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if n > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Object(fields) => {
                f.write_str("{")?;
                for (n, (key, value)) in fields.iter().enumerate() {
                    write!(f, "{}{key:?}:{value}", if n > 0 { "," } else { "" })?;
                }
                f.write_str("}")
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Json;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(Json::Number(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
                Ok(Json::Number(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
                Ok(Json::Number(format!("{value:?}")))
            }

            fn visit_str<E>(self, text: &str) -> Result<Json, E> {
                Ok(Json::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Json::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
                let mut fields: Vec<(String, Json)> = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Json>()? {
                    if fields.iter().any(|(known, _)| *known == key) {
                        return Err(serde::de::Error::custom(format!("the key {key:?} is there twice")));
                    }
                    fields.push((key, value));
                }
                Ok(Json::Object(fields))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// What a request came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// `None` where the request was rejected, and nothing was executed.
    pub data: Option<Json>,
    pub errors: Vec<Fault>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Message, locations and extensions.
    what: String,
    /// The same without what is only ours to say of a request that was rejected.
    why: String,
    pub path: Vec<String>,
}

impl Answer {
    /// Of a body as the server sends it.
    pub fn parse(body: &[u8]) -> Self {
        let body = Json::parse(body);
        let errors = body.get("errors").map_or(&[][..], Json::items);
        Self { data: body.get("data").cloned(), errors: errors.iter().map(Fault::new).collect() }
    }

    /// Of async-graphql's own. It has `null` for the data of a request that it rejects.
    pub fn of(response: &async_graphql::Response) -> Self {
        let mut answer = Self::parse(&serde_json::to_vec(response).unwrap());
        if answer.data == Some(Json::Null)
            && !answer.errors.is_empty()
            && answer.errors.iter().all(|error| error.path.is_empty())
        {
            answer.data = None;
        }
        answer
    }

    /// Where in the data there is a `null` for which there are errors, with these. An error that
    /// stands for no `null` is wrong.
    fn nulls(&self) -> Result<BTreeMap<Vec<String>, Vec<&Fault>>, String> {
        let mut nulls: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for error in &self.errors {
            let mut at = self.data.as_ref();
            let mut steps = error.path.iter();
            let mut place = Vec::new();
            while !matches!(at, Some(Json::Null)) {
                let Some(step) = steps.next() else { return Err(format!("no null for {error:?}")) };
                at = at.and_then(|value| value.get(step));
                if at.is_none() {
                    return Err(format!("nothing is at {place:?} {step:?}, where there is {error:?}"));
                }
                place.push(step.clone());
            }
            nulls.entry(place).or_default().push(error);
        }
        Ok(nulls)
    }
}

impl Fault {
    fn new(error: &Json) -> Self {
        let part = |key: &str| error.get(key).unwrap_or(&Json::Null);
        let text = |json: &Json| match json {
            Json::Text(text) => text.clone(),
            other => other.to_string(),
        };
        let why = format!("{} at {}", part("message"), part("locations"));
        let what = format!("{why} with {}", part("extensions"));
        Self { what, why, path: part("path").items().iter().map(text).collect() }
    }
}

/// How closely the errors of two answers can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closeness {
    /// The same errors for the same `null`s.
    Exact,
    /// Errors for the same `null`s. Of several that make the same thing `null`, which are told is
    /// open: the specification lets an executor stop at the first, and async-graphql stops at the
    /// one that it comes to first.
    Places,
}

/// How the answers differ, if they do.
pub fn difference(ours: &Answer, theirs: &Answer, closeness: Closeness) -> Option<String> {
    match (&ours.data, &theirs.data) {
        (None, None) => {
            let whys = |answer: &Answer| answer.errors.iter().map(|e| e.why.clone()).collect::<BTreeSet<_>>();
            let (ours, theirs) = (whys(ours), whys(theirs));
            (ours != theirs).then(|| format!("rejected for {ours:?}, and by async-graphql for {theirs:?}"))
        }
        (Some(our_data), Some(their_data)) => data_difference(our_data, their_data, &mut Vec::new())
            .or_else(|| error_difference(ours, theirs, closeness).err()),
        (None, Some(_)) => Some("rejected, and not by async-graphql".to_owned()),
        (Some(_), None) => Some("not rejected, but by async-graphql".to_owned()),
    }
}

fn data_difference(ours: &Json, theirs: &Json, path: &mut Vec<String>) -> Option<String> {
    match (ours, theirs) {
        (Json::Object(our_fields), Json::Object(their_fields)) => {
            let keys =
                |fields: &[(String, Json)]| fields.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
            let (our_keys, their_keys) = (keys(our_fields), keys(their_fields));
            if our_keys != their_keys {
                return Some(format!("at {path:?} the keys {our_keys:?}, and not {their_keys:?}"));
            }
            our_fields.iter().zip(their_fields).find_map(|((key, ours), (_, theirs))| {
                path.push(key.clone());
                let found = data_difference(ours, theirs, path);
                path.pop();
                found
            })
        }
        (Json::List(our_items), Json::List(their_items)) if our_items.len() == their_items.len() => {
            our_items.iter().zip(their_items).enumerate().find_map(|(n, (ours, theirs))| {
                path.push(n.to_string());
                let found = data_difference(ours, theirs, path);
                path.pop();
                found
            })
        }
        (ours, theirs) if ours == theirs => None,
        (ours, theirs) => Some(format!("at {path:?} there is {ours}, and not {theirs}")),
    }
}

/// The most errors that we tell.
const MOST_ERRORS: usize = 10;

fn error_difference(ours: &Answer, theirs: &Answer, closeness: Closeness) -> Result<(), String> {
    let (our_nulls, mut their_nulls) = (ours.nulls()?, theirs.nulls()?);
    // Of many errors only the first are told, and only those can be compared.
    let is_cut = ours.errors.len() == MOST_ERRORS;
    if is_cut {
        their_nulls.retain(|place, _| our_nulls.contains_key(place));
    }
    let places = |nulls: &BTreeMap<Vec<String>, _>| nulls.keys().cloned().collect::<Vec<_>>();
    if places(&our_nulls) != places(&their_nulls) {
        let (ours, theirs) = (places(&our_nulls), places(&their_nulls));
        return Err(format!("errors for the nulls at {ours:?}, and not at {theirs:?}"));
    }
    if closeness == Closeness::Places {
        return Ok(());
    }
    for (ours, theirs) in our_nulls.values().zip(their_nulls.values()) {
        let whats = |errors: &[&Fault]| errors.iter().map(|e| e.what.clone()).collect::<BTreeSet<_>>();
        let same = if is_cut { whats(ours).is_subset(&whats(theirs)) } else { whats(ours) == whats(theirs) };
        if !same {
            return Err(format!("the errors {ours:?}, and not {theirs:?}"));
        }
        // async-graphql cuts the path off at the outermost list; ours goes all the way.
        let known = |error: &&&Fault| theirs.iter().any(|their| error.path.starts_with(&their.path));
        if let Some(error) = ours.iter().find(|error| !known(error)) {
            return Err(format!("the path of {error:?}, and not those of {theirs:?}"));
        }
    }
    Ok(())
}
