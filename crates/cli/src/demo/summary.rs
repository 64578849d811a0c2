//! The summary of a demonstration, for somebody who sees vigie for the first time.
//!
//! Everything in it is asked from the API that is served afterwards: what it says can be read back.

use std::io::Write;
use std::time::Duration;

use serde_json::Value;
use vigie_service::access::Access;
use vigie_simulator::{DeliveryKind, EventKind, Simulator};
use vigie_types::StreamId;

use super::planned::{Comparison, Spike};
use super::seconds;
use crate::audit;
use crate::data::path_segment;
use crate::present::{fraction, list, minute, number, percent, terms, text, thousands};
use crate::simulate::kind_name;
use crate::table::{Table, one_line};

/// How many languages of a stream are named.
const LANGUAGES: usize = 4;

/// How many of the queue are shown.
const QUEUE: usize = 8;

/// How many clusters are shown.
const COPIES: usize = 8;

/// What only the demonstration knows.
pub struct Facts<'s> {
    /// What was simulated.
    pub simulator: &'s Simulator,
    /// How many lines there were.
    pub lines: u64,
    /// How long they took through all services.
    pub judged_in: Duration,
}

/// Writes the whole summary.
///
/// # Errors
/// When the API does not answer or the summary cannot be written.
pub fn write(access: &Access, facts: &Facts<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    let deliveries = facts.simulator.truth().deliveries();
    let of = |kind| thousands(deliveries.of(kind) as i64);
    writeln!(
        out,
        "\n{} lines were simulated: {} mentions of seven invented brands over 18 days,\n\
         {} of them late; {} edits, {} deletes, {} duplicates and {} broken lines.",
        thousands(facts.lines as i64),
        thousands(deliveries.mentions() as i64),
        of(DeliveryKind::Late),
        of(DeliveryKind::Edit),
        of(DeliveryKind::Delete),
        of(DeliveryKind::Duplicate),
        of(DeliveryKind::Broken),
    )?;
    let streams = access.get("/v1/streams")?;
    write_streams(list(&streams, "/streams"), out)?;
    write_spikes(access, facts, out)?;
    write_copies(access, facts, out)?;
    write_authors(access, out)?;
    write_queue(access, facts, out)?;
    heading(out, "What became of every line")?;
    audit::write(&access.get("/v1/audit")?, out)?;
    heading(out, "Speed")?;
    let rate = facts.lines as f64 / facts.judged_in.as_secs_f64().max(0.001);
    writeln!(
        out,
        "  {} lines read, tagged, counted, scored and committed to disk in {}: {} a second",
        thousands(facts.lines as i64),
        seconds(facts.judged_in),
        thousands(rate as i64)
    )?;
    Ok(())
}

/// Says what can be asked now.
///
/// # Errors
/// When it cannot be written.
pub fn write_addresses(access: &Access, address: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    let top = access.get("/v1/authors?top=1")?;
    let author = list(&top, "/authors").first().map_or("", |author| text(author, "/author"));
    let streams = access.get("/v1/streams")?;
    let stream = list(&streams, "/streams").first().map_or("", |stream| text(stream, "/id"));
    heading(out, "The same data over HTTP, until Ctrl-C")?;
    for path in [
        "/v1/streams".to_owned(),
        format!("/v1/streams/{}/spikes", path_segment(stream)),
        format!("/v1/streams/{}/clusters?limit=5", path_segment(stream)),
        format!("/v1/authors/{}", path_segment(author)),
        format!("/v1/mentions?stream={}&limit=5", path_segment(stream)),
        format!("/v1/queue?stream={}&limit=5", path_segment(stream)),
        "/openapi.json".to_owned(),
    ] {
        writeln!(out, "  curl 'http://{address}{path}'")?;
    }
    Ok(())
}

fn heading(out: &mut dyn Write, text: &str) -> std::io::Result<()> {
    writeln!(out, "\n{text}\n{}", "=".repeat(text.chars().count()))
}

fn write_streams(streams: &[Value], out: &mut dyn Write) -> anyhow::Result<()> {
    heading(out, "Mentions by stream, sentiment and language")?;
    writeln!(
        out,
        "  A stream is a saved query. A mention may meet several; deleted ones are taken back.\n  \
         \"unknown\" is a language whose sentiment is not supported yet, not a neutral mention.\n"
    )?;
    let columns =
        ["stream", ">mentions", ">negative", ">neutral", ">positive", ">unknown", "languages"];
    let mut table = Table::new(columns);
    for stream in streams {
        let mentions = number(stream, "/counted/mentions");
        let share =
            |name: &str| percent(number(stream, &format!("/counted/sentiment/{name}")), mentions);
        let languages: Vec<String> = list(stream, "/counted/languages")
            .iter()
            .take(LANGUAGES)
            .map(|language| {
                let share = percent(number(language, "/count"), mentions);
                format!("{} {share}", text(language, "/name"))
            })
            .collect();
        table.row([
            text(stream, "/id").to_owned(),
            thousands(mentions),
            share("negative"),
            share("neutral"),
            share("positive"),
            share("unknown"),
            languages.join(", "),
        ]);
    }
    table.write("  ", out)?;
    Ok(())
}

