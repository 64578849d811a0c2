//! The page of quality: one section for each judgement, each made by its own `eval`.
//!
//! Guarantees: the sections that are not measured stay as they are.

use std::path::Path;

use anyhow::{Context as _, Result};

/// Puts a section in the place of the one with the same title, or at the end.
///
/// # Errors
/// When the page cannot be read or written.
pub fn put(path: &Path, title: &str, text: &str) -> Result<()> {
    let page = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the page {}", path.display()))?;
    std::fs::write(path, with(&page, title, text))
        .with_context(|| format!("cannot write the page {}", path.display()))
}

/// The page with this section.
fn with(page: &str, title: &str, text: &str) -> String {
    let heading = format!("\n## {title}\n");
    let (before, after) = page.split_once(&heading).unwrap_or((page, ""));
    let rest = after.find("\n## ").map_or("", |at| &after[at..]);
    format!("{}\n{heading}\n{}\n{rest}", before.trim_end(), text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_section_of_that_title_changes() {
        let page = with(&with("# Quality\n", "Language", "one"), "Spam", "two\n");
        assert_eq!(page, "# Quality\n\n## Language\n\none\n\n## Spam\n\ntwo\n");
        let page = with(&page, "Language", "three");
        assert_eq!(page, "# Quality\n\n## Language\n\nthree\n\n## Spam\n\ntwo\n");
        assert_eq!(with(&page, "Spam", "two"), page);
    }
}
