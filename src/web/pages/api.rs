//! The API's description for people, made from the same document that programs read.

use askama::Template;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::web::api::openapi;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    chrome: Chrome,
    about: String,
    operations: Vec<Operation>,
    schemas: Vec<Schema>,
}

struct Operation {
    anchor: String,
    method: String,
    path: String,
    summary: String,
    parameters: Vec<Field>,
    body: Option<String>,
    responses: Vec<(String, String, Option<String>)>,
}

struct Schema {
    name: String,
    about: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    kind: String,
    required: bool,
    about: String,
}

/// `GET /api`.
///
/// # Errors
/// Internal: the document is always JSON.
pub async fn show_api() -> Result<Reply> {
    let document: Value =
        serde_json::from_str(&openapi::json()?).map_err(|error| Error::Internal(error.to_string()))?;
    Reply::ok(&ApiPage {
        chrome: Chrome::bare("API"),
        about: text(&document["info"]["description"]),
        operations: operations(&document),
        schemas: members(&document["components"]["schemas"])
            .map(|(name, value)| schema(name, value))
            .collect(),
    })
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn operations(document: &Value) -> Vec<Operation> {
    let one = |path: &String, method: &String, value: &Value| Operation {
        anchor: format!("{method}{}", path.replace(['/', '{', '}', '.'], "-")),
        method: method.to_uppercase(),
        path: path.clone(),
        summary: text(&value["summary"]),
        parameters: value["parameters"].as_array().into_iter().flatten().map(parameter).collect(),
        body: reference(&value["requestBody"]["content"]["application/json"]["schema"]),
        responses: members(&value["responses"]).map(response).collect(),
    };
    let paths = members(&document["paths"]);
    paths
        .flat_map(|(path, methods)| members(methods).map(move |(method, value)| one(path, method, value)))
        .collect()
}

fn parameter(value: &Value) -> Field {
    Field {
        name: text(&value["name"]),
        kind: format!("{}, {}", text(&value["in"]), kind_of(&value["schema"])),
        required: value["required"].as_bool().unwrap_or(false),
        about: text(&value["description"]),
    }
}

fn response((status, value): (&String, &Value)) -> (String, String, Option<String>) {
    let schema = members(&value["content"]).next().and_then(|(_, content)| reference(&content["schema"]));
    (status.clone(), text(&value["description"]), schema)
}

fn schema(name: &str, value: &Value) -> Schema {
    let mut fields = vec![];
    collect(value, &mut fields);
    Schema { name: name.to_owned(), about: text(&value["description"]), fields }
}

/// The fields of an object, and those that it takes over from others.
fn collect(value: &Value, fields: &mut Vec<Field>) {
    let required = value["required"].as_array();
    let needs = |name: &str| required.is_some_and(|list| list.iter().any(|one| one == name));
    for (name, field) in members(&value["properties"]) {
        fields.push(Field {
            name: name.clone(),
            kind: kind_of(field),
            required: needs(name),
            about: text(&field["description"]),
        });
    }
    for part in value["allOf"].as_array().into_iter().flatten() {
        collect(part, fields);
    }
}

fn reference(value: &Value) -> Option<String> {
    value["$ref"].as_str().and_then(|path| path.rsplit('/').next()).map(str::to_owned)
}

/// The type in words: "string (date) or null", "list of AssetSummary".
fn kind_of(value: &Value) -> String {
    if let Some(name) = reference(value) {
        return name;
    }
    if let Some(some) = value["oneOf"].as_array().or(value["anyOf"].as_array()) {
        return some.iter().map(kind_of).collect::<Vec<_>>().join(" or ");
    }
    let kinds: Vec<&str> = match &value["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let word = |kind: &&str| match (*kind, value["format"].as_str()) {
        ("array", _) => format!("list of {}", kind_of(&value["items"])),
        ("integer", _) => "whole number".to_owned(),
        ("string", Some(format @ ("date" | "date-time"))) => format!("string ({format})"),
        (kind, _) => kind.to_owned(),
    };
    kinds.iter().map(word).collect::<Vec<_>>().join(" or ")
}
