//! Reading and writing without loss.
//!
//! Every object of the protocol follows one rule. A property that we know and whose value fits becomes a field. Any
//! other property, and a known one whose value does not fit (`null` included), stays verbatim in `additional` under
//! its own name. So nothing that came in is lost on the way out, and one odd value never fails a whole page.
//!
//! serde's derive cannot say this: it drops `null` for an `Option` and fails on a value of another shape. Going
//! through `serde_json::Value` could, but would build everything twice. So the shapes are met where they stand in the stream.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, MapAccess, SeqAccess, Visitor, value},
};
use serde_json::{Map, Number, Value};

/// A known property whose value is not of the documented shape. The value is kept in the object's `additional`.
///
/// ```
/// use sharing_model::{Collection, Permission};
///
/// let page: Collection<Permission> = serde_json::from_str(r#"{ "value": [{ "expirationDateTime": "soon" }] }"#)?;
/// let misfit = &page.misfits()[0];
/// assert_eq!((misfit.property.as_str(), misfit.value.as_str()), ("value[0].expirationDateTime", Some("soon")));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Misfit {
    /// Where it stands, as in `value[3].expirationDateTime`.
    pub property: String,
    /// What the protocol has there, as in `a date-time`.
    pub expected: Cow<'static, str>,
    /// What stood there.
    pub value: Value,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found {}", self.property, self.expected, self.value)
    }
}

/// What stood where a `T` was expected: a `T`, or something else.
pub enum Read<T> {
    Fit(T),
    Misfit(Value),
}

/// A value of the protocol that can tell, at its first token, whether what stands there is its own shape.
///
/// Not nameable outside of this crate: the set of types is the protocol's.
pub trait Wire: Sized + Serialize {
    /// What it looks like, in a few words.
    fn expected() -> Cow<'static, str>;

    fn read_bool(value: bool) -> Read<Self> {
        Read::Misfit(value.into())
    }

    fn read_number(value: Number) -> Read<Self> {
        Read::Misfit(value.into())
    }

    fn read_str(value: Cow<'_, str>) -> Read<Self> {
        Read::Misfit(value.into_owned().into())
    }

    fn read_null() -> Read<Self> {
        Read::Misfit(Value::Null)
    }

    fn read_seq<'de, A: SeqAccess<'de>>(seq: A) -> Result<Read<Self>, A::Error> {
        Value::deserialize(value::SeqAccessDeserializer::new(seq)).map(Read::Misfit)
    }

    fn read_map<'de, A: MapAccess<'de>>(map: A) -> Result<Read<Self>, A::Error> {
        Value::deserialize(value::MapAccessDeserializer::new(map)).map(Read::Misfit)
    }

    /// Adds every known property below this value that did not fit.
    fn misfits_into(&self, _at: Spot<'_>, _out: &mut Vec<Misfit>) {}

    /// Adds the path of every property below this value that is not known.
    fn unknown_into(&self, _at: Spot<'_>, _out: &mut Vec<String>) {}
}

/// Where a value stands in a body, as in `value[3].expirationDateTime`. Written out only where something is to be told of
/// it, which is seldom.
#[derive(Clone, Copy)]
pub enum Spot<'a> {
    Body,
    Property(&'a Spot<'a>, &'a str),
    Element(&'a Spot<'a>, usize),
}

impl fmt::Display for Spot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body => Ok(()),
            Self::Property(Spot::Body, name) => f.write_str(name),
            Self::Property(above, name) => write!(f, "{above}.{name}"),
            Self::Element(above, index) => write!(f, "{above}[{index}]"),
        }
    }
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: Wire> Visitor<'de> for Reader<T> {
    type Value = Read<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Read<T>, E> {
        Ok(T::read_bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Read<T>, E> {
        Ok(T::read_number(v.into()))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Read<T>, E> {
        Ok(T::read_number(v.into()))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Read<T>, E> {
        Ok(Number::from_f64(v).map_or_else(T::read_null, T::read_number))
    }

    fn visit_str<E>(self, v: &str) -> Result<Read<T>, E> {
        Ok(T::read_str(Cow::Borrowed(v)))
    }

    fn visit_string<E>(self, v: String) -> Result<Read<T>, E> {
        Ok(T::read_str(Cow::Owned(v)))
    }

    fn visit_unit<E>(self) -> Result<Read<T>, E> {
        Ok(T::read_null())
    }

    fn visit_none<E>(self) -> Result<Read<T>, E> {
        Ok(T::read_null())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read<T>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Read<T>, A::Error> {
        T::read_seq(seq)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Read<T>, A::Error> {
        T::read_map(map)
    }
}

impl<'de, T: Wire> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader(PhantomData))
    }
}

/// Reads a `T` that must be one: the outermost value of a body.
pub(crate) fn deserialize<'de, T: Wire, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    match Read::<T>::deserialize(deserializer)? {
        Read::Fit(value) => Ok(value),
        Read::Misfit(value) => {
            Err(D::Error::custom(format_args!("expected {}, found {}", T::expected(), kind(&value))))
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// A property's name, borrowed from the input where it can be.
pub(crate) struct Key<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a property's name")
            }

            fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(v)))
            }

            fn visit_str<E>(self, v: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(v.to_owned())))
            }

            fn visit_string<E>(self, v: String) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(v)))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

