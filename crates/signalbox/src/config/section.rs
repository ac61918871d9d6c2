//! One definition per setting: name, type, default and documentation stand together, and the
//! environment names, the printed configuration and `docs/configuration.md` are derived from it.

/// What is known about one key without looking at its value.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub doc: &'static [&'static str],
    /// Printed as `(set)` or `(empty)`, never as it is.
    pub secret: bool,
}

/// Defines a section's struct. A field is `/// doc` then `name: Type = default;`, with
/// `, secret` before the semicolon for values that must never be shown.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $name:ident {
            $(
                $(#[doc = $doc:literal])+
                $field:ident : $type:ty = $default:expr $(, $secret:ident)? ;
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $( $(#[doc = $doc])+ pub $field: $type, )+
        }

        impl Default for $name {
            fn default() -> Self {
                $name { $( $field: $default, )+ }
            }
        }

        impl $name {
            pub const ABOUT: &[&str] = &[$($about),+];
            pub const FIELDS: &[$crate::config::section::Field] = &[
                $( $crate::config::section::Field {
                    name: stringify!($field),
                    doc: &[$($doc),+],
                    secret: $crate::config::section::section!(@secret $($secret)?),
                }, )+
            ];
        }
    };
    (@secret secret) => { true };
    (@secret) => { false };
}

pub(crate) use section;
