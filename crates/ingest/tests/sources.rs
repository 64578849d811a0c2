//! Every kind of input a source can meet: good, damaged, hostile, and interrupted.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use tempfile::TempDir;
use vigie_ingest::source::{
    Checkpoint, FileSource, Format, Input, Item, Location, MAXIMUM_BROKEN_BYTES,
    MAXIMUM_LINE_BYTES, Source as _, SourceError,
};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("compresses");
    encoder.finish().expect("compresses")
}

fn write(directory: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = directory.path().join(name);
    std::fs::write(&path, bytes).expect("writes");
    path
}

fn input(path: &Path, format: Format) -> Input {
    Input { id: None, location: Location::File(path.to_path_buf()), format }
}

/// An item without its borrow: line, offset, and the text or the reason.
type Seen = (u64, u64, Result<String, String>);

fn see(item: &Item<'_>) -> Seen {
    match item {
        Item::Line { text, place } => {
            (place.line.get(), place.offset.get(), Ok((*text).to_owned()))
        }
        Item::Broken { bytes, place, reason } => {
            assert!(bytes.len() <= MAXIMUM_BROKEN_BYTES, "kept bytes are bounded");
            (place.line.get(), place.offset.get(), Err(reason.clone()))
        }
    }
}

fn drain(source: &mut FileSource) -> (Vec<Seen>, Option<SourceError>) {
    let mut seen = Vec::new();
    loop {
        match source.next_item() {
            Ok(Some(item)) => seen.push(see(&item)),
            Ok(None) => return (seen, None),
            Err(error) => return (seen, Some(error)),
        }
    }
}

fn read(format: Format, bytes: &[u8]) -> Vec<Seen> {
    let directory = TempDir::new().expect("a directory");
    let path = write(&directory, "input", bytes);
    let mut source = FileSource::open(&input(&path, format), None).expect("opens");
    let (seen, error) = drain(&mut source);
    assert!(error.is_none(), "{error:?}");
    let checkpoint = source.checkpoint();
    assert_eq!(checkpoint.offset.get(), bytes.len() as u64, "every byte is accounted for");
    assert_eq!(checkpoint.records, seen.len() as u64);
    seen
}

fn line(number: u64, offset: u64, text: &str) -> Seen {
    (number, offset, Ok(text.to_owned()))
}

fn broken(number: u64, offset: u64, reason: &str) -> Seen {
    (number, offset, Err(reason.to_owned()))
}

#[test]
fn lines_come_with_their_place_whatever_ends_them() {
    let seen = read(Format::Ndjson, b"\xef\xbb\xbfa\r\n\n  \nb\nc");
    assert_eq!(seen, [line(1, 3, "a"), line(4, 10, "b"), line(5, 12, "c")]);
    assert_eq!(read(Format::Ndjson, b""), []);
    assert_eq!(read(Format::Csv, b""), []);
}

#[test]
fn a_broken_line_names_its_byte_and_the_next_line_is_read() {
    let seen = read(Format::Ndjson, b"ab\xffc\na\0b\ngood\n");
    assert_eq!(
        seen,
        [
            broken(1, 0, "is not UTF-8 at byte 2 of the line: found 0xff"),
            broken(2, 5, "holds a NUL at byte 1 of the line: expected UTF-8 text"),
            line(3, 9, "good"),
        ]
    );
}

#[test]
fn a_line_beyond_the_limit_is_dropped_with_bounded_memory() {
    let length = 50 << 20;
    let mut bytes = vec![b'x'; length];
    bytes.extend_from_slice(b"\ngood\n");
    let reason = format!("has {length} bytes, at most {MAXIMUM_LINE_BYTES} are allowed");
    let seen = read(Format::Ndjson, &bytes);
    assert_eq!(seen, [broken(1, 0, &reason), line(2, length as u64 + 1, "good")]);

    let mut bytes = vec![b'x'; MAXIMUM_LINE_BYTES];
    bytes.push(b'\n');
    assert!(read(Format::Ndjson, &bytes)[0].2.is_ok(), "a line at the limit is taken");
    bytes.insert(0, b'x');
    assert!(read(Format::Ndjson, &bytes)[0].2.is_err(), "one byte more is not");
}

#[test]
fn compressed_input_is_told_by_its_first_bytes_and_may_have_many_members() {
    let mut members = gzip(b"a\nb");
    members.extend(gzip(b"c\nd\n"));
    let mut frames = zstd::encode_all(&b"a\nb"[..], 1).expect("compresses");
    frames.extend(zstd::encode_all(&b"c\nd\n"[..], 1).expect("compresses"));
    for packed in [members, frames] {
        let directory = TempDir::new().expect("a directory");
        let path = write(&directory, "input", &packed);
        let mut source = FileSource::open(&input(&path, Format::Ndjson), None).expect("opens");
        let (seen, error) = drain(&mut source);
        assert!(error.is_none());
        assert_eq!(seen, [line(1, 0, "a"), line(2, 2, "bc"), line(3, 5, "d")]);
    }
}

