//! Generates documents from the schema and a sequence of numbers. The same numbers generate the same
//! document, and fewer or smaller numbers a simpler one, so that proptest shrinks a failing document.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use async_graphql::parser::types::{BaseType, Type};
use serde_json::{Value, json};

use crate::executor::schema::{Argument, Field, Schema, SchemaType, named_type};

/// The kinds of documents. They are separate because the executors are comparable only for documents of one
/// kind at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// Response keys occur several times, with different selection sets, and no field fails: async-graphql
    /// runs such a field once for each occurrence, and merges the results differently if one fails.
    RepeatedKeys,
    /// One field fails: the errors are compared exactly.
    OneError,
    /// Several fields fail: the executors may report different ones.
    SeveralErrors,
}

/// A request with a generated document.
#[derive(Debug, Clone)]
pub struct Document {
    pub text: String,
    pub variables: Value,
    /// The selected fields, as `Type.field`.
    pub selected_fields: BTreeSet<String>,
}

/// Values of a database that documents use as arguments.
#[derive(Default)]
pub struct SampleValues {
    /// Ids by object type.
    pub ids: BTreeMap<String, Vec<String>>,
    /// Values of fields of type `String`, by field name.
    pub texts: BTreeMap<String, Vec<String>>,
    /// Cursors, by the type of the connection and the literal of its `orderBy`.
    pub cursors: HashMap<(String, String), Vec<String>>,
}

/// A value in a document.
#[derive(Debug, Clone)]
enum Literal {
    Json(Value),
    Enum(String),
    Variable(String),
    List(Vec<Literal>),
    Object(Vec<(String, Literal)>),
}

impl Literal {
    fn write(&self) -> String {
        match self {
            Self::Json(value) => value.to_string(),
            Self::Enum(name) => name.clone(),
            Self::Variable(name) => format!("${name}"),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::write).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Object(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|(key, value)| format!("{key}: {}", value.write())).collect();
                format!("{{{}}}", fields.join(", "))
            }
        }
    }

    /// Returns the literal as the value of a variable.
    fn json(&self) -> Value {
        match self {
            Self::Json(value) => value.clone(),
            Self::Enum(name) | Self::Variable(name) => json!(name),
            Self::List(items) => items.iter().map(Self::json).collect(),
            Self::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), value.json())).collect(),
        }
    }
}

/// The sequence of numbers. After its end, every number is 0, which selects the simplest alternative.
struct Choices<'a>(std::slice::Iter<'a, u16>);

impl Choices<'_> {
    fn next(&mut self) -> usize {
        self.0.next().copied().unwrap_or(0).into()
    }

    fn below(&mut self, n: usize) -> usize {
        self.next() % n.max(1)
    }

    /// Returns true with a probability of `chance` percent, and false after the end of the numbers.
    fn percent(&mut self, chance: usize) -> bool {
        self.next() % 100 >= 100 - chance
    }

    fn of<'v, T>(&mut self, values: &'v [T]) -> Option<&'v T> {
        values.get(self.below(values.len()))
    }
}

/// A selection of a field, which another part of the document may repeat.
#[derive(Clone)]
struct SelectedField {
    parent: String,
    key: String,
    field: String,
    arguments: String,
}

struct Fragment {
    name: String,
    on: String,
    body: String,
    cost: usize,
}

/// The maximum depth of selection sets.
const MAX_DEPTH: usize = 9;
/// The maximum number of fields, with fragments expanded.
const MAX_FIELDS: usize = 90;

pub struct DocumentGenerator<'a> {
    schema: &'a Schema,
    samples: &'a SampleValues,
    choices: Choices<'a>,
    kind: DocumentKind,
    /// The number of invalid values still to be generated.
    remaining_errors: usize,
    /// The field and arguments of each response key in the document.
    keys: HashMap<String, (String, String)>,
    selected: Vec<SelectedField>,
    fragments: Vec<Fragment>,
    variables: Vec<String>,
    values: serde_json::Map<String, Value>,
    fields: usize,
    selected_fields: BTreeSet<String>,
    /// Whether the current value is that of a variable, which contains no variables.
    inside_variable: bool,
}

