//! Where things lie.

use std::env;
use std::path::{Path, PathBuf};

/// The folder of the whole project.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// Where `wrangler.toml` expects what is served as it is.
pub(crate) fn public() -> PathBuf {
    root().join("dist/public")
}

/// Where the compiler puts its work, for this process and for `worker-build` alike.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Tools that are installed once for all checkouts, each in a folder with its version.
pub(crate) fn tool_cache() -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME").filter(|it| !it.is_empty()).map_or_else(
        || env::home_dir().unwrap_or_else(env::temp_dir).join(".cache"),
        PathBuf::from,
    );
    cache.join("porchlight/tools")
}
