//! Plain data of unknown shape: settings, policy and page events before anything about them is trusted.
//! Must never fail as a whole because one part of it is odd; that is why `serde`'s derived types are not used here.

/// What JSON can say. Anything else that a browser hands over (dates, functions) arrives as [`Value::Null`].
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing, or nothing we understand.
    #[default]
    Null,
    /// `true` or `false`.
    Truth(bool),
    /// Any number.
    Number(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// An object, in the order it came in.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The member called `name`, if this is an object that has one.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of the member called `name`.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::text)
    }

    /// The entries, if it is a list.
    pub fn list(&self) -> Option<&[Value]> {
        match self {
            Value::List(entries) => Some(entries),
            _ => None,
        }
    }

    /// The texts of a list, without whatever else is in it.
    pub fn texts(&self) -> Vec<String> {
        self.list().unwrap_or_default().iter().filter_map(Value::text).map(str::to_owned).collect()
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The number of the member called `name`.
    pub fn number_of(&self, name: &str) -> Option<f64> {
        self.get(name).and_then(Value::number)
    }

    /// Whether the member called `name` is `true`; anything else is not.
    pub fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Truth(true))
    }

    /// An object whose one member gives it its kind: `{ "kind": … }`, or just the text.
    pub fn tagged(&self) -> Option<(&str, &Value)> {
        match self {
            Value::Text(kind) => Some((kind, &Value::Null)),
            Value::Object(members) => members.first().map(|(kind, inner)| (kind.as_str(), inner)),
            _ => None,
        }
    }

    /// The members, if it is an object.
    pub fn members(&self) -> &[(String, Value)] {
        match self {
            Value::Object(members) => members,
            _ => &[],
        }
    }
}

/// An object: `object! { "muted" => true, "url" => address }`.
#[macro_export]
macro_rules! object {
    ($($name:expr => $value:expr),* $(,)?) => {{
        #[allow(unused_mut)]
        let mut object = $crate::value::Value::Object(Vec::new());
        $(object.put($name, $value.into());)*
        object
    }};
}

impl Value {
    /// Adds a member to an object; anything else stays as it is. Never inlined: written out, the many small objects of the
    /// effects took 8 KB.
    #[inline(never)]
    pub fn put(&mut self, name: &str, value: Value) {
        if let Value::Object(members) = self {
            members.push((name.to_owned(), value));
        }
    }
}

impl Value {
    /// Puts a member in the place of the one of that name, or of the member within it.
    pub fn set(&mut self, name: &str, within: &str, mut value: Value) {
        if !within.is_empty() {
            let mut outer = self.get(name).filter(|outer| matches!(outer, Value::Object(_))).cloned().unwrap_or_else(|| object! {});
            outer.set(within, "", value);
            value = outer;
        }
        if let Value::Object(members) = self {
            members.retain(|(member, _)| member != name);
        }
        self.put(name, value);
    }
}

/// Gives an enum's values the names by which pages, storage and tests know them, and reads those back.
macro_rules! names {
    ($($seen:vis $kind:ident { $($value:ident = $name:literal),* $(,)? })*) => {$(
        impl $kind {
            /// Its name outside of Rust.
            pub fn name(self) -> &'static str {
                match self {
                    $($kind::$value => $name),*
                }
            }

            /// The one of that name.
            $seen fn read(name: Option<&str>) -> Option<$kind> {
                match name? {
                    $($name => Some($kind::$value),)*
                    _ => None,
                }
            }
        }
    )*};
}
pub(crate) use names;

impl Value {
    /// Takes a member away, or the member within it; and what has none left.
    pub fn remove(&mut self, name: &str, within: &str) {
        if let Value::Object(members) = self {
            if let (false, Some((_, inner))) = (within.is_empty(), members.iter_mut().find(|(member, _)| member == name)) {
                inner.remove(within, "");
                if !inner.members().is_empty() {
                    return;
                }
            }
            members.retain(|(member, _)| member != name);
        }
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Value {
        Value::Truth(truth)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Value::Number(number)
    }
}

impl From<&str> for Value {
    #[inline(never)]
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(entries: Vec<T>) -> Value {
        Value::List(entries.into_iter().map(Into::into).collect())
    }
}

/// On the host values come from JSON; in the browser they cross by hand (browser/api.rs), because serde's machinery for it brings
/// the formatting of floats for its error messages (20 KB).
#[cfg(not(target_arch = "wasm32"))]
mod by_serde {
    use std::fmt;

    use serde::de::{MapAccess, SeqAccess, Visitor};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Value;

    impl<'de> Deserialize<'de> for Value {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
            deserializer.deserialize_any(AnyValue)
        }
    }

    impl Serialize for Value {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Value::Null => serializer.serialize_unit(),
                Value::Truth(truth) => serializer.serialize_bool(*truth),
                Value::Number(number) => serializer.serialize_f64(*number),
                Value::Text(text) => serializer.serialize_str(text),
                Value::List(entries) => serializer.collect_seq(entries),
                Value::Object(members) => serializer.collect_map(members.iter().map(|(key, value)| (key, value))),
            }
        }
    }

    struct AnyValue;

    impl<'de> Visitor<'de> for AnyValue {
        type Value = Value;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("plain data")
        }

        fn visit_unit<E>(self) -> Result<Value, E> {
            Ok(Value::Null)
        }

        fn visit_none<E>(self) -> Result<Value, E> {
            Ok(Value::Null)
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
            Value::deserialize(deserializer)
        }

        fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
            Ok(Value::Truth(truth))
        }

        fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
            Ok(Value::Number(number as f64))
        }

        fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
            Ok(Value::Number(number as f64))
        }

        fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
            Ok(Value::Number(number))
        }

        fn visit_str<E>(self, text: &str) -> Result<Value, E> {
            Ok(Value::Text(text.to_owned()))
        }

        fn visit_string<E>(self, text: String) -> Result<Value, E> {
            Ok(Value::Text(text))
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
            let mut list = Vec::new();
            while let Some(entry) = entries.next_element()? {
                list.push(entry);
            }
            Ok(Value::List(list))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = entries.next_entry()? {
                members.push(member);
            }
            Ok(Value::Object(members))
        }
    }
}
