//! A query: read, checked, and named by its canonical text.

use std::collections::BTreeSet;
use std::fmt;

use sha2::{Digest, Sha256};
use vigie_types::{ListName, ListVersion, StreamVersion};

use crate::diagnostic::{Diagnostic, Diagnostics, Problems};
use crate::limits::MAXIMUM_BYTES;
use crate::syntax::{self, Node};

/// A query that can be asked.
///
/// ```
/// use vigie_query::Query;
///
/// let query = Query::parse("(Delta or @delta) -kind:repost")?;
/// assert_eq!(query.canonical(), "delta AND or AND @delta AND NOT kind:repost");
/// let query = Query::parse("(Delta OR @delta) -kind:repost")?;
/// assert_eq!(query.canonical(), "(delta OR @delta) AND NOT kind:repost");
/// let error = Query::parse("delta AND sentimet:<0").unwrap_err().to_string();
/// assert!(error.contains("did you mean `sentiment:`?"), "{error}");
/// # Ok::<(), vigie_query::Diagnostics>(())
/// ```
#[derive(Clone)]
pub struct Query {
    root: Node,
    canonical: Box<str>,
    version: StreamVersion,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn parse(source: &str) -> Result<Self, Diagnostics> {
        let root = syntax::parse(source)?;
        let mut problems = Problems::default();
        syntax::check(&root, &mut problems);
        let canonical = syntax::print(&root).into_boxed_str();
        if canonical.len() > MAXIMUM_BYTES {
            let bytes = canonical.len();
            let message = format!(
                "the canonical text has {bytes} bytes, at most {MAXIMUM_BYTES} are allowed"
            );
            problems.add(Diagnostic::new(0..0, message).help("split it into several streams"));
        }
        if !problems.is_empty() {
            return Err(problems.of(source));
        }
        let version = version(&canonical);
        Ok(Self { root, canonical, version })
    }

    /// The one text of this query: folded words, operators in words, no needless parentheses.
    /// Reading it gives an equal query.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The first 8 bytes of the SHA-256 of the canonical text, as 16 hex digits.
    pub fn version(&self) -> &StreamVersion {
        &self.version
    }

    /// The version with the lists that the query names: another version of one of them is another
    /// version of the stream.
    pub fn version_with<'l>(
        &self,
        version_of: impl Fn(&ListName) -> Option<&'l ListVersion>,
    ) -> StreamVersion {
        let names = self.lists();
        if names.is_empty() {
            return self.version.clone();
        }
        let mut text = self.canonical.to_string();
        for name in names {
            let of_list = version_of(&name).map_or("", ListVersion::as_str);
            text.extend(["\n@", name.as_str(), " ", of_list]);
        }
        version(&text)
    }

    /// The lists that the query names.
    pub fn lists(&self) -> BTreeSet<ListName> {
        let mut names = BTreeSet::new();
        self.root.each_list(&mut |name| {
            names.insert(name.clone());
        });
        names
    }

    /// The syntax tree.
    pub fn root(&self) -> &Node {
        &self.root
    }
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for Query {}

impl fmt::Display for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.canonical)
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Query({})", self.canonical)
    }
}

impl std::str::FromStr for Query {
    type Err = Diagnostics;

    fn from_str(source: &str) -> Result<Self, Diagnostics> {
        Self::parse(source)
    }
}

fn version(canonical: &str) -> StreamVersion {
    let digest = Sha256::digest(canonical.as_bytes());
    let first = digest.iter().take(8).fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
    StreamVersion::new(format!("{first:016x}")).expect("hex digits are a valid version")
}
