package io.inkstream.ops.examples;

import io.inkstream.schemas.FileNames;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.serde.AvroDeserializer;
import io.inkstream.schemas.serde.AvroSerializer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The examples of README.md and CLIENTS.md, as they are run by the tests. */
public final class Example {
    private Example() {}

    /** Publishes one document. */
    public static void write(String bootstrap, String registry) throws Exception {
        // README: producer
        var config = new Properties();
        config.put("bootstrap.servers", bootstrap);
        config.put("schema.registry.url", registry);
        config.put("key.serializer", StringSerializer.class);
        config.put("value.serializer", AvroSerializer.class);
        try (var producer = new KafkaProducer<String, TextDocument>(config)) {
            var letter =
                    TextDocument.newBuilder().setText("Dear reader,\nhello.").setSeed(7L);
            var record = new ProducerRecord<>("inkstream.texts", "letter-1", letter.build());
            producer.send(record).get();
        }
        // README: end
    }

    /** What both readers are configured with. */
    private static Properties readerConfig(String bootstrap, String registry) {
        // README: consumer-config
        var config = new Properties();
        config.put("bootstrap.servers", bootstrap);
        config.put("schema.registry.url", registry);
        config.put("specific.avro.reader", "true");
        config.put("key.deserializer", StringDeserializer.class);
        config.put("value.deserializer", AvroDeserializer.class);
        config.put("group.id", "my-reader");
        config.put("auto.offset.reset", "earliest");
        config.put("isolation.level", "read_committed"); // records of aborted transactions are skipped
        // README: end
        return config;
    }

    /** Saves lines into a folder until told to stop. */
    public static void read(String bootstrap, String registry, Path folder, BooleanSupplier goOn) throws Exception {
        var config = readerConfig(bootstrap, registry);
        // README: consumer
        try (var consumer = new KafkaConsumer<String, LineImage>(config)) {
            consumer.subscribe(List.of("inkstream.lines"));
            while (goOn.getAsBoolean()) {
                for (var record : consumer.poll(Duration.ofMillis(500))) {
                    var name = FileNames.of(record.key()) + "-" + record.value().getIndex() + ".png";
                    Files.write(folder.resolve(name), record.value().getPng().array());
                }
            }
        }
        // README: end
    }

    /** Likewise, on a topic that others may write to as well. */
    public static void readWhatCanBeRead(String bootstrap, String registry, Path folder, BooleanSupplier goOn)
            throws Exception {
        try (var consumer = new KafkaConsumer<String, Object>(readerConfig(bootstrap, registry))) {
            consumer.subscribe(List.of("inkstream.lines"));
            readWhatCanBeRead(consumer, folder, goOn);
        }
    }

    private static void readWhatCanBeRead(KafkaConsumer<String, Object> consumer, Path folder, BooleanSupplier goOn)
            throws Exception {
        // README: careful-consumer
        while (goOn.getAsBoolean()) {
            try {
                for (var record : consumer.poll(Duration.ofMillis(500))) {
                    if (record.value() instanceof LineImage line) {
                        var name = FileNames.of(record.key()) + "-" + line.getIndex() + ".png"; // a key may be "../x"
                        Files.write(folder.resolve(name), line.getPng().array());
                    }
                }
            } catch (RecordDeserializationException e) {
                if (!(e.getCause() instanceof SerializationException)) {
                    throw e; // the registry does not answer: the record may be good
                }
                consumer.seek(e.topicPartition(), e.offset() + 1); // not Avro: skip it
            }
        }
        // README: end
    }
}