impl Wire for String {
    fn expected() -> Cow<'static, str> {
        "a string".into()
    }

    fn read_str(value: Cow<'_, str>) -> Read<Self> {
        Read::Fit(value.into_owned())
    }
}

impl Wire for bool {
    fn expected() -> Cow<'static, str> {
        "true or false".into()
    }

    fn read_bool(value: bool) -> Read<Self> {
        Read::Fit(value)
    }
}

impl Wire for i64 {
    fn expected() -> Cow<'static, str> {
        "a whole number".into()
    }

    fn read_number(value: Number) -> Read<Self> {
        value.as_i64().map_or(Read::Misfit(Value::Number(value)), Read::Fit)
    }
}

/// Anything but null fits; null is kept as null by the object that holds it.
impl Wire for Value {
    fn expected() -> Cow<'static, str> {
        "a JSON value".into()
    }

    fn read_bool(value: bool) -> Read<Self> {
        Read::Fit(value.into())
    }

    fn read_number(value: Number) -> Read<Self> {
        Read::Fit(value.into())
    }

    fn read_str(value: Cow<'_, str>) -> Read<Self> {
        Read::Fit(value.into_owned().into())
    }

    fn read_seq<'de, A: SeqAccess<'de>>(seq: A) -> Result<Read<Self>, A::Error> {
        Self::deserialize(value::SeqAccessDeserializer::new(seq)).map(Read::Fit)
    }

    fn read_map<'de, A: MapAccess<'de>>(map: A) -> Result<Read<Self>, A::Error> {
        Self::deserialize(value::MapAccessDeserializer::new(map)).map(Read::Fit)
    }
}

impl Wire for Map<String, Value> {
    fn expected() -> Cow<'static, str> {
        "an object".into()
    }

    fn read_map<'de, A: MapAccess<'de>>(map: A) -> Result<Read<Self>, A::Error> {
        Self::deserialize(value::MapAccessDeserializer::new(map)).map(Read::Fit)
    }
}

impl<T: Wire> Wire for Box<T> {
    fn expected() -> Cow<'static, str> {
        T::expected()
    }

    fn read_map<'de, A: MapAccess<'de>>(map: A) -> Result<Read<Self>, A::Error> {
        Ok(match T::read_map(map)? {
            Read::Fit(value) => Read::Fit(Box::new(value)),
            Read::Misfit(value) => Read::Misfit(value),
        })
    }

    fn misfits_into(&self, at: Spot<'_>, out: &mut Vec<Misfit>) {
        T::misfits_into(self, at, out);
    }

    fn unknown_into(&self, at: Spot<'_>, out: &mut Vec<String>) {
        T::unknown_into(self, at, out);
    }
}

