//! Parts of the console that are fetched when they are first needed.
//!
//! A part is a table of functions. What only these functions reach is not in the app's own module but
//! in one of the part's name, which `cargo xtask dist` cuts off and the browser fetches. Whoever has
//! the table calls its functions like any other. Without the feature `parts`, as tests are compiled,
//! everything is in one module and every part is there at once.

use std::{future::Future, sync::OnceLock};

/// The part could not be fetched. The next who needs it asks for it again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotFetched;

#[cfg(feature = "parts")]
impl From<leptos::wasm_split::SplitLoaderError> for NotFetched {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// A table of functions that are fetched together. `part!` writes this.
pub(crate) trait Part: Send + Sync + Sized + 'static {
    /// Where the table is kept once it was fetched.
    fn place() -> &'static OnceLock<Self>;

    /// Fetches the table.
    fn fetch() -> impl Future<Output = Result<Self, NotFetched>>;
}

/// The part, if it was fetched before.
pub(crate) fn here<P: Part>() -> Option<&'static P> {
    P::place().get()
}

/// The part, fetched if need be.
pub(crate) async fn fetched<P: Part>() -> Result<&'static P, NotFetched> {
    if let Some(part) = here() {
        return Ok(part);
    }
    let table = P::fetch().await?;
    Ok(P::place().get_or_init(|| table))
}

/// Makes a table a part: `part!(TABLE, MODULE, ENTRANCE, VALUE)`. The entrance is the one function of
/// the part's module that the app knows by name; no two parts may share it.
#[rustfmt::skip]
macro_rules! part {
    ($table:ident, $module:ident, $entrance:ident, $value:expr) => {
        impl $crate::part::Part for $table {
            fn place() -> &'static std::sync::OnceLock<Self> {
                static PLACE: std::sync::OnceLock<$table> = std::sync::OnceLock::new();
                &PLACE
            }

            #[cfg(not(feature = "parts"))]
            async fn fetch() -> Result<Self, $crate::part::NotFetched> {
                Ok($value)
            }

            #[cfg(feature = "parts")]
            async fn fetch() -> Result<Self, $crate::part::NotFetched> {
                $entrance().await
            }
        }

        #[cfg(feature = "parts")]
        #[::leptos::wasm_split::wasm_split($module, wasm_split_path = ::leptos::wasm_split, fallible)]
        fn $entrance() -> Result<$table, $crate::part::NotFetched> {
            Ok($value)
        }
    };
}

pub(crate) use part;
