//! Enums as Avro records of optional fields, exactly one of which is set.
//!
//! A union of records can never gain a branch that older readers survive; a record can gain an
//! optional field. So a new kind is a new field, and the schema stays compatible both ways.

/// Writes and reads an enum as a record with one optional field a variant.
macro_rules! one_of {
    ($name:ident { $($field:ident: $variant:ident($record:ty)),* $(,)? }) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                #[derive(serde::Serialize)]
                struct Fields<'a> { $($field: Option<&'a $record>,)* }
                let mut fields = Fields { $($field: None,)* };
                match self {
                    $(Self::$variant(record) => fields.$field = Some(record),)*
                }
                fields.serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                struct Fields { $($field: Option<$record>,)* }
                let fields = Fields::deserialize(deserializer)?;
                $(if let Some(record) = fields.$field {
                    return Ok(Self::$variant(record));
                })*
                Err(serde::de::Error::custom(concat!(
                    "a ", stringify!($name), " of a kind that this version does not know"
                )))
            }
        }
    };
}

/// The same for an enum that may be absent: `#[serde(with = "Enum")]` on an optional field.
macro_rules! one_of_or_none {
    ($name:ident { $($field:ident: $variant:ident($record:ty)),* $(,)? }) => {
        impl $name {
            #[expect(clippy::ref_option, reason = "serde calls it with a reference to the field")]
            fn serialize<S: serde::Serializer>(
                this: &Option<Self>,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                #[derive(serde::Serialize)]
                struct Fields<'a> { $($field: Option<&'a $record>,)* }
                let mut fields = Fields { $($field: None,)* };
                match this {
                    $(Some(Self::$variant(record)) => fields.$field = Some(record),)*
                    None => {}
                }
                serde::Serialize::serialize(&fields, serializer)
            }

            fn deserialize<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Option<Self>, D::Error> {
                #[derive(serde::Deserialize)]
                struct Fields { $($field: Option<$record>,)* }
                let fields: Fields = serde::Deserialize::deserialize(deserializer)?;
                $(if let Some(record) = fields.$field {
                    return Ok(Some(Self::$variant(record)));
                })*
                Ok(None)
            }
        }
    };
}

pub(crate) use {one_of, one_of_or_none};
