// Reads a topic of vigie's and prints one JSON object per record: topic, partition, offset, key and
// the decoded value. It knows Kafka and Avro and nothing of vigie: schemas come from the registry.
//
//   mvn -q -f docs/consuming/pom.xml dependency:copy-dependencies \
//       -DoutputDirectory="$PWD/target/scored-reader"
//   java -cp 'target/scored-reader/*' docs/consuming/ScoredReader.java \
//       --bootstrap 127.0.0.1:19092 --registry http://127.0.0.1:18081/apis/ccompat/v7 \
//       --topic mentions.scored.v1 --until-end
//
// --until-end    from the first record to the last committed one of each partition, then it ends;
//                without it: as a member of --group NAME, from where the group stands, for ever
// --schema FILE  the reader's own schema; without it, each record as it was written
// --config FILE  further settings of the client, such as security.protocol, as Java properties

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

public final class ScoredReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final PrintStream OUT =
            new PrintStream(System.out, false, StandardCharsets.UTF_8);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String registry;
    private final Schema own;
    /** By writer's id: ids are never given out twice, so they are kept for good. */
    private final Map<Integer, GenericDatumReader<Object>> readers = new HashMap<>();

    private ScoredReader(String registry, Schema own) {
        this.registry = registry;
        this.own = own;
    }

    public static void main(String[] words) throws Exception {
        Map<String, String> flags = new HashMap<>();
        for (int at = 0; at < words.length; at++) {
            flags.put(words[at], words[at].equals("--until-end") ? "" : words[++at]);
        }
        String topic = flags.getOrDefault("--topic", "mentions.scored.v1");
        String schema = flags.get("--schema");
        Schema own = schema == null ? null : new Schema.Parser().parse(Files.readString(Path.of(schema)));
        ScoredReader reader = new ScoredReader(flags.get("--registry"), own);
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings(flags))) {
            if (flags.containsKey("--until-end")) {
                reader.readToTheEnd(consumer, topic);
            } else {
                reader.follow(consumer, topic);
            }
        }
    }

    private static Properties settings(Map<String, String> flags) throws IOException {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", flags.get("--bootstrap"));
        // Without it a reader also sees what was rolled back, and what vigie will write once more.
        settings.put("isolation.level", "read_committed");
        // Positions are committed when the records have been dealt with, not before.
        settings.put("enable.auto.commit", "false");
        // A group that has no position yet begins with the first record that is kept.
        settings.put("auto.offset.reset", "earliest");
        settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
        settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
        if (flags.containsKey("--group")) {
            settings.put("group.id", flags.get("--group"));
        }
        if (flags.containsKey("--config")) {
            try (FileReader file = new FileReader(flags.get("--config"))) {
                settings.load(file);
            }
        }
        return settings;
    }

    /** Reads what is committed now. */
    private void readToTheEnd(KafkaConsumer<byte[], byte[]> consumer, String topic) throws Exception {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(found -> new TopicPartition(topic, found.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        // For a read_committed reader the end lies before the oldest open transaction.
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        // Offsets are also taken by markers of transactions, so records are not counted: the
        // consumer's own position says when it has passed the last of them.
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                if (record.offset() < ends.get(new TopicPartition(topic, record.partition()))) {
                    print(record);
                }
            }
        }
        OUT.flush();
    }

    /** Reads on for ever. What was printed but not committed is printed again after a restart. */
    private void follow(KafkaConsumer<byte[], byte[]> consumer, String topic) throws Exception {
        consumer.subscribe(Set.of(topic));
        while (true) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                print(record);
            }
            OUT.flush();
            consumer.commitSync();
        }
    }

    private void print(ConsumerRecord<byte[], byte[]> record) throws Exception {
        ObjectNode line = NODES.objectNode();
        line.put("topic", record.topic());
        line.put("partition", record.partition());
        line.put("offset", record.offset());
        line.put("key", record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8));
        line.set("value", record.value() == null ? NODES.nullNode() : node(decode(record.value())));
        OUT.println(JSON.writeValueAsString(line));
    }

    /** A zero byte, the id of the writer's schema as four bytes, big end first, then Avro. */
    private Object decode(byte[] value) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(value);
        if (value.length < 5 || bytes.get() != 0) {
            throw new IOException("the value does not begin with a zero byte and a schema id");
        }
        int id = bytes.getInt();
        GenericDatumReader<Object> reader = readers.get(id);
        if (reader == null) {
            Schema writer = fetch(id);
            reader = new GenericDatumReader<>(writer, own == null ? writer : own);
            readers.put(id, reader);
        }
        return reader.read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
    }

    private Schema fetch(int id) throws Exception {
        URI address = URI.create(registry + "/schemas/ids/" + id);
        HttpRequest request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(address + " answers " + answer.statusCode() + ": " + answer.body());
        }
        return new Schema.Parser().parse(JSON.readTree(answer.body()).get("schema").asText());
    }

    /** Avro's values as JSON; times stay milliseconds since 1970, bytes become base64. */
    private static JsonNode node(Object value) {
        if (value instanceof IndexedRecord record) {
            ObjectNode object = NODES.objectNode();
            for (Schema.Field field : record.getSchema().getFields()) {
                object.set(field.name(), node(record.get(field.pos())));
            }
            return object;
        } else if (value instanceof Iterable<?> items) {
            ArrayNode array = NODES.arrayNode();
            items.forEach(item -> array.add(node(item)));
            return array;
        } else if (value instanceof Map<?, ?> entries) {
            ObjectNode object = NODES.objectNode();
            entries.forEach((name, entry) -> object.set(name.toString(), node(entry)));
            return object;
        } else if (value instanceof CharSequence || value instanceof GenericEnumSymbol) {
            return NODES.textNode(value.toString());
        } else if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return NODES.binaryNode(bytes);
        } else if (value instanceof GenericFixed fixed) {
            return NODES.binaryNode(fixed.bytes());
        } else if (value instanceof Float number) {
            return NODES.numberNode(number.doubleValue());
        }
        return JSON.valueToTree(value);
    }
}
