"""Counts what is committed on mentions.scored.v1: records, and different (mention, judgement).

Arguments: bootstrap servers, topic, schema file. Shares no code with what wrote the records.
"""

import io
import json
import sys

import fastavro
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

bootstrap, topic, schema_file = sys.argv[1:]
with open(schema_file, encoding="utf-8") as file:
    schema = fastavro.parse_schema(json.load(file))
consumer = Consumer({
    "bootstrap.servers": bootstrap,
    "group.id": "foreign",
    "enable.auto.commit": False,
    "enable.partition.eof": True,
    "isolation.level": "read_committed",
})
partitions = consumer.list_topics(topic, timeout=30).topics[topic].partitions
consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in partitions])
records, seen, doubles, ended = 0, set(), [], set()
while len(ended) < len(partitions):
    message = consumer.poll(60)
    if message is None:
        sys.exit("neither a record nor an end for 60 s")
    if message.error():
        if message.error().code() == KafkaError._PARTITION_EOF:
            ended.add(message.partition())
            continue
        if not message.error().fatal():
            continue
        sys.exit(str(message.error()))
    value = message.value()
    if value[0] != 0:
        sys.exit(f"partition {message.partition()}, offset {message.offset()}: no magic byte")
    record = fastavro.schemaless_reader(io.BytesIO(value[5:]), schema)
    key = (record["mention"]["mention_id"], record["judgement"])
    records += 1
    if key in seen:
        doubles.append(key)
    seen.add(key)
consumer.close()
print(json.dumps({"records": records, "distinct": len(seen), "doubles": doubles[:10]}))
