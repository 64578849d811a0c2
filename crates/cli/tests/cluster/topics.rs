//! `vigie topics apply | diff` on a real broker, looked at with Kafka's own tools.

use vigie_local_kafka::{Tool, Tools};

use crate::support::{cluster, run, tools};

/// A cluster's topics as Kafka's own tools see and change them.
struct Topics<'a> {
    tools: Tools,
    brokers: &'a str,
}

impl Topics<'_> {
    /// Runs the command with these arguments besides the brokers.
    fn vigie(&self, command: &str, arguments: &[&str]) -> crate::support::Ran {
        run(&[&["topics", command, "--brokers", self.brokers], arguments].concat())
    }

    fn describe(&self, topic: &str) -> String {
        let arguments = ["--describe", "--topic", topic];
        self.tools.run(Tool::Topics, self.brokers, &arguments).expect("described")
    }

    /// Changes settings behind our back.
    fn set(&self, topic: &str, settings: &str) {
        let entity = ["--alter", "--entity-type", "topics", "--entity-name", topic];
        let arguments = [&entity[..], &["--add-config", settings]].concat();
        self.tools.run(Tool::Configs, self.brokers, &arguments).expect("changed");
    }
}

#[track_caller]
fn check_holds(text: &str, expected: &[&str]) {
    for expected in expected {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
}

#[test]
fn topics_are_created_brought_in_line_and_never_lose_records_unasked() {
    let cluster = cluster();
    let brokers = cluster.bootstrap();
    let topics = Topics { tools: tools(), brokers: &brokers };
    let missing = topics.vigie("diff", &[]).with(1);
    check_holds(&missing, &["+ mentions.raw.v1: 4 partitions on 1 brokers, cleanup.policy=delete"]);
    assert_eq!(missing.lines().count(), 15);
    assert_eq!(topics.vigie("apply", &[]).with(0), missing);
    assert_eq!(topics.vigie("diff", &[]).with(0), "");
    assert_eq!(topics.vigie("apply", &[]).with(0), "");
    let raw = ["PartitionCount: 4", "ReplicationFactor: 1", "retention.ms=2419200000"];
    check_holds(&topics.describe("mentions.raw.v1"), &raw);
    let state = ["cleanup.policy=compact", "max.compaction.lag.ms=604800000"];
    check_holds(&topics.describe("vigie-scorer-changelog"), &state);

    topics.set("spikes.v1", "retention.ms=-1,compression.type=zstd");
    topics.set("authors.v1", "message.timestamp.type=CreateTime");
    let refused = topics.vigie("apply", &[]);
    assert!(refused.err.contains("nothing was changed"), "{}", refused.err);
    assert_eq!(
        refused.with(1),
        "! spikes.v1 has retention.ms = -1, wanted 31536000000: what is older would be dropped; \
         set a longer `retention` in the file of topics, or allow it with --allow-data-loss\n"
    );
    check_holds(&topics.describe("authors.v1"), &["message.timestamp.type=CreateTime"]);
    let expected = "~ authors.v1: message.timestamp.type from CreateTime to LogAppendTime";
    check_holds(&topics.vigie("diff", &[]).with(1), &[expected, "! spikes.v1 has retention.ms"]);
    topics.vigie("apply", &["--allow-data-loss"]).with(0);
    assert_eq!(topics.vigie("diff", &[]).with(0), "");
    check_holds(&topics.describe("authors.v1"), &["message.timestamp.type=LogAppendTime"]);
    // What the file says nothing of is kept.
    let kept = ["compression.type=zstd", "retention.ms=31536000000", "retention.bytes=-1"];
    check_holds(&topics.describe("spikes.v1"), &kept);

    let more = ["--alter", "--topic", "counts.v1", "--partitions", "8"];
    topics.tools.run(Tool::Topics, &brokers, &more).expect("altered");
    let refused = topics.vigie("apply", &["--allow-data-loss"]).with(1);
    check_holds(&refused, &["! counts.v1 has 8 partitions, wanted 4: keys would be"]);

    let second = topics.vigie("diff", &["--application-version", "2"]).with(1);
    check_holds(&second, &["+ spikes.v1-a2: 4 partitions"]);
    assert!(!second.contains("mentions.raw.v1"), "{second}");
}

#[test]
fn a_cluster_that_is_not_there_is_told() {
    let ran = run(&["topics", "diff", "--brokers", "127.0.0.1:1"]);
    assert!(ran.err.contains("cannot read the cluster's topics"), "{}", ran.err);
    ran.with(1);
}
