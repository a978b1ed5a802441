package io.inkstream.ops.client;

import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.topics.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Texts of the documents on a topic, as far as it was written when it was asked; those of one partition in their order.
 *
 * @param texts in the order of the partitions
 * @param unreadable records that are no documents, and were passed over
 * @param isCut whether there were more than wanted
 */
public record TopicTexts(List<String> texts, int unreadable, boolean isCut) {
    public TopicTexts {
        texts = List.copyOf(texts);
    }

    /**
     * Reads them.
     *
     * @param topic its whole name; its records are as those of topic {@code texts}
     * @param mostCharacters of all texts together
     * @throws org.apache.kafka.common.KafkaException if the brokers or the registry do not answer
     */
    public static TopicTexts read(Cluster cluster, String topic, long mostCharacters) {
        Reading reading = new Reading(cluster.topics().texts(), mostCharacters);
        TopicSnapshot.forEachWhile(topic, cluster.settings().clientConfig(), record -> {
            try {
                return reading.take(record.partition(), TopicSnapshot.value(reading.texts, record));
            } catch (SerializationException e) {
                reading.unreadable++;
                return true;
            }
        });
        return new TopicTexts(
                reading.found.values().stream().flatMap(List::stream).toList(), reading.unreadable, reading.isCut);
    }

    private static final class Reading {
        private final Topic<String, TextDocument> texts;
        private final TreeMap<Integer, List<String>> found = new TreeMap<>();
        private long left;
        private int unreadable;
        private boolean isCut;

        private Reading(Topic<String, TextDocument> texts, long mostCharacters) {
            this.texts = texts;
            this.left = mostCharacters;
        }

        /** Whether there is room for another. */
        private boolean take(int partition, TextDocument document) {
            if (document == null) {
                return true;
            }
            left -= document.getText().length();
            isCut = left < 0;
            if (!isCut) {
                found.computeIfAbsent(partition, unused -> new ArrayList<>()).add(document.getText());
            }
            return !isCut;
        }
    }
}
