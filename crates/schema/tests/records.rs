//! The Rust records agree with the schema files, and every version that was ever written stays
//! readable.

use std::fs;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use vigie_schema::{
    Act, AuthorEvent, AuthorRecord, AuthorSketch, AvroCodec, BackfilledMention, Checkpoint,
    CheckpointDetail, ClusterRecord, CorrectedMention, CountBody, CountRecord, DeadLetterRecord,
    Deletion, FileCheckpoint, Heartbeat, Interaction, ListChange, NamedCount, Partial,
    PreviousMatch, PushCheckpoint, RawBody, RawRecord, RuleRecord, Schemas, ScoreRecord,
    SentimentTally, Share, SourceStanding, SpikeBody, SpikeMessage, SpikeOverrides, SpikeRecord,
    StreamDefinition, StreamInterest, SuppressionRecord, TaggedMention, TextCount,
    UpstreamWatermark, Weight, WhatHappened, WindowRecord, topics,
};
use vigie_types::{
    Author, AuthorId, AuthorKind, Bucket, ClusterId, Confidence, ConfigurationHash,
    ControlRevision, CorrectedSentiment, Correction, Counts, EventTime, Fingerprint, Intent,
    IntentKind, Judgement, Language, ListKind, ListName, ListVersion, Mention, MentionId,
    MentionKind, Network, Noise, NoiseReason, Origin, Place, Precision, Provenance, Reference,
    References, Revision, Score, Sentiment, SentimentLabel, SentimentToken, Severity, SourceId,
    Span, SpikeId, SpikeState, Stamps, Status, StreamId, StreamKind, StreamMatch, StreamVersion,
    StreamWithdrawal, Term, Tier, Valence, WallTime,
};

fn golden(topic: &str, index: usize) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schemas/golden");
    directory.join(format!("{topic}.{index}.avro"))
}

/// Holds a record to its schema and to its golden file, which the version wrote that was the newest
/// when the file was added; it is never written again.
///
/// A missing golden file is written when `VIGIE_WRITE_GOLDEN` is set, and is a failure otherwise.
fn check<T>(codec: &AvroCodec<T>, topic: &str, records: &[T])
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    for (index, record) in records.iter().enumerate() {
        let mut bytes = Vec::new();
        codec.encode(record, &mut bytes);
        assert_eq!(codec.decode(&bytes).expect("readable"), *record, "{topic} round trip");
        let path = golden(topic, index);
        if std::env::var_os("VIGIE_WRITE_GOLDEN").is_some() && !path.exists() {
            fs::create_dir_all(path.parent().expect("a directory")).expect("created");
            fs::write(&path, &bytes).expect("written");
        }
        let golden = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(codec.decode(&golden).expect("readable"), *record, "{}", path.display());
    }
}

fn stream() -> StreamId {
    StreamId::new("delta").expect("valid")
}

fn author() -> AuthorId {
    AuthorId::new("murmur:7").expect("valid")
}

fn mention_id() -> MentionId {
    MentionId::new("murmur:1001").expect("valid")
}

fn time() -> EventTime {
    EventTime::from_millis(1_424_158_565_621)
}

fn wall() -> WallTime {
    WallTime::from_millis(1_424_158_600_000)
}

fn stamps() -> Stamps {
    Stamps {
        rules: ControlRevision::new(3),
        scores: ControlRevision::new(1),
        suppressions: ControlRevision::ZERO,
        contacts: ControlRevision::ZERO,
    }
}

fn sentiment() -> Sentiment {
    Sentiment {
        score: Valence::clamped(-0.5),
        label: SentimentLabel::Negative,
        model: "rules-en@1".into(),
        tier: Tier::B,
        tokens: vec![SentimentToken { text: "late".into(), start: 7, end: 11, weight: -1.25 }],
    }
}

fn score() -> Score {
    let term = |name: &str, value| Term { name: name.into(), value };
    Score::of(vec![term("reach", 12.5), term("noise", -2.0)])
}

