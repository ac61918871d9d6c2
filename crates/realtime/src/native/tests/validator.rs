//! The part of JSON Schema draft-07 that our schemas use. A keyword it does not know is an error,
//! so that a schema cannot promise what no test checks.

use serde_json::{Map, Value};
use uuid::Uuid;

pub struct Schema {
    document: Value,
    part: String,
}

impl Schema {
    pub fn new(text: &str, part: &str) -> Self {
        Schema { document: serde_json::from_str(text).expect("JSON"), part: part.to_owned() }
    }

    /// The path of the first thing that is wrong.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let schema = self.document.pointer(&self.part).expect("a part of the schema");
        self.validate(schema, value)
    }

    fn accepts(&self, schema: &Value, value: &Value) -> bool {
        self.validate(schema, value).is_ok()
    }

    fn validate(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let rules = schema.as_object().expect("schemas are objects");
        if let Some(target) = rules.get("$ref") {
            let target = target.as_str().and_then(|at| at.strip_prefix('#')).expect("a local $ref");
            return self.validate(self.document.pointer(target).expect(target), value);
        }
        for (keyword, rule) in rules {
            match keyword.as_str() {
                "properties" => self.properties(rule, value)?,
                "items" => self.items(rule, value)?,
                _ if self.keyword(rules, keyword, rule, value) => {}
                _ => return Err(format!(": {keyword} {rule} refuses {value}")),
            }
        }
        Ok(())
    }

    fn properties(&self, rule: &Value, value: &Value) -> Result<(), String> {
        let Some(object) = value.as_object() else { return Ok(()) };
        for (name, schema) in rule.as_object().expect("properties") {
            if let Some(field) = object.get(name) {
                self.validate(schema, field).map_err(|at| format!(".{name}{at}"))?;
            }
        }
        Ok(())
    }

    fn items(&self, rule: &Value, value: &Value) -> Result<(), String> {
        for (at, item) in value.as_array().into_iter().flatten().enumerate() {
            self.validate(rule, item).map_err(|why| format!("[{at}]{why}"))?;
        }
        Ok(())
    }

    fn keyword(
        &self,
        all: &Map<String, Value>,
        keyword: &str,
        rule: &Value,
        value: &Value,
    ) -> bool {
        let schemas = || rule.as_array().expect("an array of schemas").iter();
        match keyword {
            "$schema" | "$id" | "title" | "description" | "definitions" | "then" => true,
            "type" => match rule {
                Value::Array(types) => types.iter().any(|name| has_type(name, value)),
                name => has_type(name, value),
            },
            "enum" => rule.as_array().expect("enum").contains(value),
            "const" => rule == value,
            "required" => value.as_object().is_none_or(|object| {
                let names = rule.as_array().expect("required").iter();
                names.filter_map(Value::as_str).all(|name| object.contains_key(name))
            }),
            "minItems" => value.as_array().is_none_or(|v| v.len() as u64 >= bound(rule)),
            "maxItems" => value.as_array().is_none_or(|v| v.len() as u64 <= bound(rule)),
            "minLength" => value.as_str().is_none_or(|v| v.chars().count() as u64 >= bound(rule)),
            "maxLength" => value.as_str().is_none_or(|v| v.chars().count() as u64 <= bound(rule)),
            "minimum" => value.as_f64().is_none_or(|v| v >= bound(rule) as f64),
            "maximum" => value.as_f64().is_none_or(|v| v <= bound(rule) as f64),
            "format" => value.as_str().is_none_or(|v| has_format(rule, v)),
            "pattern" => value.as_str().is_none_or(|v| has_pattern(rule, v)),
            "allOf" => schemas().all(|schema| self.accepts(schema, value)),
            "anyOf" => schemas().any(|schema| self.accepts(schema, value)),
            "oneOf" => schemas().filter(|schema| self.accepts(schema, value)).count() == 1,
            "if" => !self.accepts(rule, value) || self.accepts(&all["then"], value),
            other => panic!("the keyword {other} is not known here"),
        }
    }
}

fn bound(rule: &Value) -> u64 {
    rule.as_u64().expect("a bound")
}

fn has_type(name: &Value, value: &Value) -> bool {
    match name.as_str().expect("a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("the type {other} is not known here"),
    }
}

fn has_format(rule: &Value, text: &str) -> bool {
    assert_eq!(rule, "uuid");
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

fn has_pattern(rule: &Value, text: &str) -> bool {
    assert_eq!(rule, "^[^:]+:.+$", "the one pattern there is");
    text.split_once(':').is_some_and(|(module, action)| !module.is_empty() && !action.is_empty())
}

#[test]
fn it_sees_what_is_wrong() {
    let text = r#"{ "type": "object", "required": ["a"], "properties": {
        "a": { "type": "array", "items": { "type": "integer", "minimum": 1 } } } }"#;
    let schema = Schema::new(text, "");
    let check = |text: &str| schema.check(&serde_json::from_str(text).unwrap());
    assert_eq!(check(r#"{"a":[1,2.0],"b":0}"#), Ok(()));
    assert!(check("{}").unwrap_err().starts_with(": required"));
    assert!(check(r#"{"a":[1,0]}"#).unwrap_err().starts_with(".a[1]: minimum"));
    assert!(check(r#"{"a":[1.5]}"#).unwrap_err().starts_with(".a[0]: type"));
}