impl<'a> DocumentGenerator<'a> {
    pub fn new(schema: &'a Schema, samples: &'a SampleValues, choices: &'a [u16]) -> Self {
        let mut choices = Choices(choices.iter());
        let kind = [DocumentKind::RepeatedKeys, DocumentKind::OneError, DocumentKind::SeveralErrors]
            [choices.below(3)];
        let remaining_errors = match kind {
            DocumentKind::RepeatedKeys => 0,
            DocumentKind::OneError => 1,
            DocumentKind::SeveralErrors => 2 + choices.below(4),
        };
        Self {
            schema,
            samples,
            choices,
            kind,
            remaining_errors,
            keys: HashMap::new(),
            selected: Vec::new(),
            fragments: Vec::new(),
            variables: Vec::new(),
            values: serde_json::Map::new(),
            fields: 0,
            selected_fields: BTreeSet::new(),
            inside_variable: false,
        }
    }

    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// Generates a query.
    pub fn query(mut self) -> Document {
        let body = self.selections("Query", MAX_DEPTH);
        self.document("query", &body)
    }

    /// Generates a mutation with the given root fields and arguments.
    pub fn mutation(mut self, fields: &[(&str, &str)]) -> Document {
        self.remaining_errors = 0;
        let mut body = "{".to_owned();
        for (n, (field, arguments)) in fields.iter().enumerate() {
            let payload = named_type(&self.schema.field("Mutation", field).ty).to_owned();
            let selections = self.selections(&payload, MAX_DEPTH - 1);
            // Unique response keys, because async-graphql runs a repeated mutation twice.
            let _ = write!(body, " m{n}: {field}({arguments}) {selections}");
        }
        body.push_str(" }");
        self.document("mutation", &body)
    }

    fn document(mut self, operation: &str, body: &str) -> Document {
        let mut text = operation.to_owned();
        if self.choices.percent(30) {
            text.push_str(" Asked");
        }
        if !self.variables.is_empty() {
            let _ = write!(text, "({})", self.variables.join(", "));
        }
        let _ = write!(text, " {body}");
        for Fragment { name, on, body, .. } in &self.fragments {
            let _ = write!(text, "\nfragment {name} on {on} {body}");
        }
        Document { text, variables: Value::Object(self.values), selected_fields: self.selected_fields }
    }

    /// Generates a selection set for a type.
    fn selections(&mut self, ty: &str, depth: usize) -> String {
        let mut out = "{".to_owned();
        let count = 1 + self.choices.below(4);
        for _ in 0..count {
            let selection = self.selection(ty, depth);
            let _ = write!(out, " {selection}");
        }
        out.push_str(" }");
        out
    }

    fn selection(&mut self, ty: &str, depth: usize) -> String {
        if depth > 1 && self.fields < MAX_FIELDS {
            match self.choices.below(12) {
                9 => return self.inline_fragment(ty, depth - 1),
                10 => return self.spread(ty, depth - 1),
                11 => return self.typename(),
                _ => {}
            }
        }
        self.field(ty, depth)
    }

    fn typename(&mut self) -> String {
        // Literal conditions only: async-graphql does not find variables in the directives of `__typename`.
        let directives = self.directives(true);
        let key = self.key("__typename", "", false);
        format!("{key}{directives}")
    }

    fn inline_fragment(&mut self, ty: &str, depth: usize) -> String {
        let conditions = self.schema.conditions(ty);
        let on = match self.choices.below(conditions.len() + 1) {
            0 => None,
            n => Some(conditions[n - 1].to_owned()),
        };
        let directives = self.directives(false);
        let body = self.selections(on.as_deref().unwrap_or(ty), depth);
        let on = on.map(|on| format!("on {on}")).unwrap_or_default();
        format!("... {on}{directives} {body}")
    }

    fn spread(&mut self, ty: &str, depth: usize) -> String {
        let conditions = self.schema.conditions(ty);
        let on = conditions[self.choices.below(conditions.len())].to_owned();
        let directives = self.directives(false);
        let again = self.kind == DocumentKind::RepeatedKeys && self.choices.percent(50);
        let known = self.fragments.iter().find(|fragment| fragment.on == on).filter(|_| again);
        if let Some(Fragment { name, cost, .. }) = known
            && self.fields + cost < MAX_FIELDS
        {
            self.fields += cost;
            return format!("...{name}{directives}");
        }
        let before = self.fields;
        let body = self.selections(&on, depth);
        let name = format!("F{}", self.fragments.len());
        let spread = format!("...{name}{directives}");
        self.fragments.push(Fragment { name, on, body, cost: self.fields - before });
        spread
    }

