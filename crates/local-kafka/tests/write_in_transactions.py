"""Writes mentions in transactions, one of which is aborted, and prints the keys that count.

Arguments: bootstrap, topic, schema id, schema file.
"""

import io
import json
import struct
import sys

import fastavro
from confluent_kafka import Producer

bootstrap, topic, identity, schema_file = sys.argv[1:]
with open(schema_file, encoding="utf-8") as file:
    schema = fastavro.parse_schema(json.load(file))


def value(number):
    buffer = io.BytesIO()
    buffer.write(struct.pack(">bI", 0, int(identity)))
    sentiment = {"score": 0.85, "label": "positive", "model": "m@1", "tier": "A", "tokens": []}
    mention = {"mention_id": f"murmur:{number}", "text": "Très bien 🙂 \"ok\"", "kind": "reply"}
    record = {
        "mention": mention,
        "judgement": number,
        "event_time": 1_700_000_000_123 + number,
        "sentiment": sentiment,
        "score": {"value": 12.5, "terms": [{"name": "reach", "value": 1e-9}]},
    }
    fastavro.schemaless_writer(buffer, schema, record)
    return buffer.getvalue()


producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": "writer"})
producer.init_transactions()
number = 0
# The aborted one is the last of each partition, so that no record follows its marker.
for is_committed in (True, False, True, False):
    producer.begin_transaction()
    for partition in (0, 1):
        for _ in range(3):
            producer.produce(topic, value(number), f"murmur:{number}", partition)
            if is_committed:
                print(f"murmur:{number}")
            number += 1
    if is_committed:
        producer.commit_transaction()
    else:
        producer.flush()
        producer.abort_transaction()
