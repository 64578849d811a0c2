//! Whole runs, looked at from outside.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use vigie_simulator::{
    BrandIndex, Delivery, DeliveryKind, Disturbances, EventKind, Limit, Record, Settings,
    SettingsError, Simulator,
};
use vigie_types::{EventTime, MentionKind, Millis};

type Checked = Result<(), SettingsError>;

fn lines(seed: u64, deliveries: u64) -> Result<Vec<u8>, SettingsError> {
    let mut out = Vec::new();
    for delivery in Simulator::new(Settings::bounded(seed, deliveries))? {
        delivery.to_line(&mut out);
    }
    Ok(out)
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() -> Checked {
    let first = lines(1, 10_000)?;
    assert_eq!(first.split(|byte| *byte == b'\n').count() - 1, 10_000);
    assert!(first == lines(1, 10_000)?, "two runs of one seed differ");
    assert!(first != lines(2, 10_000)?, "two seeds give one run");
    // Whoever changes what is generated changes this number, on purpose, and says so.
    assert_eq!(format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&first)), GOLDEN);
    Ok(())
}

const GOLDEN: &str = "68e596caa48c9913";

const KEYS: [&str; 22] = [
    "author",
    "counts",
    "created_at",
    "id",
    "kind",
    "language",
    "location",
    "mentioned",
    "network",
    "outlet",
    "published_at",
    "quote_of",
    "reply_to",
    "repost_of",
    "revision",
    "root",
    "status",
    "text",
    "title",
    "url",
    "author.id",
    "author.handle",
];

#[test]
fn every_line_that_is_not_broken_is_an_envelope_and_every_broken_one_is_not() -> Checked {
    let mut seen = BTreeSet::new();
    for delivery in Simulator::new(Settings::bounded(3, 30_000))? {
        let mut line = Vec::new();
        delivery.to_line(&mut line);
        assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1));
        let parsed = serde_json::from_slice::<Value>(&line);
        let text = String::from_utf8_lossy(&line);
        if delivery.record.kind() == DeliveryKind::Broken {
            let usable = parsed.is_ok_and(|value| {
                value["id"].is_string() && value["network"].is_string() && value["kind"].is_string()
            });
            assert!(!usable, "not broken: {text}");
            continue;
        }
        let value = parsed.expect("every other line is JSON");
        assert!(value["id"].is_string() && value["network"].is_string(), "{text}");
        let published = value["published_at"].as_str().expect("published_at is a text");
        assert_eq!((published.len(), published.ends_with('Z')), (24, true), "{published}");
        assert!(EventTime::parse(published).is_ok(), "{published}");
        if delivery.record.kind() == DeliveryKind::Delete {
            assert_eq!(value["status"], "deleted");
            assert!(value.get("text").is_none());
            continue;
        }
        assert!(value["author"]["id"].is_string() && value["text"].is_string(), "{text}");
        for (key, inner) in value.as_object().expect("an object") {
            assert!(KEYS.contains(&key.as_str()), "unknown key {key}");
            assert!(!inner.is_null(), "{key} is null: {text}");
            seen.insert(key.clone());
        }
    }
    for key in KEYS.iter().filter(|key| !key.contains('.') && **key != "status") {
        assert!(seen.contains(*key), "no mention ever has {key}");
    }
    Ok(())
}

#[test]
fn whoever_reacts_does_so_to_a_mention_delivered_before() -> Checked {
    let mut delivered = BTreeMap::new();
    let (mut second_degree, mut last) = (0, EventTime::MIN);
    for delivery in Simulator::new(Settings::bounded(4, 60_000))? {
        assert!(delivery.delivered_at >= last, "delivery time goes back");
        last = delivery.delivered_at;
        let Some(mention) = delivery.record.mention() else { continue };
        let references = &mention.references;
        let parents = [&references.reply_to, &references.repost_of, &references.quote_of];
        for parent in parents.iter().copied().flatten().chain(&references.root) {
            let (at, author, kind) = delivered.get(&parent.mention).expect("delivered before");
            assert!(Some(*at) <= mention.published_at, "a reaction precedes its parent");
            assert_eq!(Some(author), parent.author.as_ref());
            let repost = mention.kind == MentionKind::Repost && *kind == MentionKind::Repost;
            second_degree += u32::from(repost);
        }
        let has_parent = parents.iter().any(|parent| parent.is_some());
        let reacts = !matches!(mention.kind, MentionKind::Post | MentionKind::Article);
        assert_eq!((has_parent, references.root.is_some()), (reacts, reacts));
        let published = mention.published_at.expect("always given");
        let known = (published, mention.author.id.clone(), mention.kind);
        delivered.entry(mention.mention_id.clone()).or_insert(known);
    }
    assert!(second_degree > 100, "{second_degree} reposts of reposts");
    Ok(())
}

