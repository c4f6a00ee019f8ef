//! Newtypes for the browser's ids and for time, so that a tab can't be mistaken for a window or a duration for a date.
//! Must never know where the numbers come from; the core reads no clock.

use crate::keep::keep_struct;
use crate::value::Value;

/// A tab, as the browser numbers it. Numbers are not used twice within one browser run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TabId(pub i32);

/// A browser window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WindowId(pub i32);

/// A frame within a tab; 0 is the page itself. A signed 64-bit value, because Firefox numbers frames beyond 2³¹.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameId(pub i64);

/// A conversation, numbered by us; not used twice within one browser run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ConversationId(pub u32);

impl FrameId {
    /// The page itself.
    pub const TOP: FrameId = FrameId(0);
}

/// A moment, in milliseconds since 1970. Wall clock, because it must stay comparable after the worker died.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(pub u64);

/// A length of time in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(pub u64);

impl Millis {
    /// That many seconds.
    pub const fn seconds(seconds: u64) -> Millis {
        Millis(seconds * 1000)
    }

    /// That many minutes.
    pub const fn minutes(minutes: u64) -> Millis {
        Millis::seconds(minutes * 60)
    }
}

macro_rules! number_in_values {
    ($($id:ident: $inner:ty),*) => {$(
        impl From<$id> for Value {
            fn from(id: $id) -> Value {
                Value::Number(id.0 as f64)
            }
        }

        impl $id {
            /// The member called `name`, if it is a number.
            pub fn read(value: &Value, name: &str) -> Option<$id> {
                value.number_of(name).map(|number| $id(number as $inner))
            }
        }
    )*};
}

number_in_values!(TabId: i32, WindowId: i32, FrameId: i64, Moment: u64, ConversationId: u32);

impl std::ops::Add<Millis> for Moment {
    type Output = Moment;

    fn add(self, length: Millis) -> Moment {
        Moment(self.0.saturating_add(length.0))
    }
}

/// The earlier of two moments that may not come.
pub fn earliest(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

impl Moment {
    /// How long ago `earlier` was; zero when the clock went backwards meanwhile.
    pub fn since(self, earlier: Moment) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }
}

keep_struct!(TabId(id));
keep_struct!(WindowId(id));
keep_struct!(FrameId(id));
keep_struct!(Moment(millis));
keep_struct!(Millis(millis));
keep_struct!(ConversationId(id));