fn write_spikes(access: &Access, facts: &Facts<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    heading(out, "Spikes found, beside what was planned")?;
    let simulator = facts.simulator;
    let brands = &simulator.settings().brands;
    let mut spikes = Vec::new();
    for brand in brands {
        let path = format!("/v1/streams/{}/spikes", path_segment(brand.id.as_str()));
        let answer = access.get(&path)?;
        let told = list(&answer, "/spikes").iter();
        spikes.extend(told.filter_map(|told| Spike::of(&brand.id, told)));
    }
    let planned = simulator.truth().events().filter(|event| event.delivered > 0);
    let named = planned.map(|event| (event, brands[event.brand.get()].id.clone()));
    let comparison = Comparison::of(named, spikes);
    let mut table = Table::new([
        "planned",
        "stream",
        "began",
        "spike opened",
        ">severity",
        ">seen",
        ">expected",
        ">no spike at or below",
    ]);
    for (event, spike) in &comparison.events {
        let stream = &brands[event.brand.get()].id;
        let what = kind_name(event.kind).to_owned();
        let began = minute(&event.start.to_string());
        table.row(row(what, stream, began, spike.as_ref(), event.kind.is_burst()));
    }
    for spike in &comparison.extra {
        let what = "(nothing)".to_owned();
        table.row(row(what, &spike.stream, String::new(), Some(spike), false));
    }
    table.write("  ", out)?;
    let (bursts, found) = comparison.found();
    writeln!(
        out,
        "\n  {found} of {bursts} planned bursts found, {} missed, {} spikes beside the plan.",
        bursts - found,
        comparison.extra.len()
    )?;
    writeln!(
        out,
        "  Severity is from 1 to 10. \"seen\" and \"expected\" are mentions in the window that \
         opened the spike;\n  with so many as in the last column, or fewer, it would not have fired."
    )?;
    for (event, spike) in &comparison.events {
        if event.kind == EventKind::Flood {
            let verdict = match spike {
                None => "no spike, as it must be: one account is no crowd",
                Some(_) => "a spike was opened, which is wrong: one account is no crowd",
            };
            let stream = &brands[event.brand.get()].id;
            let posts = thousands(event.delivered as i64);
            writeln!(out, "  The flood of {posts} posts by one account on {stream}: {verdict}.")?;
        }
    }
    Ok(())
}

fn row(
    what: String,
    stream: &StreamId,
    began: String,
    spike: Option<&Spike>,
    must_be_found: bool,
) -> Vec<String> {
    let mut row = vec![what, stream.to_string(), began];
    let Some(Spike { opened_at, told, .. }) = spike else {
        row.push(if must_be_found { "MISSED".into() } else { "none".into() });
        return row;
    };
    row.extend([
        minute(&opened_at.to_string()),
        number(told, "/severity").to_string(),
        thousands(number(told, "/opened/observed")),
        format!("{:.1}", fraction(told, "/opened/expected")),
        thousands(number(told, "/opened/would_not_fire_at")),
    ]);
    row
}

fn write_copies(access: &Access, facts: &Facts<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    heading(out, "The texts that were copied most")?;
    let mut clusters = Vec::new();
    for brand in &facts.simulator.settings().brands {
        let stream = brand.id.as_str();
        let path = format!("/v1/streams/{}/clusters?limit=1000", path_segment(stream));
        let answer = access.get(&path)?;
        clusters.extend(list(&answer, "/clusters").iter().map(|told| (stream, told.clone())));
    }
    clusters.sort_by_key(|(_, told)| std::cmp::Reverse(number(told, "/size")));
    let mut table = Table::new(["stream", ">mentions", ">authors", "first", "first said"]);
    for (stream, told) in clusters.iter().take(COPIES) {
        table.row([
            (*stream).to_owned(),
            thousands(number(told, "/size")),
            thousands(number(told, "/authors")),
            text(told, "/primary").to_owned(),
            minute(text(told, "/first_seen")),
        ]);
    }
    table.write("  ", out)?;
    writeln!(out, "\n  {} clusters of near-duplicates in all.", thousands(clusters.len() as i64))?;
    Ok(())
}

fn write_authors(access: &Access, out: &mut dyn Write) -> anyhow::Result<()> {
    heading(out, "The ten authors with the highest score, and what each score is made of")?;
    writeln!(
        out,
        "  \"own\" is what the author said, \"received\" what others did upon it (replies, reposts, \
         quotes,\n  namings), each weighted and halved with age, \"explicit\" what the network vouches \
         for.\n"
    )?;
    let answer = access.get("/v1/authors?top=10")?;
    for (place, author) in (1..).zip(list(&answer, "/authors")) {
        let score = author.pointer("/score").unwrap_or(&Value::Null);
        let name = match text(author, "/display_name") {
            "" => String::new(),
            name => format!(" ({name})"),
        };
        let mentions = thousands(number(author, "/mentions"));
        writeln!(
            out,
            "  {place:>2}. {:>8.2}  {}{name}, {mentions} mentions\n                = {}",
            fraction(score, "/value"),
            text(author, "/author"),
            terms(score)
        )?;
    }
    Ok(())
}

fn write_queue(access: &Access, facts: &Facts<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    let Some(ours) = facts.simulator.settings().brands.first() else { return Ok(()) };
    heading(out, &format!("Who to answer first on {}", ours.id))?;
    writeln!(
        out,
        "  Questions first, then criticism, suggestions and compliments; among equals the higher \
         score.\n"
    )?;
    let path = format!("/v1/queue?stream={}&limit={QUEUE}", path_segment(ours.id.as_str()));
    let answer = access.get(&path)?;
    let mut table = Table::new(["wants", ">score", "since", "author", "text"]);
    for waiting in list(&answer, "/queue") {
        let handle = text(waiting, "/handle");
        let author = if handle.is_empty() { text(waiting, "/author") } else { handle };
        table.row([
            text(waiting, "/intent").to_owned(),
            format!("{:.1}", fraction(waiting, "/score/value")),
            minute(text(waiting, "/since")),
            one_line(author, 24),
            one_line(text(waiting, "/text"), 64),
        ]);
    }
    table.write("  ", out)?;
    Ok(())
}
