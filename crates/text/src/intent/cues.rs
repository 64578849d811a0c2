//! The cues of each language, as the data files hold them.
//!
//! Guarantees: a text costs the look-ups of its language alone, and of English where it may be
//! mixed with it. Refuses lines that are neither a language, a comment nor a line of cues.

use rustc_hash::FxHashMap;
use vigie_types::{IntentKind, Language};

use crate::english::is_mixed_with_english;
use crate::phrase::Cues;

const FILES: [&str; 2] =
    [include_str!("../../data/intents_en.txt"), include_str!("../../data/intents.txt")];

/// Cues of one language: the kind that each speaks for, and how surely.
type IntentCues = Cues<(IntentKind, f32)>;

/// Cues by language.
#[derive(Debug)]
pub(super) struct CueLists {
    by_language: FxHashMap<&'static str, IntentCues>,
}

impl CueLists {
    /// Reads the files that come with the crate.
    ///
    /// # Panics
    /// If a line is none of theirs.
    pub(super) fn new() -> Self {
        let mut lists = Self { by_language: FxHashMap::default() };
        let mut code = "und";
        for line in FILES.iter().flat_map(|file| file.lines()) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(next) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                code = next;
                continue;
            }
            let Some((kind, confidence, written)) = read_line(line) else {
                panic!("a line of cues is a kind, hundredths and cues: {line}")
            };
            let cues = lists.by_language.entry(code).or_insert_with(Cues::new);
            written.split(',').for_each(|cue| cues.add(cue, (kind, confidence)));
        }
        lists
    }

    /// The cues that are heard in a text of this language.
    pub(super) fn heard_in(&self, language: &Language) -> impl Iterator<Item = &IntentCues> {
        let own = self.by_language.get(language.code.as_str());
        let mixed = language.code != "en" && is_mixed_with_english(language);
        own.into_iter().chain(if mixed { self.by_language.get("en") } else { None })
    }
}

fn read_line(line: &'static str) -> Option<(IntentKind, f32, &'static str)> {
    let (head, cues) = line.split_once(": ")?;
    let (name, hundredths) = head.split_once(' ')?;
    let kind = IntentKind::ALL.into_iter().find(|kind| kind.as_str() == name)?;
    Some((kind, f32::from(hundredths.parse::<u8>().ok()?) / 100.0, cues))
}
