//! `vigie correct`: a person's word against a judgement.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::data::{DataArguments, path_segment};
use crate::exit::{Exit, Outcome};
use crate::jsonl::{stdout, write_pretty};

/// What `vigie correct` takes.
#[derive(Debug, clap::Args)]
#[command(
    about = "Corrects the language, sentiment, intents or place of a mention",
    long_about = "Corrects what vigie says of one of the newest mentions. The correction enters like \
                  a mention, through the ingest of a running `vigie up`; the mention's next judgement \
                  names who corrected it and when. Nothing is changed in place, and a replay of the \
                  log gives the same. What is not named stays as it was judged or corrected before; \
                  an edit by the author ends a correction.",
    after_help = "Examples:\n  vigie correct murmur:17 --by ann --sentiment negative\n  \
                  vigie correct murmur:17 --by ann --stream delta=positive --stream united=negative\n  \
                  vigie correct murmur:17 --by ann --language es --intent question --intent switch\n  \
                  vigie correct murmur:17 --by ann --city Lyon --country FR --note \"she says so\""
)]
pub struct Arguments {
    /// The mention, network:native id
    #[arg(value_name = "MENTION")]
    mention: String,
    /// Who corrects
    #[arg(long, value_name = "NAME")]
    by: String,
    /// The language of the text, ISO 639
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// How the text speaks: negative, neutral or positive
    #[arg(long, value_name = "LABEL")]
    sentiment: Option<String>,
    /// How it speaks of one stream
    #[arg(long, value_name = "STREAM=LABEL", value_parser = stream_label)]
    stream: Vec<(String, String)>,
    /// What the author wants: question, criticism, suggestion, compliment, purchase, switch, other
    #[arg(long, value_name = "KIND")]
    intent: Vec<String>,
    /// The city it was said from
    #[arg(long, value_name = "NAME")]
    city: Option<String>,
    /// The state, province or region
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// The country, two letters
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    data: DataArguments,
}

fn stream_label(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=');
    let (stream, label) = parts.ok_or_else(|| format!("\"{text}\" is no stream=label"))?;
    Ok((stream.to_owned(), label.to_owned()))
}

impl Arguments {
    /// Sends the correction.
    ///
    /// # Errors
    /// When nothing runs, the mention is not there, or the correction is refused.
    pub fn run(self) -> Outcome {
        let access = self.data.access()?;
        let path = format!("/v1/mentions/{}/correction", path_segment(&self.mention));
        let answer =
            access.post(&path, "application/json", self.body().to_string().into_bytes())?;
        write_pretty(&mut stdout(), &answer)?;
        Ok(Exit::Drained)
    }

    /// What is named, and nothing else.
    fn body(self) -> Value {
        let place = [("city", self.city), ("region", self.region), ("country", self.country)];
        let place: Map<String, Value> = place
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), json!(value?))))
            .collect();
        let streams: BTreeMap<String, String> = self.stream.into_iter().collect();
        json!({
            "by": self.by,
            "language": self.language,
            "sentiment": self.sentiment,
            "streams": (!streams.is_empty()).then_some(streams),
            "intents": (!self.intent.is_empty()).then_some(self.intent),
            "place": (!place.is_empty()).then_some(place),
            "note": self.note,
        })
    }
}