#[test]
fn things_go_wrong_as_often_as_they_should_and_are_counted() -> Checked {
    let mut simulator = Simulator::new(Settings::bounded(5, 100_000))?;
    let mut counted = BTreeMap::new();
    let mut originals = BTreeMap::new();
    for delivery in simulator.by_ref() {
        *counted.entry(delivery.record.kind()).or_insert(0_u64) += 1;
        check_against_original(&delivery, &mut originals);
    }
    let deliveries = *simulator.truth().deliveries();
    for kind in DeliveryKind::ALL {
        assert_eq!(counted[&kind], deliveries.of(kind), "{}", kind.as_str());
    }
    let Disturbances { edits, deletes, duplicates, late, broken } = Disturbances::default();
    let expected = [
        (DeliveryKind::Edit, edits),
        (DeliveryKind::Delete, deletes),
        (DeliveryKind::Duplicate, duplicates),
        (DeliveryKind::Late, late),
        (DeliveryKind::Broken, broken),
    ];
    for (kind, share) in expected {
        let seen = deliveries.of(kind) as f64 / deliveries.mentions() as f64;
        assert!((seen / share - 1.0).abs() < 0.25, "{}: {seen} of {share}", kind.as_str());
    }
    Ok(())
}

type Originals = BTreeMap<String, (Vec<u8>, u64, String)>;

fn check_against_original(delivery: &Delivery, originals: &mut Originals) {
    let mut line = Vec::new();
    delivery.to_line(&mut line);
    match &delivery.record {
        Record::Mention(mention) => {
            let revision = mention.revision.expect("given").get();
            let kept = (line, revision, mention.text.clone());
            let first = originals.insert(mention.mention_id.to_string(), kept);
            assert!(first.is_none(), "{} comes twice", mention.mention_id);
        }
        Record::Late(mention) => {
            let behind = delivery.delivered_at - mention.published_at.expect("given");
            assert!(behind >= Millis::minutes(20), "{behind:?}");
        }
        Record::Edit(mention) => {
            let (_, revision, text) = &originals[mention.mention_id.as_str()];
            assert!(mention.revision.expect("given").get() > *revision);
            assert_ne!(*text, mention.text);
        }
        Record::Duplicate(mention) => {
            assert_eq!(originals[mention.mention_id.as_str()].0, line);
        }
        Record::Delete(deletion) => {
            assert!(originals.contains_key(deletion.mention_id.as_str()));
        }
        Record::Broken(_) => {}
    }
}

/// What is counted per bucket and brand: mentions and their authors.
type Buckets = BTreeMap<(BrandIndex, i64), (u32, BTreeSet<String>)>;

#[test]
fn the_demo_is_as_large_as_planned_and_its_events_show_in_the_counts() -> Checked {
    let settings = Settings::demo();
    let (start, per_day) = (settings.start, settings.mentions_per_day);
    assert_eq!(start.to_string(), "2026-03-02T00:00:00.000Z");
    let mut simulator = Simulator::new(settings)?;
    let planned: Vec<_> = simulator.truth().events().cloned().collect();
    assert!(planned.iter().all(|event| event.delivered == 0 && event.expected > 0));
    let mut buckets = Buckets::new();
    let mut by_hour = [0_u32; 24];
    for delivery in simulator.by_ref() {
        let (Some(mention), Some(brand)) = (delivery.record.mention(), delivery.label.brand) else {
            continue;
        };
        let at = mention.published_at.expect("given");
        by_hour[(at.as_millis().rem_euclid(86_400_000) / 3_600_000) as usize] += 1;
        let cell = buckets.entry((brand, at.bucket().number())).or_default();
        cell.0 += 1;
        cell.1.insert(mention.author.id.to_string());
    }
    let truth = simulator.truth();
    let (total, expected) = (truth.deliveries().total() as f64, 18.0 * per_day);
    let extra: u64 = truth.events().map(|event| event.delivered).sum();
    let disturbed = 1.03;
    let ratio = (total / disturbed - extra as f64) / expected;
    assert!((ratio - 1.0).abs() < 0.05, "{total} deliveries, {ratio} of the plan");
    assert!(*by_hour.iter().max().unwrap() > 2 * by_hour.iter().min().unwrap(), "{by_hour:?}");
    assert!(truth.bursts().count() == 4 && truth.campaigns().count() == 1);
    for event in truth.events() {
        let (delivered, expected) = (event.delivered as f64, event.expected as f64);
        // Five standard deviations of a Poisson count.
        assert!((delivered - expected).abs() < 5.0 * expected.sqrt(), "{event:?}");
        check_visible(event.brand, event.kind, event.peak, &buckets);
    }
    Ok(())
}