#[test]
fn a_truncated_gzip_delivers_what_came_before_and_goes_on_once_it_is_whole() {
    let lines: Vec<String> = (0..50_000_u32)
        .map(|n| format!("{{\"n\": {n}, \"x\": {}}}\n", n.wrapping_mul(2_654_435_761)))
        .collect();
    let lines = lines.concat();
    let whole = gzip(lines.as_bytes());
    let directory = TempDir::new().expect("a directory");
    let path = write(&directory, "cut.ndjson.gz", &whole[..whole.len() / 2]);
    let input = input(&path, Format::Ndjson);
    let mut source = FileSource::open(&input, None).expect("opens");
    let (seen, error) = drain(&mut source);
    let message = error.expect("damaged").to_string();
    assert!(message.contains("cut.ndjson.gz beyond byte"), "{message}");
    assert!(message.contains("bytes of gzip data"), "{message}");
    assert!(seen.len() > 10_000, "{} lines came before the damage", seen.len());
    assert!(matches!(source.next_item(), Ok(None)), "after an error a source is at its end");

    let checkpoint = source.checkpoint();
    write(&directory, "cut.ndjson.gz", &whole);
    let mut source = FileSource::open(&input, Some(&checkpoint)).expect("the prefix is the same");
    let (rest, error) = drain(&mut source);
    assert!(error.is_none());
    let texts = seen.iter().chain(&rest).map(|seen| seen.2.clone().expect("good"));
    assert!(texts.eq(lines.lines()), "nothing is lost or doubled");
}

#[test]
fn a_truncated_long_line_is_not_skipped() {
    let mut bytes = b"a\n".to_vec();
    let mut random = 1_u32;
    bytes.extend((0..3 << 20).map(|_| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'a' + (random >> 28) as u8
    }));
    let packed = gzip(&bytes);
    let directory = TempDir::new().expect("a directory");
    let path = write(&directory, "cut.gz", &packed[..packed.len() - 100_000]);
    let mut source = FileSource::open(&input(&path, Format::Ndjson), None).expect("opens");
    let (seen, error) = drain(&mut source);
    assert_eq!(seen, [line(1, 0, "a")]);
    assert!(error.is_some());
    assert_eq!(source.checkpoint().offset.get(), 2);
}

#[test]
fn another_prefix_is_refused_with_what_to_do() {
    let directory = TempDir::new().expect("a directory");
    let path = write(&directory, "grows.ndjson", b"a\nb\n");
    let input = input(&path, Format::Ndjson);
    let mut source = FileSource::open(&input, None).expect("opens");
    source.next_item().expect("reads").expect("a line");
    let checkpoint = source.checkpoint();

    write(&directory, "grows.ndjson", b"a\nb\nc\n");
    let mut source = FileSource::open(&input, Some(&checkpoint)).expect("it only grew");
    assert_eq!(drain(&mut source).0, [line(2, 2, "b"), line(3, 4, "c")]);
    assert_eq!(source.checkpoint().records, 3);

    for other in [&b"x\nb\n"[..], b"a", b""] {
        write(&directory, "grows.ndjson", other);
        let error = FileSource::open(&input, Some(&checkpoint)).err().expect("refused");
        assert!(matches!(error, SourceError::OtherPrefix { .. }));
        assert!(error.to_string().contains("restart the source from its beginning"), "{error}");
    }
}

#[test]
fn what_is_no_regular_file_is_refused_unless_it_is_a_stream() {
    let directory = TempDir::new().expect("a directory");
    let open = |location: Location, checkpoint: Option<&Checkpoint>| {
        let input = Input { id: None, location, format: Format::Ndjson };
        FileSource::open(&input, checkpoint)
    };
    let error = open(Location::File(directory.path().to_path_buf()), None).err().expect("refused");
    assert!(error.to_string().contains("is a directory: name the files in it"), "{error}");
    let error = open(Location::File(directory.path().join("none")), None).err().expect("refused");
    assert!(error.to_string().starts_with("cannot open"), "{error}");

    let fifo = directory.path().join("fifo");
    let status = std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs");
    assert!(status.success());
    let error = open(Location::File(fifo.clone()), None).err().expect("refused");
    assert!(error.to_string().contains("is a FIFO"), "{error}");
    assert!(error.to_string().contains("declare it as a stream"), "{error}");

    let writer = std::thread::spawn({
        let fifo = fifo.clone();
        move || std::fs::write(fifo, b"a\nb\n").expect("writes")
    });
    let mut source = open(Location::Stream(fifo.clone()), None).expect("opens as a stream");
    assert_eq!(drain(&mut source).0, [line(1, 0, "a"), line(2, 2, "b")]);
    writer.join().expect("the writer ends");
    let checkpoint = source.checkpoint();
    let error = open(Location::Stream(fifo), Some(&checkpoint)).err().expect("refused");
    assert!(matches!(error, SourceError::NotResumable { .. }));
}

