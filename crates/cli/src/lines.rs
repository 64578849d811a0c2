//! Every line of a stream of input through one function: in parallel, and in order.
//!
//! Guarantees: output has the order of the input; what has arrived is judged without waiting for
//! more, so it lives in a pipe; memory is bounded, also by one endless line; a reader of the output
//! that leaves ends everything.
//!
//! Refuses: understanding lines.

use std::io::{self, Read, Write};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded};
use vigie_ingest::source::MAXIMUM_LINE_BYTES;

/// How much is read at once: a pipe holds half of it, and it is about 400 mentions.
const READ_BYTES: usize = 128 << 10;

/// Pieces that wait for each thread: enough that none waits for the reader.
const PIECES_PER_THREAD: usize = 4;

/// What is done with one line: appends output with its line end, or says what is wrong.
pub type EachLine = dyn Fn(&str, &mut Vec<u8>) -> Result<(), String> + Send + Sync;

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines that were not blank.
    pub lines: u64,
    /// Of these: that the function refused.
    pub broken: u64,
}

/// Whether a line that is refused leaves a line in the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// `{"error": .., "line": ..}`, so that order and count stay; blank lines stay, too.
    Marked,
    /// Nothing.
    LeftOut,
}

/// How the lines are to be taken.
pub struct Lines {
    /// The name of the input in messages.
    pub name: &'static str,
    /// How many threads judge.
    pub threads: usize,
    /// What becomes of refused lines.
    pub refused: Refused,
    /// What is done with each line.
    pub each: Box<EachLine>,
}

/// A piece of input, cut at line ends.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Whole { first_line: u64, bytes: Vec<u8> },
    TooLong { line: u64, bytes: u64 },
}

/// What came of a piece.
#[derive(Default)]
struct Done {
    out: Vec<u8>,
    broken: Vec<(u64, String)>,
    lines: u64,
}

impl Lines {
    /// Takes every line of `input`.
    ///
    /// # Errors
    /// When the input cannot be read or the output not be written.
    pub fn run(
        self,
        input: impl Read + Send + 'static,
        output: &mut dyn Write,
    ) -> io::Result<Tally> {
        let places = self.threads.max(1) * PIECES_PER_THREAD;
        let (jobs, waiting) = bounded::<(Piece, Sender<Done>)>(places);
        let (in_order, results) = bounded::<io::Result<Receiver<Done>>>(places);
        let name = self.name;
        let lines = Arc::new(self);
        // The threads are not joined: one that waits for input must not keep the command from
        // ending when nobody reads its output any more.
        for _ in 0..lines.threads.max(1) {
            let (lines, waiting) = (Arc::clone(&lines), waiting.clone());
            std::thread::spawn(move || {
                for (piece, done) in waiting {
                    if done.send(lines.judge(&piece)).is_err() {
                        return;
                    }
                }
            });
        }
        std::thread::spawn(move || cut(Cutter::new(input), &jobs, &in_order));
        let mut tally = Tally::default();
        while let Ok(result) = results.recv() {
            let done = result?.recv().map_err(|_| io::Error::other("a thread has panicked"))?;
            output.write_all(&done.out)?;
            for (line, reason) in &done.broken {
                eprintln!("{name}:{line}: {reason}");
            }
            tally.lines += done.lines;
            tally.broken += done.broken.len() as u64;
            if results.is_empty() {
                output.flush()?;
            }
        }
        output.flush()?;
        Ok(tally)
    }

    fn judge(&self, piece: &Piece) -> Done {
        let mut done = Done::default();
        match piece {
            Piece::TooLong { line, bytes } => {
                let reason = format!("has {bytes} bytes, a line has at most {MAXIMUM_LINE_BYTES}");
                done.lines = 1;
                self.refuse(*line, reason, &mut done);
            }
            Piece::Whole { first_line, bytes } => {
                let whole = bytes.strip_suffix(b"\n").unwrap_or(bytes);
                for (number, line) in (*first_line..).zip(whole.split(|byte| *byte == b'\n')) {
                    self.judge_line(number, line, &mut done);
                }
            }
        }
        done
    }

    fn judge_line(&self, number: u64, line: &[u8], done: &mut Done) {
        if line.trim_ascii().is_empty() {
            if self.refused == Refused::Marked {
                done.out.push(b'\n');
            }
            return;
        }
        done.lines += 1;
        let length = done.out.len();
        let result = std::str::from_utf8(line)
            .map_err(|error| format!("is not UTF-8 at byte {} of the line", error.valid_up_to()))
            .and_then(|line| (self.each)(line.trim_ascii(), &mut done.out));
        if let Err(reason) = result {
            done.out.truncate(length);
            self.refuse(number, reason, done);
        }
    }

    fn refuse(&self, number: u64, reason: String, done: &mut Done) {
        if self.refused == Refused::Marked {
            let line = serde_json::json!({ "error": reason, "line": number });
            done.out.extend_from_slice(line.to_string().as_bytes());
            done.out.push(b'\n');
        }
        done.broken.push((number, reason));
    }
}

