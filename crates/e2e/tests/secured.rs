//! A cluster that lets nobody in who has no right: each service with its own user and the least
//! rights that `vigie acls` prints for it.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use vigie_e2e::{Workload, count_scored, create_topics, now, vigie, wait};
use vigie_local_kafka::{Cluster, ClusterSettings, Process, Security, Tool, Tools, cache_of_tests};

/// The services, each its own user.
const SERVICES: [&str; 4] = ["ingest", "tagger", "detector", "scorer"];

/// Everything that is read is judged within it, on a machine that does other things as well.
const LONGEST_RUN: Duration = Duration::from_mins(2);

/// A refusal is told within it: no start waits for ever for what it will not be given.
const LONGEST_REFUSAL: Duration = Duration::from_mins(1);

const MENTIONS: u64 = 500;

struct Ground {
    cluster: Cluster,
    tools: Tools,
    cache: PathBuf,
    directory: tempfile::TempDir,
    workload: Workload,
}

impl Ground {
    fn new() -> Self {
        let cache = cache_of_tests().unwrap();
        let mut settings = ClusterSettings::new(cache.clone(), 1);
        settings.security = Security::SaslTls { users: SERVICES.map(String::from).to_vec() };
        let cluster = Cluster::start(&settings).unwrap();
        create_topics(&cluster.inner_bootstrap(), &[]).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let workload = Workload::simulate(directory.path(), 5, MENTIONS).unwrap();
        let tools = Tools::install(&cache).unwrap();
        Self { cluster, tools, cache, directory, workload }
    }

    /// Gives a service the rights that the program prints for it.
    fn grant(&self, service: &str) {
        let printed = Command::new(vigie().unwrap())
            .args(["acls", "--service", service, "--principal", &format!("User:{service}")])
            .output()
            .unwrap();
        assert!(printed.status.success());
        for line in String::from_utf8(printed.stdout).unwrap().lines() {
            let arguments: Vec<&str> = line.split_whitespace().collect();
            self.acls(&arguments);
        }
    }

    fn acls(&self, arguments: &[&str]) {
        self.tools.run(Tool::Acls, &self.cluster.inner_bootstrap(), arguments).unwrap();
    }

    /// Writes a configuration: by password, or by certificate at its own port.
    fn configuration(&self, service: &str, by_certificate: bool) -> PathBuf {
        let access = self.cluster.access(service).unwrap();
        let show = |file: &Path| file.display().to_string();
        let mutual = self.cluster.mutual_bootstrap().filter(|_| by_certificate);
        let brokers = mutual.unwrap_or_else(|| self.cluster.bootstrap());
        let identity = if by_certificate {
            let (certificate, key) = (show(&access.certificate_file), show(&access.key_file));
            format!("certificate_file = \"{certificate}\"\nkey_file = \"{key}\"\n")
        } else {
            format!(
                "[kafka.sasl]\nmechanism = \"SCRAM-SHA-512\"\nuser = \"{service}\"\n\
                 password_file = \"{}\"\n",
                show(&access.password_file)
            )
        };
        let text = format!(
            "streams = \"{}\"\n[kafka]\nbrokers = \"{brokers}\"\nsession_timeout = \"6s\"\n\
             [kafka.tls]\nauthority_file = \"{}\"\n{identity}",
            show(&self.workload.streams()),
            show(&access.authority_file)
        );
        let path = self.directory.path().join(format!("{service}.toml"));
        fs::write(&path, text).unwrap();
        path
    }

    fn start(&self, service: &str, configuration: &Path) -> Process {
        let mut process = Process::find(service, self.directory.path());
        let mut command = Command::new(vigie().unwrap());
        command.arg(service).arg("--config").arg(configuration);
        command.args(["--listen", "127.0.0.1:0"]);
        if service == "ingest" {
            command.arg("--input").arg(self.workload.mentions()).arg("--exit");
        }
        process.start(command).unwrap();
        process
    }

    /// Starts a service that must end by itself, and gives what it said.
    fn refusal(&self, service: &str, configuration: &Path) -> String {
        let mut process = self.start(service, configuration);
        let from = process.log_length();
        let end = now() + LONGEST_REFUSAL;
        while process.is_alive() {
            assert!(now() < end, "{service} goes on: {}", process.log_end());
            wait(Duration::from_millis(100));
        }
        let words = process.log_from(0);
        assert!(words.len() as u64 >= from, "a log only grows");
        words
    }
}

#[test]
fn each_service_works_with_the_least_rights_and_names_the_one_that_is_missing() {
    let ground = Ground::new();
    let tagger = ground.configuration("tagger", true);

    let words = ground.refusal("tagger", &tagger);
    assert!(words.contains("docs/security.md"), "{words}");

    for service in SERVICES {
        ground.grant(service);
    }
    let mut running: Vec<Process> = ["tagger", "detector", "scorer"]
        .into_iter()
        .map(|service| {
            let configuration = ground.configuration(service, service == "tagger");
            ground.start(service, &configuration)
        })
        .collect();
    let mut ingest = ground.start("ingest", &ground.configuration("ingest", false));
    ingest.wait_for_success(LONGEST_RUN).unwrap();
    let end = now() + LONGEST_RUN;
    loop {
        // Read at the inner port: the suite itself has no user.
        let count = count_scored(&ground.cache, &ground.cluster.inner_bootstrap()).unwrap();
        if count.records >= MENTIONS * 9 / 10 && count.doubles.is_empty() {
            break;
        }
        let logs: Vec<String> = running.iter().map(Process::log_end).collect();
        assert!(now() < end, "{count:?}\n{}", logs.join("\n"));
        wait(Duration::from_secs(1));
    }
    for process in &mut running {
        assert!(process.stop(Duration::from_secs(40)).unwrap(), "{}", process.log_end());
        assert!(!process.log_from(0).contains("cannot follow"), "{}", process.log_from(0));
    }

    let arguments = ["--remove", "--force", "--allow-principal", "User:scorer", "--operation"];
    let right = ["Write", "--transactional-id", "vigie-scorer-"];
    let prefixed = ["--resource-pattern-type", "prefixed"];
    ground.acls(&[&arguments[..], &right, &prefixed].concat());
    let words = ground.refusal("scorer", &ground.configuration("scorer", false));
    assert!(words.contains("vigie-scorer-0-0") && words.contains("docs/security.md"), "{words}");

    let wrong = ground.configuration("detector", false);
    let password = ground.directory.path().join("wrong.password");
    fs::write(&password, "not the password\n").unwrap();
    let known = ground.cluster.access("detector").unwrap().password_file;
    let text = fs::read_to_string(&wrong).unwrap();
    let text = text.replace(&known.display().to_string(), &password.display().to_string());
    fs::write(&wrong, text).unwrap();
    let words = ground.refusal("detector", &wrong);
    assert!(words.contains("uthentication"), "{words}");
    assert!(!words.contains("not the password"), "{words}");
}
