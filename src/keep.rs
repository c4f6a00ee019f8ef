//! The state as bytes and back. Must never panic or allocate on trust: what comes back from storage may be cut or foreign.
//!
//! By hand, because nothing that exists fits: nanoserde 0.2.1 panics on a length that is not true (found by
//! `a_saved_state_that_is_cut_or_foreign_is_none`), and serde's derives with postcard cost 25 KB more wasm for the same types.

/// A value that can be kept.
pub trait Keep: Sized {
    /// Appends the value.
    fn put(&self, out: &mut Vec<u8>);

    /// Takes the value from the front; `None` if it is not there.
    fn take(from: &mut &[u8]) -> Option<Self>;
}

/// The value as text for storage: its bytes, a character each.
pub fn write(value: &impl Keep) -> String {
    let mut bytes = Vec::new();
    value.put(&mut bytes);
    bytes.into_iter().map(char::from).collect()
}

/// What [`write`] wrote, and nothing else.
pub fn read<T: Keep>(text: &str) -> Option<T> {
    let mut bytes = Vec::new();
    for one in text.chars() {
        bytes.push(u8::try_from(u32::from(one)).ok()?);
    }
    let mut rest = bytes.as_slice();
    T::take(&mut rest).filter(|_| rest.is_empty())
}

/// Makes a struct kept, field by field: `keep_struct!(Name { one, other })`. A newtype is `keep_struct!(Name(inner))`.
macro_rules! keep_struct {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::keep::Keep for $name {
            fn put(&self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)*
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                Some($name { $($field: $crate::keep::Keep::take(from)?),* })
            }
        }
    };
    ($name:ident($inner:ident)) => {
        impl $crate::keep::Keep for $name {
            fn put(&self, out: &mut Vec<u8>) {
                self.0.put(out);
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                let $inner = $crate::keep::Keep::take(from)?;
                Some($name($inner))
            }
        }
    };
}
pub(crate) use keep_struct;

/// Makes an enum kept, a tag a variant: `keep_enum!(Name { 0 = Plain, 1 = Tuple(a), 2 = Struct { field } })`.
macro_rules! keep_enum {
    ($name:ident { $($tag:literal = $variant:ident $({ $($field:ident),* })? $(($($item:ident),*))?),* $(,)? }) => {
        impl $crate::keep::Keep for $name {
            fn put(&self, out: &mut Vec<u8>) {
                match self {
                    $($name::$variant $({ $($field),* })? $(($($item),*))? => {
                        out.push($tag);
                        $($($field.put(out);)*)?
                        $($($item.put(out);)*)?
                    })*
                }
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                match u8::take(from)? {
                    $($tag => {
                        $($(let $field = $crate::keep::Keep::take(from)?;)*)?
                        $($(let $item = $crate::keep::Keep::take(from)?;)*)?
                        Some($name::$variant $({ $($field),* })? $(($($item),*))?)
                    })*
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use keep_enum;

macro_rules! keep_numbers {
    ($($number:ty),*) => {$(
        impl Keep for $number {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                let (bytes, rest) = from.split_first_chunk()?;
                *from = rest;
                Some(<$number>::from_le_bytes(*bytes))
            }
        }
    )*};
}

keep_numbers!(u8, u32, i32, i64, u64);

impl Keep for String {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u32).put(out);
        out.extend_from_slice(self.as_bytes());
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let length = u32::take(from)?;
        let (bytes, rest) = from.split_at_checked(length as usize)?;
        *from = rest;
        String::from_utf8(bytes.to_vec()).ok()
    }
}

impl<T: Keep> Keep for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(0),
            Some(value) => {
                out.push(1);
                value.put(out);
            }
        }
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        match u8::take(from)? {
            0 => Some(None),
            1 => T::take(from).map(Some),
            _ => None,
        }
    }
}

impl<T: Keep> Keep for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u32).put(out);
        self.iter().for_each(|one| one.put(out));
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let length = u32::take(from)?;
        // Grown as it is filled: the length is only believed as far as there are bytes for it.
        let mut list = Vec::new();
        for _ in 0..length {
            list.push(T::take(from)?);
        }
        Some(list)
    }
}
