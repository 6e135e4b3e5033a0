//! Reading enums whose kind stands inside: `{"type":"ack","place":1}`.
//!
//! As derived, serde would first copy the whole object into a tree, because the kind may stand
//! last. We write it first, so that the fields can be read where they are; an object in another
//! order is put into ours.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserializer,
    de::{
        self, DeserializeSeed, EnumAccess, Error as _, IgnoredAny, MapAccess, VariantAccess,
        value::MapAccessDeserializer,
    },
};
use serde_json::{Map, Value};

/// An enum that [`tagged!`](crate::tagged) has made.
#[doc(hidden)]
pub trait Tagged: Sized {
    /// The field that says which kind it is.
    const TAG: &'static str;

    /// Reads it as serde reads an enum: the kind, and then what belongs to it.
    fn of_kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Reads a tagged enum.
///
/// # Errors
///
/// What is wrong with it.
#[doc(hidden)]
pub fn read<'de, T: Tagged, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(Object(PhantomData))
}

struct Object<T>(PhantomData<T>);

impl<'de, T: Tagged> de::Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with a field `{}`", T::TAG)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        match map.next_key_seed(Key(T::TAG))? {
            Some(Found::Tag) => T::of_kind(Kind(map)),
            Some(Found::Other(name)) => {
                let mut fields = Map::from_iter([(name, map.next_value()?)]);
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    fields.insert(name, value);
                }
                let Some(tag) = fields.remove(T::TAG) else {
                    return Err(A::Error::missing_field(T::TAG));
                };
                read_ordered(&tag, &fields).map_err(A::Error::custom)
            }
            None => Err(A::Error::missing_field(T::TAG)),
        }
    }
}

/// Reads an object whose kind was found behind other fields. It is written as text and read as such: read
/// from a tree, all that the types of the wire are made of would be compiled a second time for trees.
fn read_ordered<T: Tagged>(tag: &Value, fields: &Map<String, Value>) -> serde_json::Result<T> {
    let written = |name: &str, value: &Value| format!("{}:{value}", Value::from(name));
    let kind = written(T::TAG, tag);
    let others = fields.iter().map(|(name, value)| written(name, value));
    let all: Vec<String> = std::iter::once(kind).chain(others).collect();
    let text = format!("{{{}}}", all.join(","));
    serde_json::Deserializer::from_str(&text).deserialize_map(Object(PhantomData))
}

/// The first field of an object.
enum Found {
    Tag,
    Other(String),
}

struct Key(&'static str);

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl de::Visitor<'_> for Key {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Found, E> {
        Ok(if name == self.0 { Found::Tag } else { Found::Other(name.to_owned()) })
    }
}

/// An object whose first field's name was read: its value is the kind.
struct Kind<A>(A);

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Kind<A> {
    type Error = A::Error;

    fn deserialize_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Kind<A> {
    type Error = A::Error;
    type Variant = Fields<A>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        mut self,
        seed: S,
    ) -> Result<(S::Value, Fields<A>), A::Error> {
        let kind = self.0.next_value_seed(seed)?;
        Ok((kind, Fields(self.0)))
    }
}

/// What is left of an object whose kind is known.
struct Fields<A>(A);

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Fields<A> {
    type Error = A::Error;

    fn unit_variant(mut self) -> Result<(), A::Error> {
        while self.0.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        seed.deserialize(MapAccessDeserializer::new(self.0))
    }

    fn tuple_variant<V: de::Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, A::Error> {
        Err(A::Error::custom("a kind has one value, or fields with names"))
    }

    fn struct_variant<V: de::Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_map(self.0)
    }
}

/// Makes an enum of the wire: its kind is written into the field that is named first, and the
/// other fields are read where they stand. Its name is given twice, for serde.
#[macro_export]
macro_rules! tagged {
    ($tag:literal, $remote:literal: $(#[$meta:meta])* pub enum $name:ident { $($kinds:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
        #[serde(tag = $tag, rename_all = "snake_case")]
        pub enum $name { $($kinds)* }

        const _: () = {
            #[derive(serde::Deserialize)]
            #[serde(remote = $remote, rename_all = "snake_case")]
            #[allow(dead_code, reason = "it only says how the other is read")]
            enum Kinds { $($kinds)* }

            impl $crate::tagged::Tagged for $name {
                const TAG: &'static str = $tag;

                fn of_kind<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    Kinds::deserialize(from)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    $crate::tagged::read(from)
                }
            }
        };
    };
}
