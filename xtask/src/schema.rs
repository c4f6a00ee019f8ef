//! `cargo xtask schema`: `extension/managed_schema.json`, made from the settings' own catalogue so that the two cannot drift apart.

use anyhow::{Context, Result};
use std::path::Path;

const FILE: &str = "extension/managed_schema.json";

/// Writes the schema; committed, so that a change of what administrators may set is seen in review.
pub fn write(root: &Path) -> Result<()> {
    std::fs::write(root.join(FILE), schema()).with_context(|| format!("cannot write {FILE}"))
}

fn schema() -> String {
    undivided::settings::schema_json()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_the_generated_one() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert_eq!(std::fs::read_to_string(root.join(FILE)).unwrap(), schema(), "run `cargo xtask schema`");
    }
}