fn check_visible(brand: BrandIndex, kind: EventKind, peak: EventTime, buckets: &Buckets) {
    let around = |shift: i64| {
        let first = peak.bucket().number() + shift;
        (first..first + 3).filter_map(|number| buckets.get(&(brand, number))).collect::<Vec<_>>()
    };
    let mentions = |shift: i64| around(shift).iter().map(|cell| cell.0).sum::<u32>();
    let cells = around(0);
    let authors = cells.iter().flat_map(|cell| &cell.1).collect::<BTreeSet<_>>().len() as u32;
    // The same quarter of an hour of the day before and the week before.
    let usual = (mentions(-288) + mentions(-7 * 288)).max(2) / 2;
    match kind {
        EventKind::Storm | EventKind::Praise | EventKind::Outage => {
            assert!(mentions(0) > 4 * usual, "{kind:?}: {} after {usual}", mentions(0));
            assert!(authors * 2 > mentions(0), "{kind:?}: {authors} authors");
        }
        EventKind::Flood => {
            assert!(mentions(0) > 3 * usual, "{kind:?}: {} after {usual}", mentions(0));
            assert!(authors * 3 < mentions(0), "{kind:?}: {authors} authors");
        }
        EventKind::Campaign => {}
    }
}

#[test]
fn a_campaign_has_its_hashtag_and_its_number_of_authors() -> Checked {
    let mut settings = Settings::bounded(6, 40_000);
    settings.plan.events.retain(|event| event.kind == EventKind::Campaign);
    settings.plan.events[0].authors = 40;
    let mut authors = BTreeSet::new();
    for delivery in Simulator::new(settings)? {
        let Record::Mention(mention) = &delivery.record else { continue };
        if delivery.label.event == Some(EventKind::Campaign) {
            assert!(mention.text.contains("#SkyForEveryone"), "{}", mention.text);
            authors.insert(mention.author.id.clone());
        }
    }
    assert_eq!(authors.len(), 40);
    Ok(())
}

#[test]
fn the_brands_of_the_labels_are_in_the_texts_and_in_the_streams() -> Checked {
    let mut simulator = Simulator::new(Settings::bounded(8, 20_000))?;
    let streams = simulator.streams_toml();
    let brands = simulator.settings().brands.clone();
    for brand in &brands {
        assert!(streams.contains(&format!("id = \"{}\"", brand.id)), "{streams}");
        assert!(streams.contains(&format!("query = '{0} OR @{0} OR #{0}'", brand.id)));
    }
    for delivery in simulator.by_ref() {
        let Some(mention) = delivery.record.mention() else { continue };
        let text = mention.text.to_lowercase();
        for (place, brand) in brands.iter().enumerate() {
            let label = &delivery.label;
            let named = [label.brand, label.rival].contains(&Some(BrandIndex::new(place as u8)));
            assert_eq!(text.contains(brand.id.as_str()), named, "{text}");
        }
    }
    let counted = (0..7).map(|place| simulator.truth().brand(BrandIndex::new(place)).mentions);
    assert!(counted.into_iter().all(|mentions| mentions > 200));
    Ok(())
}

#[test]
fn an_endless_run_goes_on_in_bounded_memory_however_busy() -> Checked {
    // 20,000 a second: the reactions of a quarter of an hour would be millions.
    let mut simulator = Simulator::new(Settings::endless(9, 1.728e9))?;
    assert_eq!(simulator.settings().limit, Limit::Endless);
    for _ in 0..200_000 {
        assert!(simulator.next().is_some());
        assert!(simulator.pending() <= 131_072);
    }
    let mut calm = Settings::endless(9, 200.0);
    calm.disturbances = Disturbances::NONE;
    let mut simulator = Simulator::new(calm)?;
    let rounds = 40;
    let count = 200 * 7 * rounds;
    let last = simulator.by_ref().take(count).last().expect("endless").delivered_at;
    assert!(last - simulator.settings().start > Millis::days(7 * rounds as i64 - 40));
    assert!(simulator.truth().events().count() > 6 * 30, "the plan comes again");
    assert_eq!(simulator.truth().deliveries().of(DeliveryKind::Mention), count as u64);
    Ok(())
}
