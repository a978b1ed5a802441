package io.inkstream.ops.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.topics.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes records of any kind, schemas at the registry included, and writes them where it is told. */
final class PoisonKitchen implements AutoCloseable {
    private static final int LARGEST_REQUEST = 128 << 20;
    private static final String JSON_TYPE = "application/vnd.schemaregistry.v1+json";

    private final Cluster cluster;
    private final String registry;
    private final ModelAnnouncement shipped;
    private final Map<Poison.Delivery, Producer<byte[], byte[]>> producers = new EnumMap<>(Poison.Delivery.class);
    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private int keys;
    private int witnesses;

    /** @param shipped announces the version that serves */
    PoisonKitchen(Cluster cluster, String registry, ModelAnnouncement shipped) {
        this.cluster = cluster;
        this.registry = registry;
        this.shipped = shipped;
    }

    // Ingredients --------------------------------------------------------------------------------------------------

    Topics topics() {
        return cluster.topics();
    }

    /** A key that no other record has. */
    String newKey(String kind) {
        return kind + "-" + keys++;
    }

    /** A text of its own key. */
    RawRecord text(byte[] value) {
        return RawRecord.of(newKey("poison"), value);
    }

    RawRecord text(TextDocument.Builder document) {
        return text(document(document));
    }

    byte[] document(TextDocument.Builder document) {
        return topics().texts().value().serializer().serialize(topics().texts().name(), document.build());
    }

    /** The serving version's announcement, to be spoilt. */
    ModelAnnouncement.Builder shipped() {
        return ModelAnnouncement.newBuilder(shipped);
    }

    String servingId() {
        return shipped.getName() + ":" + shipped.getVersion();
    }

    String servingName() {
        return shipped.getName();
    }

    /** Id of the version that {@link #witness} publishes next. */
    String nextWitness() {
        return "witness:" + witnesses;
    }

    String nextWitnessSha256() {
        return Sha256.of(witnessFile()).hex();
    }

    private byte[] witnessFile() {
        return RawRecord.utf8("no bundle, number " + witnesses);
    }

    /** A record with its own schema. */
    byte[] framed(SpecificRecord record) throws Exception {
        return framed(record.getSchema(), encoded(record));
    }

    /** Bytes that claim to be a record of a schema that the registry has. */
    byte[] framed(Schema schema, byte[] body) throws Exception {
        return framed(register(schema.toString(), "AVRO"), body);
    }

    static byte[] framed(int id, byte[] body) {
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }

    static byte[] encoded(SpecificRecord record) throws IOException {
        var bytes = new java.io.ByteArrayOutputStream();
        var encoder = org.apache.avro.io.EncoderFactory.get().binaryEncoder(bytes, null);
        new org.apache.avro.specific.SpecificDatumWriter<SpecificRecord>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    /** A schema like the other, with its JSON changed. */
    Schema changed(Schema schema, Consumer<ObjectNode> change) throws IOException {
        ObjectNode copy = (ObjectNode) json.readTree(schema.toString());
        change.accept(copy);
        return new Schema.Parser().parse(copy.toString());
    }

    /** A schema like the other, with one more field at its end. */
    Schema withField(Schema schema, String type) throws IOException {
        return changed(schema, copy -> {
            ObjectNode field = ((ArrayNode) copy.path("fields")).addObject();
            field.put("name", "more");
            field.set("type", json(type));
        });
    }

    /** A valid record of the schema with one more field, and the bytes of that. */
    byte[] extended(SpecificRecord record, String type, AvroBytes more) throws Exception {
        byte[] body = new AvroBytes().raw(encoded(record)).raw(more.toBytes()).toBytes();
        return framed(withField(record.getSchema(), type), body);
    }

    /** Registers a schema under a subject of its own; returns its id. */
    int register(String schema, String type) throws Exception {
        String body = json.createObjectNode()
                .put("schema", schema)
                .put("schemaType", type)
                .toString();
        String subject = "somebody-elses-" + Integer.toHexString(schema.hashCode());
        HttpRequest request = HttpRequest.newBuilder(URI.create(registry + "/subjects/" + subject + "/versions"))
                .header("Content-Type", JSON_TYPE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("the registry refuses a schema: " + answer.body());
        }
        return json.readTree(answer.body()).path("id").asInt();
    }

    JsonNode json(String text) {
        try {
            return json.readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    // Serving ------------------------------------------------------------------------------------------------------

    /**
     * Writes a poisonous record and, behind it on the same partition, a healthy one.
     *
     * @param healthy null for none
     * @return where the records are, the healthy one's place last; an aborted one has no place
     */
    List<RecordMetadata> serve(Poison poison, RawRecord bad, RawRecord healthy, int partition) throws Exception {
        String topic = poison.topic().apply(topics()).name();
        Producer<byte[], byte[]> producer = producer(poison.delivery());
        if (poison.delivery() == Poison.Delivery.ABORTED) {
            producer.beginTransaction();
            producer.send(bad.to(topic, partition)).get();
            producer.abortTransaction();
            return healthy == null ? List.of() : List.of(write(topic, partition, healthy));
        }
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < bad.times(); i++) {
            sent.add(producer.send(bad.to(topic, partition)));
        }
        if (healthy != null) {
            sent.add(producer.send(healthy.to(topic, partition)));
        }
        List<RecordMetadata> places = new ArrayList<>();
        for (Future<RecordMetadata> one : sent) {
            places.add(one.get());
        }
        return places;
    }

    /**
     * Publishes a version that servers can only reject, and by that show that they have read and judged it.
     *
     * @return its id
     */
    String witness() throws Exception {
        byte[] file = witnessFile();
        String id = nextWitness();
        ModelChunk chunk = ModelChunk.newBuilder()
                .setIndex(0)
                .setCount(1)
                .setSha256(nextWitnessSha256())
                .setData(ByteBuffer.wrap(file))
                .build();
        ModelAnnouncement announcement = shipped()
                .setName("witness")
                .setVersion(Integer.toString(witnesses))
                .setSha256(nextWitnessSha256())
                .setSizeBytes(file.length)
                .setChunkCount(1)
                .setLocation(null)
                .build();
        witnesses++;
        write(topics().modelChunks().name(), 0, RawRecord.of(id + ":0", framed(chunk)));
        write(topics().models().name(), 0, RawRecord.of(id, framed(announcement)));
        return id;
    }

    /** Writes one record. */
    RecordMetadata write(String topic, int partition, RawRecord record)
            throws InterruptedException, ExecutionException {
        return producer(Poison.Delivery.PLAIN).send(record.to(topic, partition)).get();
    }

    private Producer<byte[], byte[]> producer(Poison.Delivery delivery) {
        return producers.computeIfAbsent(delivery, unused -> {
            Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
            config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_REQUEST);
            config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * LARGEST_REQUEST);
            switch (delivery) {
                case PLAIN -> {}
                case ABORTED -> config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "a-careless-writer");
                default -> {
                    config.put(
                            ProducerConfig.COMPRESSION_TYPE_CONFIG,
                            delivery.name().toLowerCase(Locale.ROOT));
                    config.put(ProducerConfig.LINGER_MS_CONFIG, 50);
                    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 20);
                }
            }
            Producer<byte[], byte[]> producer =
                    new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
            if (delivery == Poison.Delivery.ABORTED) {
                producer.initTransactions();
            }
            return producer;
        });
    }

    @Override
    public void close() {
        producers.values().forEach(producer -> producer.close(java.time.Duration.ofSeconds(5)));
    }
}
