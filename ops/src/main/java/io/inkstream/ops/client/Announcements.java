package io.inkstream.ops.client;

import io.inkstream.schemas.avro.ModelAnnouncement;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads announcements of versions as servers and topology do: a version keeps the bytes and the time of its first
 * announcement until it is withdrawn, whatever is announced under its id meanwhile.
 */
public final class Announcements {
    private Announcements() {}

    /**
     * Reads what is announced now, by model id.
     *
     * @throws org.apache.kafka.common.KafkaException if the brokers or the registry do not answer
     */
    public static SortedMap<String, ModelAnnouncement> read(Cluster cluster) {
        SortedMap<String, ModelAnnouncement> models = new TreeMap<>();
        TopicSnapshot.forEach(
                cluster.topics().models(),
                cluster.settings().clientConfig(),
                (id, announcement) -> enter(models, id, announcement));
        return models;
    }

    /** Enters a record that comes next; null withdraws. */
    public static void enter(Map<String, ModelAnnouncement> models, String id, ModelAnnouncement announcement) {
        if (announcement == null) {
            models.remove(id);
            return;
        }
        ModelAnnouncement known = models.get(id);
        if (known == null) {
            models.put(id, announcement);
        } else if (known.getSha256().equals(announcement.getSha256())) {
            models.put(
                    id,
                    ModelAnnouncement.newBuilder(announcement)
                            .setAnnouncedAt(known.getAnnouncedAt())
                            .build());
        }
    }
}