    fn field(&mut self, ty: &str, depth: usize) -> String {
        self.fields += 1;
        let repeated = if self.kind == DocumentKind::RepeatedKeys && depth > 1 && self.choices.percent(25) {
            let known: Vec<&SelectedField> =
                self.selected.iter().filter(|selected| selected.parent == ty).collect();
            self.choices.of(&known).map(|selected| (*selected).clone())
        } else {
            None
        };
        let (key, field, arguments) = match repeated {
            Some(SelectedField { key, field, arguments, .. }) => {
                (key, self.schema.field(ty, &field).clone(), arguments)
            }
            None => {
                let Some(field) = self.pick_field(ty, depth) else { return self.typename() };
                let arguments = self.arguments(ty, &field);
                let is_composite = self.schema.is_composite(named_type(&field.ty));
                let key = self.key(&field.name, &arguments, is_composite);
                let selected = SelectedField {
                    parent: ty.to_owned(),
                    key: key.clone(),
                    field: field.name.clone(),
                    arguments: arguments.clone(),
                };
                self.selected.push(selected);
                (key, field, arguments)
            }
        };
        self.selected_fields.insert(format!("{ty}.{}", field.name));
        let directives = self.directives(false);
        let below = named_type(&field.ty);
        let body = if self.schema.is_composite(below) {
            format!(" {}", self.selections(below, depth - 1))
        } else {
            String::new()
        };
        format!("{key}{arguments}{directives}{body}")
    }

    /// Picks a field of a type: a leaf at the maximum depth and at the maximum number of fields.
    fn pick_field(&mut self, ty: &str, depth: usize) -> Option<Field> {
        let is_low = depth <= 1 || self.fields >= MAX_FIELDS;
        let is_composite = |field: &&Field| self.schema.is_composite(named_type(&field.ty));
        let (composite, leaf): (Vec<&Field>, Vec<&Field>) =
            self.schema.fields(ty).iter().partition(is_composite);
        let from = if !is_low && (leaf.is_empty() || self.choices.percent(60)) { composite } else { leaf };
        self.choices.of(&from).map(|field| (*field).clone())
    }

    /// Returns a response key, with an alias if one is needed and sometimes if not. In the whole document, a
    /// key has one field and one set of arguments, so that fields of one key can always be merged.
    fn key(&mut self, field: &str, arguments: &str, is_composite: bool) -> String {
        let meaning = (field.to_owned(), arguments.to_owned());
        let must_be_new = is_composite && self.kind != DocumentKind::RepeatedKeys;
        let mut tries = vec![field.to_owned()];
        if self.choices.percent(15) {
            // The name of another field as an alias.
            let others = ["id", "name", "nodes", "total", "__typename_", "ordersOfThis", "a"];
            let other = self.choices.of(&others).copied().unwrap_or("a");
            tries.insert(0, other.to_owned());
        }
        for key in tries {
            let is_free = match self.keys.get(&key) {
                None => true,
                Some(known) => !must_be_new && *known == meaning,
            };
            if is_free {
                self.keys.insert(key.clone(), meaning);
                return if key == field { key } else { format!("{key}: {field}") };
            }
        }
        let key = format!("k{}", self.keys.len());
        self.keys.insert(key.clone(), meaning);
        format!("{key}: {field}")
    }

    fn directives(&mut self, literal: bool) -> String {
        if !self.choices.percent(12) {
            return String::new();
        }
        let one = self.directive(literal);
        if self.choices.percent(10) {
            let other = if one.contains("@skip") { " @include(if: true)" } else { " @skip(if: false)" };
            return one + other;
        }
        one
    }

    fn directive(&mut self, literal: bool) -> String {
        let name = if self.choices.percent(40) { "skip" } else { "include" };
        let is_true = (name == "include") != self.choices.percent(35);
        if literal || self.choices.percent(40) {
            return format!(" @{name}(if: {is_true})");
        }
        let variable = self.variable("Boolean!", Some(json!(is_true)));
        format!(" @{name}(if: ${variable})")
    }

    /// Declares a variable.
    fn variable(&mut self, ty: &str, value: Option<Value>) -> String {
        let name = format!("v{}", self.variables.len());
        self.variables.push(format!("${name}: {ty}"));
        if let Some(value) = value {
            self.values.insert(name.clone(), value);
        }
        name
    }