/// An array fits when each of its elements does.
impl<T: Wire> Wire for Vec<T> {
    fn expected() -> Cow<'static, str> {
        format!("an array, each element {}", T::expected()).into()
    }

    fn read_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Read<Self>, A::Error> {
        let mut fits = Self::new();
        while let Some(element) = seq.next_element()? {
            match element {
                Read::Fit(value) => fits.push(value),
                Read::Misfit(value) => {
                    let mut values = fits
                        .iter()
                        .map(serde_json::to_value)
                        .collect::<Result<Vec<_>, _>>()
                        .map_err(A::Error::custom)?;
                    values.push(value);
                    while let Some(value) = seq.next_element()? {
                        values.push(value);
                    }
                    return Ok(Read::Misfit(Value::Array(values)));
                }
            }
        }
        Ok(Read::Fit(fits))
    }

    fn misfits_into(&self, at: Spot<'_>, out: &mut Vec<Misfit>) {
        for (index, value) in self.iter().enumerate() {
            value.misfits_into(Spot::Element(&at, index), out);
        }
    }

    fn unknown_into(&self, at: Spot<'_>, out: &mut Vec<String>) {
        for (index, value) in self.iter().enumerate() {
            value.unknown_into(Spot::Element(&at, index), out);
        }
    }
}

/// Makes a struct, whose fields are all `Option` beside `additional`, an object of the protocol.
///
/// The struct itself stays plain Rust; here each field gets its name on the wire.
macro_rules! object {
    ($name:ident $(<$generic:ident>)? is $expected:literal { $($field:ident: $json:literal),* $(,)? }) => {
        impl $(<$generic: $crate::wire::Wire>)? $crate::wire::Wire for $name $(<$generic>)? {
            fn expected() -> std::borrow::Cow<'static, str> {
        $expected.into()
    }

            fn read_map<'de, A>(mut map: A) -> Result<$crate::wire::Read<Self>, A::Error>
            where
                A: serde::de::MapAccess<'de>,
            {
                use $crate::wire::{Key, Read};

                let mut object = Self::default();
                while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
                    match &*key {
                        // A name that comes twice counts as it came last.
                        $($json => match map.next_value()? {
                            Read::Fit(value) => object.$field = Some(value),
                            Read::Misfit(value) => {
                                object.$field = None;
                                object.additional.insert(key.into_owned(), value);
                            }
                        },)*
                        _ => {
                            let value = map.next_value()?;
                            object.additional.insert(key.into_owned(), value);
                        }
                    }
                }
                Ok(Read::Fit(object))
            }

            fn misfits_into(&self, at: $crate::wire::Spot<'_>, out: &mut Vec<$crate::Misfit>) {
                $(
                    let property = $crate::wire::Spot::Property(&at, $json);
                    match (&self.$field, self.additional.get($json)) {
                        (Some(value), _) => $crate::wire::Wire::misfits_into(value, property, out),
                        (None, Some(value)) if !value.is_null() => out.push($crate::Misfit {
                            property: property.to_string(),
                            expected: $crate::wire::expected(&self.$field),
                            value: value.clone(),
                        }),
                        (None, _) => {}
                    }
                )*
            }

            fn unknown_into(&self, at: $crate::wire::Spot<'_>, out: &mut Vec<String>) {
                $(if let Some(value) = &self.$field {
                    $crate::wire::Wire::unknown_into(value, $crate::wire::Spot::Property(&at, $json), out);
                })*
                let known = [$($json),*];
                let unknown = self.additional.iter().filter(|(name, value)| {
                    !known.contains(&name.as_str()) && !$crate::wire::is_annotation(name, value)
                });
                out.extend(unknown.map(|(name, _)| $crate::wire::Spot::Property(&at, name).to_string()));
            }
        }

        impl<'de $(, $generic: $crate::wire::Wire)?> serde::Deserialize<'de> for $name $(<$generic>)? {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::deserialize(deserializer)
            }
        }

        impl $(<$generic: serde::Serialize>)? serde::Serialize for $name $(<$generic>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;

                let mut map = serializer.serialize_map(None)?;
                $(if let Some(value) = &self.$field {
                    map.serialize_entry($json, value)?;
                })*
                for (name, value) in &self.additional {
                    match name.as_str() {
                        $($json if self.$field.is_some() => {})*
                        _ => map.serialize_entry(name, value)?,
                    }
                }
                map.end()
            }
        }

        impl $(<$generic: $crate::wire::Wire>)? $name $(<$generic>)? {
            /// The known properties, at any depth, whose values are not of the documented shape.
            ///
            /// They are kept in `additional` of the object they stand in, so that nothing is lost; `null` is no
            /// misfit.
            ///
            /// ```
            /// use sharing_model::Permission;
            ///
            /// let permission: Permission = serde_json::from_str(r#"{ "roles": "read", "link": null }"#)?;
            /// let [misfit] = &permission.misfits()[..] else { panic!("one misfit") };
            /// assert_eq!(misfit.to_string(), r#"roles: expected an array, each element a string, found "read""#);
            /// # Ok::<(), serde_json::Error>(())
            /// ```
            #[must_use]
            pub fn misfits(&self) -> Vec<$crate::Misfit> {
                let mut out = Vec::new();
                $crate::wire::Wire::misfits_into(self, $crate::wire::Spot::Body, &mut out);
                out
            }

            /// The properties, at any depth, that are not documented, annotations (`@…`) aside, as in
            /// `recipients[0].Alias`. An `@odata.type` that is no text is none.
            ///
            /// ```
            /// use sharing_model::InviteRequest;
            ///
            /// let request: InviteRequest = serde_json::from_str(r##"{ "notify": true, "@odata.type": "#invite" }"##)?;
            /// assert_eq!(request.unknown(), ["notify"]);
            /// let request: InviteRequest = serde_json::from_str(r#"{ "@odata.type": 1 }"#)?;
            /// assert_eq!(request.unknown(), ["@odata.type"]);
            /// # Ok::<(), serde_json::Error>(())
            /// ```
            #[must_use]
            pub fn unknown(&self) -> Vec<String> {
                let mut out = Vec::new();
                $crate::wire::Wire::unknown_into(self, $crate::wire::Spot::Body, &mut out);
                out
            }
        }
    };
}