fn mention() -> Mention {
    let reference = || Some(Reference { mention: mention_id(), author: Some(author()) });
    Mention {
        mention_id: mention_id(),
        revision: Some(Revision::new(2)),
        network: Network::new("murmur").expect("valid"),
        url: Some("https://example.org/1?utm_source=a".into()),
        canonical_url: Some("https://example.org/1".into()),
        kind: MentionKind::Quote,
        author: Author {
            id: author(),
            handle: Some("seven".into()),
            display_name: Some("Seven".into()),
            followers: Some(1_234),
            created_at: Some(time()),
            kind: AuthorKind::Human,
            verified: Some(false),
            bio: Some("écrit".into()),
            location: Some("Lyon".into()),
        },
        text: "so late 😡 again".into(),
        title: None,
        declared_language: Some("en".into()),
        created_at: Some(time()),
        published_at: None,
        references: References {
            reply_to: None,
            root: reference(),
            repost_of: None,
            quote_of: reference(),
            mentioned: vec![author()],
        },
        counts: Counts { likes: Some(0), views: None, as_of: Some(time()), ..Counts::default() },
        location: Some(Place {
            city: Some("Lyon".into()),
            region: None,
            country: Some("FR".into()),
            precision: Precision::City,
            provenance: Provenance::Platform,
        }),
        outlet: None,
        origin: Origin::File,
    }
}

fn tagged() -> TaggedMention {
    TaggedMention {
        mention: mention(),
        status: Status::Active,
        judgement: Judgement::FIRST.next(),
        event_time: time(),
        ingested_at: wall(),
        late: true,
        source: SourceId::new("file:/a.ndjson").expect("valid"),
        stamps: stamps(),
        language: Language::new("en", Confidence::clamped(0.75)),
        sentiment: Some(sentiment()),
        intents: vec![Intent {
            kind: IntentKind::Criticism,
            confidence: Confidence::clamped(0.5),
            cue: "so late".into(),
        }],
        noise: Noise { level: 60, reasons: vec![NoiseReason::LinkFarm] },
        fingerprint: Fingerprint::from_bits(0x0123_4567_89ab_cdef),
        place: None,
        matches: vec![StreamMatch {
            stream: stream(),
            version: StreamVersion::new("0123456789abcdef").expect("valid"),
            spans: vec![Span { start: 3, end: 7 }],
            sentiment: None,
        }],
        withdrawn: Vec::new(),
        backfill: None,
        score: Some(score()),
        configuration: Some(ConfigurationHash::new("abcd").expect("valid")),
        correction: None,
    }
}

/// One that has left a stream, as a back-fill found out.
fn withdrawn() -> TaggedMention {
    let version = StreamVersion::new("fedcba9876543210").expect("valid");
    let stream = StreamId::new("viral").expect("valid");
    let backfill = Some(stream.clone());
    TaggedMention { withdrawn: vec![StreamWithdrawal { stream, version }], backfill, ..tagged() }
}

/// Hindi in Latin letters, mixed with English.
fn hinglish() -> Language {
    Language {
        romanised: Some(true),
        mixed_with: Some("en".into()),
        ..Language::new("hi", Confidence::clamped(0.5))
    }
}

fn correction() -> Correction {
    Correction {
        by: "ann".into(),
        at: time(),
        language: Some("fr".into()),
        sentiments: vec![CorrectedSentiment {
            stream: Some(stream()),
            label: SentimentLabel::Positive,
        }],
        intents: Some(vec![IntentKind::Question]),
        place: Some(Place { provenance: Provenance::Corrected, ..Place::default() }),
        note: None,
    }
}

fn raw(body: RawBody) -> RawRecord {
    RawRecord {
        source: SourceId::new("file:/a.ndjson").expect("valid"),
        standing: SourceStanding::Bounded,
        floor: EventTime::MIN,
        heard_at: wall(),
        event_time: time(),
        clamped: false,
        stamps: stamps(),
        place: "/a.ndjson:7".into(),
        replay_of: None,
        body,
    }
}

#[test]
fn raw_records_are_those_of_the_schema() {
    let deletion = Deletion { mention_id: mention_id(), author: Some(author()) };
    let corrected = CorrectedMention {
        mention: mention(),
        judgement: Judgement::FIRST,
        correction: correction(),
    };
    let backfilled = BackfilledMention {
        mention: mention(),
        stream: stream(),
        previous: Some(PreviousMatch {
            version: StreamVersion::new("0123456789abcdef").expect("valid"),
            label: Some(SentimentLabel::Negative),
        }),
    };
    check(
        &Schemas::new().raw,
        topics::MENTIONS_RAW,
        &[
            raw(RawBody::Heartbeat(Heartbeat {})),
            raw(RawBody::Mention(Box::new(mention()))),
            raw(RawBody::Deletion(deletion)),
            raw(RawBody::CorrectedMention(Box::new(corrected))),
            raw(RawBody::BackfilledMention(Box::new(backfilled))),
        ],
    );
}

#[test]
fn tagged_mentions_are_those_of_the_schema() {
    check(
        &Schemas::new().scored,
        topics::MENTIONS_SCORED,
        &[
            tagged(),
            TaggedMention { score: None, ..tagged() },
            TaggedMention { correction: Some(correction()), ..tagged() },
            TaggedMention { language: hinglish(), ..tagged() },
            withdrawn(),
        ],
    );
}