    fn arguments(&mut self, parent: &str, field: &Field) -> String {
        let mut given = self.argument_values(parent, field);
        if self.choices.percent(10) {
            given.reverse();
        }
        let given: Vec<String> =
            given.iter().map(|(name, value)| format!("{name}: {}", value.write())).collect();
        if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) }
    }

    fn argument_values(&mut self, parent: &str, field: &Field) -> Vec<(String, Literal)> {
        let of = self.entity(named_type(&field.ty)).unwrap_or_default();
        let find = |name: &str| field.arguments.iter().find(|argument| argument.name == name);
        // An error at the root discards the whole response, so most are generated further down.
        let chance = if parent == "Query" { 4 } else { 60 };
        let is_wrong =
            self.remaining_errors > 0 && !field.arguments.is_empty() && self.choices.percent(chance);
        let mut given: Vec<(String, Literal)> = Vec::new();
        for argument in &field.arguments {
            if ["first", "last", "after", "before", "orderBy"].contains(&argument.name.as_str()) {
                continue;
            }
            if argument.required || self.choices.percent(30) {
                let value = self.value_or_variable(&argument.ty, &argument.name, &of, 0);
                given.push((argument.name.clone(), value));
            }
        }
        let mut order = String::new();
        if let Some(argument) = find("orderBy")
            && self.choices.percent(40)
        {
            let value = self.value(&argument.ty, "orderBy", &of, 0);
            order = value.write();
            given.push(("orderBy".to_owned(), value));
        }
        let connection = named_type(&field.ty).to_owned();
        let cursors = self.samples.cursors.get(&(connection, order)).map_or(&[][..], Vec::as_slice);
        for name in ["after", "before"] {
            if let Some(argument) = find(name)
                && self.choices.percent(15)
                && let Some(cursor) = self.choices.of(cursors)
            {
                let cursor = Literal::Json(json!(cursor));
                let value = self.maybe_variable(&argument.ty, cursor);
                given.push((name.to_owned(), value));
            }
        }
        if let Some(size) = self.page_size(field, is_wrong) {
            given.push(size);
        } else if is_wrong {
            self.make_invalid(field, &mut given);
        }
        given
    }

    fn page_size(&mut self, field: &Field, is_wrong: bool) -> Option<(String, Literal)> {
        let has = |name: &str| field.arguments.iter().any(|argument| argument.name == name);
        if !has("first") {
            return None;
        }
        let name = if has("last") && self.choices.percent(20) { "last" } else { "first" };
        let size = if is_wrong {
            self.remaining_errors -= 1;
            *self.choices.of(&[1000, -1, 101])?
        } else {
            *self.choices.of(&[2, 3, 1, 2, 5, 0, 100])?
        };
        if !is_wrong && self.choices.percent(15) {
            return None;
        }
        let argument = field.arguments.iter().find(|argument| argument.name == name)?;
        let size = Literal::Json(json!(size));
        Some((name.to_owned(), self.maybe_variable(&argument.ty, size)))
    }

    /// Replaces one of the values with an invalid one.
    fn make_invalid(&mut self, field: &Field, given: &mut [(String, Literal)]) {
        for (name, value) in given {
            let invalid = match name.as_str() {
                "id" => Literal::Json(json!("xyz_1")),
                "ids" => Literal::Json(json!(["cus_1", "one"])),
                "limit" => Literal::Json(json!(0)),
                "by" if named_type(&field.ty) == "Customer" => {
                    Literal::Object(vec![("id".to_owned(), Literal::Json(json!("prd_1")))])
                }
                _ => continue,
            };
            // Replacing a variable would leave it unused, which is a validation error.
            if !matches!(value, Literal::Variable(_)) && !value.write().contains('$') {
                *value = invalid;
                self.remaining_errors -= 1;
                return;
            }
        }
    }

    fn value_or_variable(&mut self, ty: &Type, name: &str, of: &str, depth: usize) -> Literal {
        if self.inside_variable || !self.choices.percent(if depth == 0 { 25 } else { 10 }) {
            return self.value(ty, name, of, depth);
        }
        if depth == 0 && ty.nullable && self.choices.percent(20) {
            // A variable without a value.
            return Literal::Variable(self.variable(&ty.to_string(), None));
        }
        self.inside_variable = true;
        let value = self.value(ty, name, of, depth);
        self.inside_variable = false;
        self.as_variable(ty, &value)
    }

    fn maybe_variable(&mut self, ty: &Type, value: Literal) -> Literal {
        if self.choices.percent(25) { self.as_variable(ty, &value) } else { value }
    }

    fn as_variable(&mut self, ty: &Type, value: &Literal) -> Literal {
        if !matches!(value, Literal::Json(Value::Null)) && self.choices.percent(15) {
            // A variable with a default, with or without a value.
            let ty = format!("{ty} = {}", value.write());
            let given = if self.choices.percent(50) { Some(value.json()) } else { None };
            return Literal::Variable(self.variable(&ty, given));
        }
        let strict = ty.nullable && !matches!(value, Literal::Json(Value::Null)) && self.choices.percent(20);
        let ty = if strict { format!("{ty}!") } else { ty.to_string() };
        Literal::Variable(self.variable(&ty, Some(value.json())))
    }

    fn value(&mut self, ty: &Type, name: &str, of: &str, depth: usize) -> Literal {
        match &ty.base {
            BaseType::List(inner) => {
                let count = if depth > 4 { 1 } else { 1 + self.choices.below(3) };
                if count == 1 && self.choices.percent(20) {
                    // Input coercion wraps a single value in a list.
                    return self.value(inner, name, of, depth + 1);
                }
                Literal::List((0..count).map(|_| self.value(inner, name, of, depth + 1)).collect())
            }
            BaseType::Named(named) => self.named_value(&named.clone(), name, of, depth),
        }
    }

    fn named_value(&mut self, ty: &str, name: &str, of: &str, depth: usize) -> Literal {
        let schema = self.schema;
        match schema.kind(ty) {
            SchemaType::Enum(values) => Literal::Enum(self.choices.of(values).cloned().unwrap_or_default()),
            SchemaType::Input { fields, one_of } => {
                let of = self.entity(ty).unwrap_or_else(|| of.to_owned());
                Literal::Object(self.object_value(fields, *one_of, &of, depth))
            }
            _ => Literal::Json(self.scalar_value(ty, name, of)),
        }
    }

    fn object_value(
        &mut self,
        fields: &[Argument],
        one_of: bool,
        of: &str,
        depth: usize,
    ) -> Vec<(String, Literal)> {
        let is_deep =
            |field: &Argument| matches!(self.schema.kind(named_type(&field.ty)), SchemaType::Input { .. });
        let optional: Vec<&Argument> = fields
            .iter()
            .filter(|field| !field.required && (one_of || depth < 4 || !is_deep(field)))
            .collect();
        let mut chosen: Vec<&Argument> = fields.iter().filter(|field| field.required).collect();
        let more = if one_of || chosen.is_empty() { 1 } else { 0 };
        let more = more + usize::from(!one_of && self.choices.percent(25));
        for _ in 0..more {
            if let Some(field) = self.choices.of(&optional)
                && !chosen.iter().any(|known| known.name == field.name)
            {
                chosen.push(field);
            }
        }
        chosen
            .into_iter()
            .map(|field| {
                // An id of another type than that of the object.
                let of = match field.name.as_str() {
                    "productId" => "Product",
                    "orderId" => "Order",
                    "customerId" => "Customer",
                    _ => of,
                };
                let value = if one_of {
                    self.value(&field.ty, &field.name, of, depth + 1)
                } else {
                    self.value_or_variable(&field.ty, &field.name, of, depth + 1)
                };
                (field.name.clone(), value)
            })
            .collect()
    }

    fn scalar_value(&mut self, ty: &str, name: &str, of: &str) -> Value {
        match ty {
            "Int" => json!(self.choices.of(&[1, 2, 3, 0, 5, 10, 100])),
            "Boolean" => json!(self.choices.percent(50)),
            "ID" => json!(self.id(of)),
            "Money" => json!(self.choices.of(&["12.00", "0", "134.99", "4.5", "1000.00"])),
            "DateTime" => {
                json!(self.choices.of(&[
                    "2026-01-01T00:00:00Z",
                    "2025-12-12T10:00:00+01:00",
                    "1999-01-01T00:00:00Z"
                ]))
            }
            _ => {
                let samples = self.samples;
                let own = samples.texts.get(name).map_or(&[][..], Vec::as_slice);
                let any = samples.texts.values().nth(self.choices.below(samples.texts.len()));
                match self.choices.below(4) {
                    3 => json!(self.choices.of(&["e", "Z", "zzz", "0", "A-"])),
                    2 => json!(any.and_then(|any| self.choices.of(any)).map_or("e", String::as_str)),
                    _ => json!(self.choices.of(own).map_or("a", String::as_str)),
                }
            }
        }
    }

    /// Returns the id of an existing object, or sometimes of none.
    fn id(&mut self, of: &str) -> String {
        let samples = self.samples;
        let ids = match samples.ids.get(of) {
            Some(ids) => ids,
            None => {
                let Some(ids) = samples.ids.values().nth(self.choices.below(samples.ids.len())) else {
                    return String::new();
                };
                ids
            }
        };
        let id = self.choices.of(ids).cloned().unwrap_or_default();
        if self.choices.percent(15) { format!("{id}999") } else { id }
    }

    /// Returns the entity of a type, by its name: that of `OrderItemWhere` is `OrderItem`.
    fn entity(&self, ty: &str) -> Option<String> {
        let entities = self.samples.ids.keys().filter(|entity| ty.starts_with(entity.as_str()));
        entities.max_by_key(|entity| entity.len()).cloned()
    }
}
