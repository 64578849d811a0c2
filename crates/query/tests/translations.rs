//! Translations of foreign queries, as `translations.txt` has them.

use std::fmt::Write as _;

use vigie_query::{Dialect, Query, Translation, translate};

const CASES: &str = include_str!("translations.txt");

/// One query of the file and what is said about it.
struct Case {
    line: usize,
    dialect: Dialect,
    query: &'static str,
    said: Vec<(&'static str, &'static str)>,
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut dialect = None;
    for (number, line) in (1..).zip(CASES.lines()) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match word {
            "from" => dialect = Dialect::ALL.into_iter().find(|known| known.as_str() == rest),
            "query" => cases.push(Case {
                line: number,
                dialect: dialect.expect("a suite stands before its queries"),
                query: rest,
                said: Vec::new(),
            }),
            _ => cases.last_mut().expect("a query stands before").said.push((word, rest)),
        }
    }
    cases
}

/// What is said of a translation, in the words of the file.
fn check(case: &Case) -> Result<(), String> {
    let done = translate(case.query, case.dialect);
    if let Some((_, words)) = case.said.iter().find(|(word, _)| *word == "refused") {
        return match done {
            Ok(Translation { query, .. }) => Err(format!("gives {query}")),
            Err(problems) if problems.to_string().contains(words) => Ok(()),
            Err(problems) => Err(problems.to_string()),
        };
    }
    let done = done.map_err(|problems| problems.to_string())?;
    let mut remarks = done.remarks.iter();
    for (word, rest) in &case.said {
        match *word {
            "gives" => {
                let wanted = Query::parse(rest).map_err(|problems| problems.to_string())?;
                if wanted != done.query {
                    return Err(format!("gives {}", done.query));
                }
            }
            "left" | "changed" => {
                let remark = remarks.next().ok_or_else(|| format!("no remark about {rest}"))?;
                let (written, reason) = rest.split_once(" | ").ok_or("a reason is missing")?;
                let is_said = remark.written == written
                    && remark.is_left_out == (*word == "left")
                    && remark.reason.contains(reason)
                    && &case.query[remark.range.clone()] == written;
                if !is_said {
                    return Err(format!("remarks: {remark}"));
                }
            }
            other => return Err(format!("`{other}` is no word of this file")),
        }
    }
    remarks.next().map_or(Ok(()), |remark| Err(format!("remarks as well: {remark}")))
}

#[test]
fn every_case_of_the_file_holds() {
    let cases = cases();
    assert!(cases.len() >= 45, "{} cases", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let problem = check(case).err()?;
            Some(format!("line {}: {}\n{problem}", case.line, case.query))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The reference page, made of the tables that translations are made by.
fn page() -> String {
    let mut page = String::from(PAGE_HEAD);
    for dialect in Dialect::ALL {
        let _ = write!(page, "\n## {}\n\n| theirs | here |\n|---|---|\n", title(dialect));
        for (name, counterpart) in dialect.fields() {
            let _ = writeln!(page, "| `{name}:` | {counterpart} |");
        }
    }
    page
}

fn title(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Brandwatch => "Brandwatch",
        Dialect::Talkwalker => "Talkwalker",
        Dialect::X => "X",
    }
}

const PAGE_HEAD: &str = "\
# Queries of other suites

```console
$ vigie query translate --from brandwatch 'delta NEAR/5 (late OR lost) AND country:usa AND title:news'
delta NEAR/5 (late OR lost) AND country:US
column 47: left out `title:news`: words of the title are not asked for apart from the text
```

The exit code is 1 where a part was left out: what is printed is a query, but another one. `--json` gives
the same for programs. Names of fields are read in any case, and `field:(a OR b)` is taken apart. What our
own operators and fields ask for is in [query-language.md](query-language.md).

| theirs | here |
|---|---|
| `AND`, `OR`, `NOT`, `-`, nothing between words, parentheses | the same; `OR` binds least |
| `\"a phrase\"`, `#tag`, `@handle`, `$CASH`, `luxemb*`, `wom?n` | the same |
| `a NEAR/5 b`, `a NEAR/5f b` | the same |
| `a ONEAR/5 b` | `a NEAR/5f b` |
| `\"a b\"~5`, `(a AND b)~5` | `a NEAR/5 b`; of more words each near the one before it |
| `a SENTENCE b` | `a AND b`: sentences are not told apart |
| `raw:\"Google+\"`, `{BP}` | the same |
| `<<<a comment>>>` | nothing |

What each field becomes. A field that is in no table is left out and named.
";

#[test]
fn the_page_is_what_the_tables_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/translating.md");
    if std::env::var("VIGIE_GOLDEN").is_ok_and(|wish| wish == "write") {
        std::fs::write(path, page()).expect("the page is written");
    }
    let found = std::fs::read_to_string(path).expect("the page is read");
    assert_eq!(found, page(), "write it anew with VIGIE_GOLDEN=write");
}

#[test]
fn deep_and_long_queries_are_refused_in_time() {
    for query in [
        "(".repeat(30_000),
        "-".repeat(60_000),
        "a NEAR/3 ".repeat(7_000),
        "a ".repeat(40_000),
        "\"".repeat(9_999),
        "<<<".repeat(9_999),
        "x:(".repeat(9_999),
    ] {
        for dialect in Dialect::ALL {
            let _ = translate(&query, dialect);
        }
    }
}
