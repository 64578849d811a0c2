//! How the stream services are put together. Nothing here knows which engine they run on.

use std::collections::BTreeMap;
use std::sync::Arc;

use vigie_detector::topology::{DetectorOutputs, WatchesAtStamp, watch_table};
use vigie_detector::{Detector, StreamState};
use vigie_runtime::{
    Board, ControlFeed, ControlLookup, Decoder, Layout, Limits, Observer, Outputs, Processor, Task,
    TaskParts, ThreadParts, Topic,
};
use vigie_schema::Schemas;
use vigie_scorer::topology::{ScorerOutputs, ScoresAtStamp, score_table};
use vigie_scorer::{AuthorState, Scorer};
use vigie_tagger::topology::{RulesAtStamp, TaggerOutputs, rule_table};
use vigie_tagger::{Ledger, Tagger, UnknownFields};
use vigie_text::Judge;
use vigie_types::{AuthorId, Millis, StreamId};

/// The application whose changelogs the stores are kept in.
pub(crate) const APPLICATION: &str = "vigie";

/// What every service is put together from.
pub(super) struct ServiceParts {
    pub(super) schemas: Arc<Schemas>,
    pub(super) layout: Arc<Layout>,
    pub(super) commit_interval: Millis,
    pub(super) observer: Arc<dyn Observer>,
    /// Where taggers count what is asked and not known.
    pub(super) unknown_fields: Arc<UnknownFields>,
}

/// The parts of one service that differ.
struct Service<P: Processor> {
    input: &'static str,
    processor: P,
    decoder: Arc<dyn Decoder<P::Input>>,
    outputs: Arc<dyn Outputs<P::Output>>,
    controls: Arc<dyn ControlLookup<P::Control>>,
    feed: Arc<dyn ControlFeed>,
    board: Arc<Board<P::Key, P::State>>,
}

impl ServiceParts {
    /// The tagger.
    pub(super) fn tagger(
        &self,
        judge: Arc<Judge>,
        board: Arc<Board<AuthorId, Ledger>>,
    ) -> ThreadParts {
        let table = rule_table(&self.schemas);
        self.thread_parts(Service {
            input: vigie_tagger::topology::INPUT,
            processor: Tagger::new(judge).counting_into(Arc::clone(&self.unknown_fields)),
            decoder: Arc::clone(&self.schemas.raw) as Arc<dyn Decoder<_>>,
            outputs: Arc::new(TaggerOutputs::new(Arc::clone(&self.schemas))),
            controls: Arc::new(RulesAtStamp::new(Arc::clone(&table))),
            feed: table,
            board,
        })
    }

    /// The detector.
    pub(super) fn detector(&self, board: Arc<Board<StreamId, StreamState>>) -> ThreadParts {
        let table = watch_table(&self.schemas);
        self.thread_parts(Service {
            input: vigie_detector::topology::INPUT,
            processor: Detector,
            decoder: Arc::clone(&self.schemas.counts) as Arc<dyn Decoder<_>>,
            outputs: Arc::new(DetectorOutputs::new(Arc::clone(&self.schemas))),
            controls: Arc::new(WatchesAtStamp::new(Arc::clone(&table))),
            feed: table,
            board,
        })
    }

    /// The scorer.
    pub(super) fn scorer(&self, board: Arc<Board<AuthorId, AuthorState>>) -> ThreadParts {
        let table = score_table(&self.schemas);
        self.thread_parts(Service {
            input: vigie_scorer::topology::INPUT,
            processor: Scorer,
            decoder: Arc::clone(&self.schemas.author_events) as Arc<dyn Decoder<_>>,
            outputs: Arc::new(ScorerOutputs::new(Arc::clone(&self.schemas))),
            controls: Arc::new(ScoresAtStamp::new(Arc::clone(&table))),
            feed: table,
            board,
        })
    }

    fn thread_parts<P: Processor>(&self, service: Service<P>) -> ThreadParts {
        let parts = Arc::new(TaskParts {
            application: APPLICATION.into(),
            processor: Arc::new(service.processor),
            decoder: service.decoder,
            outputs: service.outputs,
            controls: service.controls,
            layout: Arc::clone(&self.layout),
            limits: Limits::default(),
            observer: Arc::clone(&self.observer),
        });
        let board = service.board;
        let factory: vigie_runtime::TaskFactory = Box::new(move |input| {
            Box::new(Task::new(Arc::clone(&parts), input, Arc::clone(&board)))
        });
        ThreadParts {
            factories: BTreeMap::from([(Topic::new(service.input), factory)]),
            controls: vec![service.feed],
            commit_interval: self.commit_interval,
            limits: Limits::default(),
            observer: Arc::clone(&self.observer),
        }
    }
}