#[test]
fn rows_may_hold_quoted_newlines_and_ragged_ones_name_their_column() {
    let seen = read(
        Format::Csv,
        b"id,text,at\r\n1,\"a\nb, \"\"c\"\"\",x\r\n2,short\r\n3,a,b,c\n4,\"a\"b,c\n5,d,e\n",
    );
    assert_eq!(
        seen,
        [
            line(2, 12, "1,\"a\nb, \"\"c\"\"\",x"),
            broken(4, 30, "has 2 fields, expected 3: column 3 (\"at\") is missing"),
            broken(5, 39, "has 4 fields, expected 3: column 4 has no name in the header"),
            broken(6, 47, "column 2 (\"text\") has text after its closing quote, at byte 5"),
            line(7, 56, "5,d,e"),
        ]
    );
}

#[test]
fn a_quote_that_is_never_closed_costs_one_line() {
    let mut rows = b"id,text\n1,\"open\n".to_vec();
    let row = b"2,fine\n";
    for _ in 0..(MAXIMUM_LINE_BYTES / row.len() + 10) {
        rows.extend_from_slice(row);
    }
    let seen = read(Format::Csv, &rows);
    let limit = format!("within {MAXIMUM_LINE_BYTES} bytes");
    let reason = format!("column 2 (\"text\") opens a quote that is not closed {limit}");
    assert_eq!(seen[0], broken(2, 8, &reason));
    assert_eq!(seen[1], line(3, 16, "2,fine"));
    assert!(seen[1..].iter().all(|seen| seen.2.is_ok()));

    let seen = read(Format::Csv, b"id,text\n1,\"open\n2,fine\n");
    assert!(seen[0].2.as_ref().is_err_and(|reason| reason.ends_with("the end of the file")));
    assert_eq!(seen[1], line(3, 16, "2,fine"));
}

#[test]
fn a_csv_file_goes_on_with_its_header() {
    let directory = TempDir::new().expect("a directory");
    let path = write(&directory, "rows.csv", b"id,text\n1,a\n2,b\n3\n");
    let input = input(&path, Format::Csv);
    let mut source = FileSource::open(&input, None).expect("opens");
    source.next_item().expect("reads").expect("a row");
    let checkpoint = source.checkpoint();
    let mut source = FileSource::open(&input, Some(&checkpoint)).expect("goes on");
    assert_eq!(source.header().expect("a header").names(), ["id", "text"]);
    let (seen, _) = drain(&mut source);
    assert_eq!(seen[0], line(3, 12, "2,b"));
    assert!(seen[1].2.is_err(), "the header still counts columns");
    let path = write(&directory, "twice.csv", b"id,text,id\n");
    let error = FileSource::open(&Input { location: Location::File(path), ..input }, None).err();
    let message = error.expect("refused").to_string();
    assert!(message.ends_with("twice.csv:1: the header row names two columns \"id\""), "{message}");
}

#[test]
fn an_input_is_known_by_its_id_or_its_absolute_path() {
    let mut named = input(Path::new("/data/a.ndjson.gz"), Format::Ndjson);
    assert_eq!(named.identity().expect("an id").as_str(), "/data/a.ndjson.gz");
    named.id = Some("export".parse_id());
    assert_eq!(named.identity().expect("an id").as_str(), "export");
    assert_eq!(Format::of_path(Path::new("a.ndjson.gz")), Some(Format::Ndjson));
    assert_eq!(Format::of_path(Path::new("a.csv.zst")), Some(Format::Csv));
    assert_eq!(Format::of_path(Path::new("a.txt")), None);
}

trait ParseId {
    fn parse_id(&self) -> vigie_types::SourceId;
}

impl ParseId for str {
    fn parse_id(&self) -> vigie_types::SourceId {
        vigie_types::SourceId::new(self).expect("an id")
    }
}

proptest! {
    #[test]
    fn stopping_anywhere_and_going_on_reads_the_same(
        bytes in prop::collection::vec(prop::sample::select(b"a\"\n\r, \xff\0".to_vec()), 0..60),
        is_csv: bool,
        stop in 0_usize..12,
    ) {
        let format = if is_csv { Format::Csv } else { Format::Ndjson };
        let directory = TempDir::new().expect("a directory");
        let input = input(&write(&directory, "input", &bytes), format);
        let Ok(mut undisturbed) = FileSource::open(&input, None) else { return Ok(()) };
        let (expected, _) = drain(&mut undisturbed);

        let mut first = FileSource::open(&input, None).expect("opened before");
        let mut seen = Vec::new();
        while seen.len() < stop && let Some(item) = first.next_item().expect("reads") {
            seen.push(see(&item));
        }
        let mut second = FileSource::open(&input, Some(&first.checkpoint())).expect("goes on");
        seen.extend(drain(&mut second).0);
        prop_assert_eq!(seen, expected);
        prop_assert_eq!(second.checkpoint(), undisturbed.checkpoint());
    }
}