/// Hands out pieces until the input ends or nobody takes them.
fn cut(
    mut cutter: Cutter<impl Read>,
    jobs: &Sender<(Piece, Sender<Done>)>,
    in_order: &Sender<io::Result<Receiver<Done>>>,
) {
    loop {
        match cutter.next_piece() {
            Ok(None) => return,
            Ok(Some(piece)) => {
                let (done, result) = bounded(1);
                if in_order.send(Ok(result)).is_err() || jobs.send((piece, done)).is_err() {
                    return;
                }
            }
            Err(error) => {
                // Nobody left to tell is as good as told.
                let _ = in_order.send(Err(error));
                return;
            }
        }
    }
}

/// Cuts input into pieces at line ends.
struct Cutter<R> {
    input: R,
    kept: Vec<u8>,
    line: u64,
    /// How much of an overlong line was thrown away so far.
    skipped: Option<u64>,
}

impl<R: Read> Cutter<R> {
    const fn new(input: R) -> Self {
        Self { input, kept: Vec::new(), line: 1, skipped: None }
    }

    fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        loop {
            if let Some(piece) = self.take_piece() {
                return Ok(Some(piece));
            }
            if let Some(skipped) = &mut self.skipped {
                *skipped += self.kept.len() as u64;
                self.kept.clear();
            } else if self.kept.len() > MAXIMUM_LINE_BYTES {
                self.skipped = Some(self.kept.len() as u64);
                self.kept.clear();
            }
            let held = self.kept.len();
            self.kept.resize(held + READ_BYTES, 0);
            let count = loop {
                match self.input.read(&mut self.kept[held..]) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    result => break result?,
                }
            };
            self.kept.truncate(held + count);
            if count == 0 {
                return Ok(self.take_last());
            }
        }
    }

    /// What ends in a line feed.
    fn take_piece(&mut self) -> Option<Piece> {
        if let Some(skipped) = self.skipped {
            let end = memchr::memchr(b'\n', &self.kept)?;
            self.kept.drain(..=end);
            self.skipped = None;
            return Some(self.too_long(skipped + end as u64));
        }
        let end = memchr::memrchr(b'\n', &self.kept)?;
        let rest = self.kept.split_off(end + 1);
        let bytes = std::mem::replace(&mut self.kept, rest);
        Some(self.whole(bytes))
    }

    /// What the input ends with, without a line feed.
    fn take_last(&mut self) -> Option<Piece> {
        let bytes = std::mem::take(&mut self.kept);
        match self.skipped.take() {
            Some(skipped) => Some(self.too_long(skipped + bytes.len() as u64)),
            None if bytes.is_empty() => None,
            None => Some(self.whole(bytes)),
        }
    }

    fn whole(&mut self, bytes: Vec<u8>) -> Piece {
        let first_line = self.line;
        self.line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        Piece::Whole { first_line, bytes }
    }

    const fn too_long(&mut self, bytes: u64) -> Piece {
        let line = self.line;
        self.line += 1;
        Piece::TooLong { line, bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shout(threads: usize, refused: Refused, input: Vec<u8>) -> (Tally, String) {
        let each = |line: &str, out: &mut Vec<u8>| {
            if line == "bad" {
                return Err("is bad".to_owned());
            }
            out.extend_from_slice(line.to_uppercase().as_bytes());
            out.push(b'\n');
            Ok(())
        };
        let lines = Lines { name: "test", threads, refused, each: Box::new(each) };
        let mut out = Vec::new();
        let tally = lines.run(io::Cursor::new(input), &mut out).expect("in memory");
        (tally, String::from_utf8(out).expect("text"))
    }

    #[test]
    fn order_and_count_stay_whatever_the_lines_hold() {
        let (tally, out) = shout(3, Refused::Marked, b"a\n\nbad\r\n\xff\nb".to_vec());
        assert_eq!(tally, Tally { lines: 4, broken: 2 });
        let marked = "A\n\n{\"error\":\"is bad\",\"line\":3}\n\
                      {\"error\":\"is not UTF-8 at byte 0 of the line\",\"line\":4}\nB\n";
        assert_eq!(out, marked);
        let (_, out) = shout(3, Refused::LeftOut, b"a\n\nbad\nb\n".to_vec());
        assert_eq!(out, "A\nB\n");
    }

    #[test]
    fn many_lines_come_out_in_their_order() {
        let lines: Vec<String> = (0..50_000).map(|number| format!("line {number}")).collect();
        let (tally, out) = shout(4, Refused::Marked, lines.join("\n").into_bytes());
        assert_eq!(tally.lines, 50_000);
        assert!(out.lines().eq(lines.iter().map(|line| line.to_uppercase())));
    }

    #[test]
    fn an_overlong_line_is_counted_and_not_held() {
        let mut input = b"a\n".to_vec();
        input.extend(vec![b'x'; 3 * MAXIMUM_LINE_BYTES]);
        input.extend_from_slice(b"\nb\n");
        let (tally, out) = shout(2, Refused::Marked, input);
        assert_eq!(tally, Tally { lines: 3, broken: 1 });
        let middle = out.lines().nth(1).expect("a line");
        assert!(
            middle.contains("has 3145728 bytes") && middle.ends_with("\"line\":2}"),
            "{middle}"
        );
        assert_eq!(out.lines().nth(2), Some("B"));
    }
}
