/// An enum whose every variant has one name, on the wire and in the store alike.
///
/// More can be derived on top of what every such enum has:
/// `#[derive(Default)]`, with `#[default]` at a variant.
#[macro_export]
macro_rules! names {
    ($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $variant:ident = $name:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ::serde::Serialize)]
        pub enum $type { $($(#[$doc])* #[serde(rename = $name)] $variant,)* }

        impl $type {
            pub const ALL: &[$type] = &[$($type::$variant),*];

            pub const fn name(self) -> &'static str {
                match self { $($type::$variant => $name,)* }
            }

            pub fn parse(name: &str) -> Option<$type> {
                match name { $($name => Some($type::$variant),)* _ => None }
            }
        }
    };
}