pub(crate) use object;

/// Whether it may be on anything. The one annotation whose value is known is a type's name, which is a text.
pub(crate) fn is_annotation(name: &str, value: &Value) -> bool {
    name.contains('@') && (name != "@odata.type" || value.is_string() || value.is_null())
}

/// What `T` expects, by a field of that type.
pub(crate) fn expected<T: Wire>(_field: &Option<T>) -> Cow<'static, str> {
    T::expected()
}

/// Makes an open enumeration: the documented words as variants, any other word kept as it came.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $json:literal),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[doc = $doc])+ $variant,)*
            /// A word that is none of the above, kept as it came.
            Other(String),
        }

        impl $name {
            /// The documented words, in the order of the documents.
            ///
            /// ```
            /// use sharing_model::LinkType;
            ///
            /// assert!(LinkType::KNOWN.contains(&LinkType::from("review")));
            /// assert!(!LinkType::KNOWN.contains(&LinkType::from("oneDriveLink")));
            /// ```
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),*];

            /// The word on the wire.
            ///
            /// ```
            /// use sharing_model::LinkType;
            ///
            /// assert_eq!(LinkType::CreateOnly.as_str(), "createOnly");
            /// assert_eq!(LinkType::from("CREATEONLY").as_str(), "CREATEONLY");
            /// ```
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $json,)*
                    Self::Other(word) => word,
                }
            }

            fn known(word: &str) -> Option<Self> {
                match word {
                    $($json => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                Self::known(word).unwrap_or_else(|| Self::Other(word.to_owned()))
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                Self::known(&word).unwrap_or(Self::Other(word))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::wire::Wire for $name {
            fn expected() -> std::borrow::Cow<'static, str> {
        "a string".into()
    }

            fn read_str(value: std::borrow::Cow<'_, str>) -> $crate::wire::Read<Self> {
                $crate::wire::Read::Fit(match Self::known(&value) {
                    Some(known) => known,
                    None => Self::Other(value.into_owned()),
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::deserialize(deserializer)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $crate::schema::open_enumeration(&[$(($json, concat!($($doc),+))),*])
            }
        }
    };
}

pub(crate) use open_enum;
