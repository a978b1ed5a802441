package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.ops.rollout.Goal;
import io.inkstream.ops.rollout.RolloutDesk;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.TextDocument;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** A version is published by what schemas/README.md says and nothing else: the schema files, HTTP, and Kafka's producer. */
class PlainPublicationIT {
    private static final Path SCHEMAS = Path.of("..", "schemas", "src", "main", "avro");
    private static final int CHUNK_BYTES = 512 * 1024;

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    @Test
    void aVersionThatAPlainAvroProducerHasPublishedBecomesReadyAndDraws() throws Exception {
        LocalInkstream inkstream = SharedInkstream.ready();
        Cluster cluster = inkstream.cluster();
        byte[] bundle =
                Bundles.version(SharedInkstream.shippedModel(), "plain", "1", 0).toBytes();

        publish(inkstream.addresses().bootstrap(), inkstream.addresses().registryUrl(), bundle);

        try (RolloutDesk desk =
                        new RolloutDesk(cluster, Duration.ofSeconds(15), InstantSource.system(), System::nanoTime);
                EventReader reader = cluster.eventReader(EventReader.From.END);
                TextWriter writer = cluster.textWriter()) {
            try {
                String why = desk.await(Goal.ready("plain:1", sha256(bundle)), SharedInkstream.LIMIT)
                        .match(ready -> "", failed -> failed.why(), late -> late.why());
                assertThat(why).isEmpty();
                writer.write(
                        "plain-1",
                        TextDocument.newBuilder()
                                .setText("By anybody.")
                                .setModel("plain:1")
                                .build());
                LineImage line = Lines.await(reader, Set.of("plain-1"), false, SharedInkstream.LIMIT)
                        .of("plain-1")
                        .get(0);
                assertThat(line.getProvenance().getModel()).isEqualTo("plain:1");
                assertThat(line.getProvenance().getModelSha256()).isEqualTo(sha256(bundle));
            } finally {
                desk.withdraw("plain:1"); // the next test counts on the shipped one
            }
        }
    }

    private void publish(String bootstrap, String registry, byte[] bundle) throws Exception {
        JsonNode manifest = manifest(bundle);
        String id =
                manifest.path("name").asText() + ":" + manifest.path("version").asText();
        ObjectNode announcementJson = (ObjectNode)
                json.readTree(SCHEMAS.resolve("ModelAnnouncement.avsc").toFile());
        // One schema in one piece: the two records that it names are put where they are named.
        announcementJson.path("fields").forEach(field -> {
            if (field.path("type").path("items").isTextual()) {
                ((ObjectNode) field.path("type"))
                        .set("items", read(field.path("type").path("items").asText()));
            }
        });
        Schema announcement = new Schema.Parser().parse(announcementJson.toString());
        Schema chunk = new Schema.Parser().parse(read("ModelChunk").toString());
        int announcementId = register(registry, "inkstream.models-value", announcement);
        int chunkId = register(registry, "inkstream.model-chunks-value", chunk);
        String sha256 = sha256(bundle);
        int count = (bundle.length + CHUNK_BYTES - 1) / CHUNK_BYTES;

        Map<String, Object> config =
                Map.of("bootstrap.servers", bootstrap, "transactional.id", "somebody-elses-publisher");
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < count; i++) {
                byte[] piece =
                        Arrays.copyOfRange(bundle, i * CHUNK_BYTES, Math.min(bundle.length, (i + 1) * CHUNK_BYTES));
                GenericRecord value = new GenericRecordBuilder(chunk)
                        .set("index", i)
                        .set("count", count)
                        .set("sha256", sha256)
                        .set("data", ByteBuffer.wrap(piece))
                        .build();
                producer.send(new ProducerRecord<>("inkstream.model-chunks", id + ":" + i, framed(chunkId, value)))
                        .get();
            }
            GenericRecord value = new GenericRecordBuilder(announcement)
                    .set("name", manifest.path("name").asText())
                    .set("version", manifest.path("version").asText())
                    .set("sha256", sha256)
                    .set("sizeBytes", (long) bundle.length)
                    .set("chunkCount", count)
                    .set("classes", records(announcement, "classes", manifest.path("classes")))
                    .set("styles", records(announcement, "styles", manifest.path("styles")))
                    .set("announcedAt", System.currentTimeMillis())
                    .build();
            producer.send(new ProducerRecord<>("inkstream.models", id, framed(announcementId, value)))
                    .get();
            producer.commitTransaction();
        }
    }

    /** What the manifest says of classes or styles, as far as the announcement repeats it; the names are the same. */
    private static List<GenericRecord> records(Schema announcement, String field, JsonNode described) {
        Schema schema = announcement.getField(field).schema().getElementType();
        List<GenericRecord> records = new ArrayList<>();
        described.forEach(one -> records.add((GenericRecord) value(schema, one)));
        return records;
    }

    /** A part of the manifest by its schema; what the manifest leaves out has the schema's default. */
    private static Object value(Schema schema, JsonNode json) {
        switch (schema.getType()) {
            case RECORD:
                GenericRecordBuilder record = new GenericRecordBuilder(schema);
                for (Schema.Field field : schema.getFields()) {
                    if (json.has(field.name())) {
                        record.set(field, value(field.schema(), json.get(field.name())));
                    }
                }
                return record.build();
            case MAP:
                Map<String, Object> map = new TreeMap<>();
                json.fields()
                        .forEachRemaining(
                                each -> map.put(each.getKey(), value(schema.getValueType(), each.getValue())));
                return map;
            case UNION:
                return value(schema.getTypes().get(1), json);
            case STRING:
                return json.asText();
            case DOUBLE:
                return json.asDouble();
            default:
                throw new AssertionError("the manifest has no " + schema.getType());
        }
    }

    /** A zero byte, the schema's id, the record in Avro's binary form. */
    private static byte[] framed(int schemaId, GenericRecord record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream frame = new DataOutputStream(bytes);
        frame.writeByte(0);
        frame.writeInt(schemaId);
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private int register(String registry, String subject, Schema schema) throws Exception {
        String body = json.createObjectNode().put("schema", schema.toString()).toString();
        HttpRequest request = HttpRequest.newBuilder(URI.create(registry + "/subjects/" + subject + "/versions"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body()).path("id").asInt();
    }

    private JsonNode manifest(byte[] bundle) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bundle))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().equals("manifest.json")) {
                    return json.readTree(zip.readAllBytes());
                }
            }
        }
        throw new AssertionError("no manifest");
    }

    private JsonNode read(String schema) {
        try {
            return json.readTree(SCHEMAS.resolve(schema + ".avsc").toFile());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