#[test]
fn author_events_are_those_of_the_schema() {
    let interaction = Interaction {
        by: author(),
        act: Act::Reply,
        mention_id: mention_id(),
        on: Some(mention_id()),
        status: Status::Deleted,
        judgement: Judgement::FIRST,
        event_time: time(),
        late: false,
        stamps: stamps(),
        sentiment: Some(Valence::clamped(0.25)),
        noise: 3,
    };
    let event = |event| AuthorEvent { author: author(), event };
    check(
        &Schemas::new().author_events,
        topics::AUTHOR_EVENTS,
        &[
            event(WhatHappened::Interaction(interaction)),
            event(WhatHappened::TaggedMention(Box::new(tagged()))),
            event(WhatHappened::TaggedMention(Box::new(withdrawn()))),
        ],
    );
}

#[test]
fn counts_are_those_of_the_schema() {
    let named = |name: &str| vec![NamedCount { name: name.into(), count: -1 }];
    let partial = Partial {
        stream: stream(),
        bucket: Bucket::from_number(4_747_195),
        late: true,
        rules: ControlRevision::new(3),
        count: -1,
        negative: -1,
        neutral: 0,
        positive: 0,
        noisy: 0,
        authors: named("murmur:7"),
        languages: named("en"),
        networks: named("murmur"),
        terms: named("#late"),
        samples: vec![mention_id()],
        texts: Vec::new(),
    };
    let text = TextCount {
        fingerprint: Fingerprint::from_bits(7),
        link: Some(-3),
        count: 2,
        first: mention_id(),
        first_at: time(),
        authors: AuthorSketch::of(&author()),
    };
    let with_texts = Partial { texts: vec![text], ..partial.clone() };
    let watermark = UpstreamWatermark { partition: 1, of: 4, watermark: time() };
    check(
        &Schemas::new().counts,
        topics::COUNTS,
        &[
            CountRecord { body: CountBody::Watermark(watermark) },
            CountRecord { body: CountBody::Partial(partial) },
            CountRecord { body: CountBody::Partial(with_texts) },
        ],
    );
}

#[test]
fn spikes_are_those_of_the_schema() {
    let share = Share { name: "murmur:7".into(), count: 3, share: 0.25 };
    let spike = SpikeRecord {
        id: SpikeId::of(&stream(), time().bucket()),
        stream: stream(),
        state: SpikeState::Updated,
        opened_at: time(),
        window_start: time(),
        window_end: time(),
        observed: 120,
        expected: 7.5,
        p_value: 1e-12,
        severity: Severity::clamped(7),
        would_not_fire_at: 37,
        authors: 99,
        negative: 80,
        neutral: 30,
        positive: 10,
        top_authors: vec![share.clone()],
        top_terms: vec![share],
        samples: vec![mention_id()],
    };
    let window = WindowRecord {
        stream: stream(),
        bucket: time().bucket(),
        count: 12,
        late: -1,
        authors: 9,
        expected: 7.5,
        p_value: 0.5,
        warming: true,
    };
    check(
        &Schemas::new().spikes,
        topics::SPIKES,
        &[
            SpikeMessage { body: SpikeBody::SpikeRecord(spike) },
            SpikeMessage { body: SpikeBody::WindowRecord(window) },
        ],
    );
}

#[test]
fn clusters_are_those_of_the_schema() {
    let record = ClusterRecord {
        id: ClusterId::of(&stream(), &mention_id()),
        stream: stream(),
        primary: mention_id(),
        fingerprint: Fingerprint::from_bits(7),
        first_seen: time(),
        last_seen: time(),
        size: 3,
        authors: 2,
        late: -1,
    };
    check(&Schemas::new().clusters, topics::CLUSTERS, &[record]);
}

#[test]
fn authors_are_those_of_the_schema() {
    let tally = SentimentTally { negative: 1, neutral: 2, positive: 3, unknown: 4 };
    let record = AuthorRecord {
        author: author(),
        handle: Some("seven".into()),
        display_name: None,
        followers: Some(10),
        followers_as_of: Some(time()),
        first_seen: Some(time()),
        last_seen: Some(time()),
        mentions: 10,
        active_days: 3,
        received: vec![NamedCount { name: "reply".into(), count: 2 }],
        sentiment: tally,
        intents: vec![NamedCount { name: "question".into(), count: 1 }],
        streams: vec![StreamInterest { stream: stream(), count: 10, sentiment: tally }],
        score: score(),
        as_of: time(),
        configuration: ConfigurationHash::new("abcd").expect("valid"),
    };
    check(&Schemas::new().authors, topics::AUTHORS, &[record]);
}

