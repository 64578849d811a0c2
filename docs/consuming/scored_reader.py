"""Reads a topic of vigie's and prints one JSON object per record: topic, partition, offset, key and
the decoded value. It knows Kafka and Avro and nothing of vigie: schemas come from the registry.

  python3 -m venv target/reader
  target/reader/bin/pip install -r docs/consuming/requirements.txt
  target/reader/bin/python docs/consuming/scored_reader.py \\
      --bootstrap 127.0.0.1:19092 --registry http://127.0.0.1:18081/apis/ccompat/v7 \\
      --topic mentions.scored.v1 --until-end
"""

import argparse
import base64
import io
import json
import struct
import sys
import urllib.request

import fastavro
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition


class Decoder:
    """Decodes values with the schemas they were written with."""

    def __init__(self, registry, own):
        self.registry = registry
        self.own = own
        # By writer's id: ids are never given out twice, so they are kept for good.
        self.schemas = {}

    def decode(self, value):
        """A zero byte, the id of the writer's schema as four bytes, big end first, then Avro."""
        if value is None:
            return None
        if len(value) < 5 or value[0] != 0:
            raise ValueError("the value does not begin with a zero byte and a schema id")
        (identity,) = struct.unpack(">I", value[1:5])
        if identity not in self.schemas:
            self.schemas[identity] = self.fetch(identity)
        return fastavro.schemaless_reader(io.BytesIO(value[5:]), self.schemas[identity], self.own)

    def fetch(self, identity):
        address = f"{self.registry}/schemas/ids/{identity}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            return parsed(json.load(answer)["schema"])


def parsed(text):
    """A schema whose times stay milliseconds since 1970."""
    return fastavro.parse_schema(without_logical_types(json.loads(text)))


def without_logical_types(schema):
    if isinstance(schema, list):
        return [without_logical_types(branch) for branch in schema]
    if isinstance(schema, dict):
        return {
            name: part if name in ("default", "doc") else without_logical_types(part)
            for name, part in schema.items()
            if name != "logicalType"
        }
    return schema


def print_record(message, decoder):
    key = message.key()
    line = {
        "topic": message.topic(),
        "partition": message.partition(),
        "offset": message.offset(),
        "key": None if key is None else key.decode("utf-8"),
        "value": decoder.decode(message.value()),
    }
    print(json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=as_base64))


def as_base64(value):
    return base64.b64encode(value).decode("ascii")


def read_to_the_end(consumer, topic, decoder):
    """Reads what is committed now."""
    found = consumer.list_topics(topic, timeout=30).topics[topic]
    if found.error is not None:
        raise KafkaException(found.error)
    left = set(found.partitions)
    consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in left])
    # Offsets are also taken by markers of transactions, so records are not counted: the end of a
    # partition is told. For a read_committed reader it lies before the oldest open transaction.
    while left:
        message = consumer.poll(30)
        if message is None:
            raise TimeoutError(f"nothing from {topic} within 30 s; partitions left: {left}")
        if message.error() is None:
            # What comes after the end that was told is not part of this reading.
            if message.partition() in left:
                print_record(message, decoder)
        elif message.error().code() == KafkaError._PARTITION_EOF:
            left.discard(message.partition())
        else:
            raise KafkaException(message.error())


def follow(consumer, topic, decoder):
    """Reads on for ever. What was printed but not committed is printed again after a restart."""
    consumer.subscribe([topic])
    while True:
        messages = consumer.consume(500, timeout=0.5)
        for message in messages:
            if message.error() is None:
                print_record(message, decoder)
            elif message.error().code() != KafkaError._PARTITION_EOF:
                raise KafkaException(message.error())
        sys.stdout.flush()
        if messages:
            consumer.commit(asynchronous=False)


def main():
    flags = argparse.ArgumentParser(description="Prints the records of a topic as JSON.")
    flags.add_argument("--bootstrap", required=True)
    flags.add_argument("--registry", required=True)
    flags.add_argument("--topic", default="mentions.scored.v1")
    flags.add_argument("--until-end", action="store_true", help="to the last committed record")
    flags.add_argument("--group", default="scored-reader", help="without --until-end")
    flags.add_argument("--schema", help="the reader's own schema; else records as written")
    flags.add_argument("--config", help="a file of further settings of librdkafka, NAME=VALUE")
    given = flags.parse_args()
    settings = {
        "bootstrap.servers": given.bootstrap,
        "group.id": given.group,
        # Without it a reader also sees what was rolled back, and what vigie will write once more.
        "isolation.level": "read_committed",
        # Positions are committed when the records have been dealt with, not before.
        "enable.auto.commit": False,
        # A group that has no position yet begins with the first record that is kept.
        "auto.offset.reset": "earliest",
        "enable.partition.eof": given.until_end,
    }
    if given.config:
        with open(given.config, encoding="utf-8") as file:
            lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
        settings.update(line.split("=", 1) for line in lines)
    own = None
    if given.schema:
        with open(given.schema, encoding="utf-8") as file:
            own = parsed(file.read())
    decoder = Decoder(given.registry, own)
    consumer = Consumer(settings)
    try:
        if given.until_end:
            read_to_the_end(consumer, given.topic, decoder)
        else:
            follow(consumer, given.topic, decoder)
    finally:
        consumer.close()


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main()
