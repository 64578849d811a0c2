//! One cluster for all tests of the suite, which take turns on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tempfile::TempDir;
use vigie_e2e::{
    Detail, Image, Overrides, Stage, StageSettings, Workload, count_scored, create_topics,
    delete_everything, must_all_have_ended, must_equal, vigie,
};
use vigie_local_kafka::{
    Cluster, ClusterSettings, Registry, RegistrySettings, Tools, cache_of_tests,
};

/// How many lines are read unless a test needs more.
pub const MENTIONS: u64 = 2_000;

/// A run of 2,000 mentions takes seconds, half a minute with a session and a transaction that end
/// by their time-outs; ten times that, on a machine that does other things as well, is broken.
pub const LONGEST_RUN: Duration = Duration::from_mins(5);

/// The cluster, and the directory that goes with a test.
pub struct Ground {
    _turn: MutexGuard<'static, ()>,
    pub bootstrap: String,
    pub cache: PathBuf,
    pub directory: TempDir,
}

impl Ground {
    /// Takes the turn on a cluster that is as new, with its topics made.
    pub fn take(overrides: Overrides<'_>) -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let cache = cache_of_tests().unwrap();
        let bootstrap = cluster().bootstrap();
        delete_everything(&bootstrap).unwrap();
        create_topics(&bootstrap, overrides).unwrap();
        Self { _turn: turn, bootstrap, cache, directory: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The address of a registry with our schemas. It is started once for all tests.
    pub fn registry(&self) -> String {
        static REGISTRY: OnceLock<Mutex<Registry>> = OnceLock::new();
        let registry = REGISTRY.get_or_init(|| {
            let settings =
                RegistrySettings { cache: self.cache.clone(), directory: None, port: None };
            Mutex::new(Registry::start(&settings).unwrap())
        });
        let url = registry.lock().unwrap_or_else(PoisonError::into_inner).url();
        let register = ["schemas", "register", "--registry", &url];
        let status = Command::new(vigie().unwrap()).args(register).stdout(Stdio::null()).status();
        assert!(status.unwrap().success());
        url
    }

    /// The services' stage over a workload.
    pub fn stage(&self, workload: &Workload, settings: &StageSettings) -> Stage {
        Stage::set(&self.bootstrap, &workload.streams(), &self.path("fleet"), settings).unwrap()
    }

    /// Holds what the run has left to an undisturbed one, to the audit, to a client that is not
    /// ours, and to Kafka's own tool for transactions.
    pub fn must_be_exact(&self, stage: &mut Stage, expected: &Image) {
        stage.fleet.stop_all().unwrap();
        let found = stage.image(Detail::Whole).unwrap();
        must_equal(expected, &found).unwrap();
        stage.must_add_up().unwrap();
        let count = count_scored(&self.cache, &self.bootstrap).unwrap();
        assert!(count.doubles.is_empty(), "{count:?}");
        assert_eq!(count.records, expected.count("mentions") as u64, "{count:?}");
        let tools = Tools::install(&self.cache).unwrap();
        must_all_have_ended(&tools, &self.bootstrap).unwrap();
    }
}

/// The broker stands still while `during` runs, for whoever has the turn.
pub fn without_broker<R>(_turn: &Ground, during: impl FnOnce() -> R) -> R {
    cluster().pause(1).unwrap();
    let done = during();
    cluster().resume(1).unwrap();
    done
}

/// The one cluster, started by whoever asks first.
fn cluster() -> MutexGuard<'static, Cluster> {
    static CLUSTER: OnceLock<Mutex<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| {
        let settings = ClusterSettings::new(cache_of_tests().unwrap(), 1);
        // Tests are killed with their process: the guard of the cluster ends the broker then.
        Mutex::new(Cluster::start(&settings).unwrap())
    });
    cluster.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Simulated mentions in a directory of a test, and what an undisturbed run of them leaves behind.
pub fn undisturbed(directory: &Path, seed: u64, mentions: u64) -> (Workload, Image) {
    let workload = Workload::simulate(directory, seed, mentions).unwrap();
    let image = whole_image(&workload, &[workload.mentions()]);
    (workload, image)
}

/// As [`undisturbed`], of mentions that are read as two files, one after the other.
pub fn undisturbed_halves(
    directory: &Path,
    seed: u64,
    mentions: u64,
) -> (Workload, [PathBuf; 2], Image) {
    let workload = Workload::simulate(directory, seed, mentions).unwrap();
    let halves = workload.halves().unwrap();
    let image = whole_image(&workload, &halves);
    (workload, halves, image)
}

/// What an undisturbed run of the inputs leaves behind: something of everything.
fn whole_image(workload: &Workload, inputs: &[PathBuf]) -> Image {
    let image = workload.undisturbed(inputs, Detail::Whole).unwrap();
    for section in ["raw", "mentions", "author events", "closed windows", "dead letters"] {
        assert!(image.count(section) > 0, "no {section} to compare");
    }
    image
}
