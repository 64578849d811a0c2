//! Stands in for the crate of this package's name, which is under the LGPL: the one macro that
//! `serde_avro_fast` needs of it, written anew so that the binary stays under permissive licences.
//!
//! Guarantees: [`serializer_unsupported`] makes each named method of `serde::Serializer` return the
//! given error. Refuses: anything else.

/// Makes the named methods of a `serde::Serializer` return `err`.
///
/// ```
/// use serde::ser::Error as _;
/// struct OnlyText;
/// impl serde::Serializer for OnlyText {
///     type Ok = usize;
///     type Error = std::fmt::Error;
///     fn serialize_str(self, text: &str) -> Result<usize, std::fmt::Error> {
///         Ok(text.len())
///     }
///     serde_serializer_quick_unsupported::serializer_unsupported! {
///         err = (std::fmt::Error::custom("only text"));
///         bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes none some unit
///         unit_struct unit_variant newtype_struct newtype_variant seq tuple tuple_struct
///         tuple_variant map struct struct_variant
///     }
/// }
/// # fn main() {
/// use serde::Serialize;
/// assert_eq!("four".serialize(OnlyText), Ok(4));
/// assert!(4.serialize(OnlyText).is_err());
/// # }
/// ```
#[macro_export]
macro_rules! serializer_unsupported {
    (err = $error:tt; $($method:tt)*) => {
        $($crate::refusal!($method, $error);)*
    };
}

/// One refusing method.
#[doc(hidden)]
#[macro_export]
macro_rules! refusal {
    (bool, $error:tt) => { $crate::refusal!(@value serialize_bool(bool), $error); };
    (i8, $error:tt) => { $crate::refusal!(@value serialize_i8(i8), $error); };
    (i16, $error:tt) => { $crate::refusal!(@value serialize_i16(i16), $error); };
    (i32, $error:tt) => { $crate::refusal!(@value serialize_i32(i32), $error); };
    (i64, $error:tt) => { $crate::refusal!(@value serialize_i64(i64), $error); };
    (i128, $error:tt) => { $crate::refusal!(@value serialize_i128(i128), $error); };
    (u8, $error:tt) => { $crate::refusal!(@value serialize_u8(u8), $error); };
    (u16, $error:tt) => { $crate::refusal!(@value serialize_u16(u16), $error); };
    (u32, $error:tt) => { $crate::refusal!(@value serialize_u32(u32), $error); };
    (u64, $error:tt) => { $crate::refusal!(@value serialize_u64(u64), $error); };
    (u128, $error:tt) => { $crate::refusal!(@value serialize_u128(u128), $error); };
    (f32, $error:tt) => { $crate::refusal!(@value serialize_f32(f32), $error); };
    (f64, $error:tt) => { $crate::refusal!(@value serialize_f64(f64), $error); };
    (char, $error:tt) => { $crate::refusal!(@value serialize_char(char), $error); };
    (str, $error:tt) => { $crate::refusal!(@value serialize_str(&str), $error); };
    (bytes, $error:tt) => { $crate::refusal!(@value serialize_bytes(&[u8]), $error); };
    (none, $error:tt) => { $crate::refusal!(@value serialize_none(), $error); };
    (unit, $error:tt) => { $crate::refusal!(@value serialize_unit(), $error); };
    (unit_struct, $error:tt) => {
        $crate::refusal!(@value serialize_unit_struct(&'static str), $error);
    };
    (unit_variant, $error:tt) => {
        $crate::refusal!(@value serialize_unit_variant(&'static str, u32, &'static str), $error);
    };
    (some, $error:tt) => { $crate::refusal!(@generic serialize_some(), $error); };
    (newtype_struct, $error:tt) => {
        $crate::refusal!(@generic serialize_newtype_struct(&'static str,), $error);
    };
    (newtype_variant, $error:tt) => {
        $crate::refusal!(
            @generic serialize_newtype_variant(&'static str, u32, &'static str,), $error
        );
    };
    (seq, $error:tt) => {
        $crate::refusal!(@compound SerializeSeq serialize_seq(Option<usize>), $error);
    };
    (tuple, $error:tt) => {
        $crate::refusal!(@compound SerializeTuple serialize_tuple(usize), $error);
    };
    (tuple_struct, $error:tt) => {
        $crate::refusal!(
            @compound SerializeTupleStruct serialize_tuple_struct(&'static str, usize), $error
        );
    };
    (tuple_variant, $error:tt) => {
        $crate::refusal!(
            @compound SerializeTupleVariant
            serialize_tuple_variant(&'static str, u32, &'static str, usize), $error
        );
    };
    (map, $error:tt) => {
        $crate::refusal!(@compound SerializeMap serialize_map(Option<usize>), $error);
    };
    (struct, $error:tt) => {
        $crate::refusal!(
            @compound SerializeStruct serialize_struct(&'static str, usize), $error
        );
    };
    (struct_variant, $error:tt) => {
        $crate::refusal!(
            @compound SerializeStructVariant
            serialize_struct_variant(&'static str, u32, &'static str, usize), $error
        );
    };
    (@value $name:ident($($kind:ty),*), ($($error:tt)*)) => {
        fn $name(self, $(_: $kind),*) -> ::core::result::Result<Self::Ok, Self::Error> {
            Err($($error)*)
        }
    };
    (@generic $name:ident($($kind:ty,)*), ($($error:tt)*)) => {
        fn $name<T: ?Sized + ::serde::Serialize>(
            self,
            $(_: $kind,)*
            _: &T,
        ) -> ::core::result::Result<Self::Ok, Self::Error> {
            Err($($error)*)
        }
    };
    (@compound $compound:ident $name:ident($($kind:ty),*), ($($error:tt)*)) => {
        type $compound = ::serde::ser::Impossible<Self::Ok, Self::Error>;
        fn $name(self, $(_: $kind),*) -> ::core::result::Result<Self::$compound, Self::Error> {
            Err($($error)*)
        }
    };
}