#[test]
fn checkpoints_are_those_of_the_schema() {
    let checkpoint = |detail| Checkpoint {
        source: SourceId::new("file:/a.ndjson").expect("valid"),
        read: 10,
        raw: 7,
        suppressed: 1,
        dead_lettered: 2,
        highest_event_time: Some(time()),
        ended: true,
        updated_at: wall(),
        detail,
    };
    let file = FileCheckpoint { byte_offset: 4_096, digest: "00ff".into(), line: 10 };
    let push = PushCheckpoint { accepted: 7, dead_lettered: 2, suppressed: 1 };
    check(
        &Schemas::new().checkpoints,
        topics::INGEST_CHECKPOINTS,
        &[
            checkpoint(None),
            checkpoint(Some(CheckpointDetail::FileCheckpoint(file))),
            checkpoint(Some(CheckpointDetail::PushCheckpoint(push))),
        ],
    );
}

#[test]
fn control_records_are_those_of_the_schema() {
    let schemas = Schemas::new();
    let revision = ControlRevision::new(2);
    let definition = StreamDefinition {
        id: stream(),
        kind: StreamKind::Competitor,
        group: Some("airlines".into()),
        query: "@delta".into(),
        timezone: "America/New_York".into(),
        accounts: vec![author()],
        spikes: SpikeOverrides { minimum_count: Some(10), ..SpikeOverrides::default() },
    };
    let rule = RuleRecord {
        revision,
        changed_at: wall(),
        put: vec![definition],
        removed: vec![stream()],
        ..RuleRecord::default()
    };
    let list = ListChange {
        name: ListName::new("staff").expect("valid"),
        kind: ListKind::Sites,
        version: ListVersion::new("00ff").expect("valid"),
        added: vec!["delta.com".into()],
        removed: vec!["delta.example".into()],
    };
    let of_lists = RuleRecord {
        revision,
        changed_at: wall(),
        by: Some("ann".into()),
        note: Some("new shops".into()),
        part: 1,
        is_last: false,
        lists: vec![list],
        ..RuleRecord::default()
    };
    check(&schemas.rules, topics::RULES, &[rule, of_lists]);
    let weight = Weight { name: "half_life_days".into(), value: 30.0 };
    let hash = ConfigurationHash::new("abcd").expect("valid");
    let scores = ScoreRecord { revision, changed_at: wall(), hash, weights: vec![weight] };
    check(&schemas.scores, topics::SCORES, &[scores]);
    let suppressions =
        SuppressionRecord { revision, changed_at: wall(), added: vec![author()], removed: vec![] };
    check(&schemas.suppressions, topics::SUPPRESSIONS, &[suppressions]);
}

#[test]
fn dead_letters_are_those_of_the_schema() {
    let letter = DeadLetterRecord {
        source: None,
        place: "/a.ndjson:7".into(),
        reason: "text: missing".into(),
        service: "ingest".into(),
        key: Some(vec![0, 255]),
        value: b"{\xff".to_vec(),
        bytes: 2,
        rejected_at: wall(),
    };
    check(&Schemas::new().dead_letters, topics::DEAD_LETTERS, &[letter]);
}

#[test]
fn times_are_rendered_for_people() {
    let schemas = Schemas::new();
    let inspector = vigie_schema::json::Inspector::default();
    let mut bytes = Vec::new();
    schemas.raw.encode(&raw(RawBody::Mention(Box::new(mention()))), &mut bytes);
    let value = inspector.inspect(topics::MENTIONS_RAW, &bytes).expect("known").expect("read");
    assert_eq!(value["event_time"], "2015-02-17T07:36:05.621Z");
    assert_eq!(value["body"]["mention"]["created_at"], "2015-02-17T07:36:05.621Z");
    assert_eq!(value["body"]["mention"]["published_at"], serde_json::Value::Null);
    assert_eq!(value["body"]["mention"]["counts"]["as_of"], "2015-02-17T07:36:05.621Z");
}

#[test]
fn other_bytes_are_rejected_with_what_was_expected() {
    let codec = Schemas::new().counts;
    let reason = |bytes: &[u8]| codec.decode(bytes).expect_err("rejected").reason;
    assert_eq!(reason(b""), "counts.v1: the value does not begin with a zero byte and a schema id");
    assert_eq!(reason(&[0, 0, 0, 0, 1, 2]), "counts.v1: schema id 1 is not known");
}
