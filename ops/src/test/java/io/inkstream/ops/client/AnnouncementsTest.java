package io.inkstream.ops.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.ModelAnnouncement;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
    private final Map<String, ModelAnnouncement> models = new HashMap<>();

    private static ModelAnnouncement of(String sha256, int chunks) {
        return of(sha256, chunks, Instant.EPOCH);
    }

    private static ModelAnnouncement of(String sha256, int chunks, Instant announcedAt) {
        return ModelAnnouncement.newBuilder()
                .setName("base")
                .setVersion("1")
                .setSha256(sha256)
                .setSizeBytes(1)
                .setChunkCount(chunks)
                .setClasses(List.of())
                .setStyles(List.of())
                .setAnnouncedAt(announcedAt)
                .build();
    }

    @Test
    void aVersionKeepsItsFirstBytesUntilItIsWithdrawn() {
        Announcements.enter(models, "base:1", of("first", 2));
        Announcements.enter(models, "base:1", of("other", 3));
        assertThat(models.get("base:1").getSha256()).isEqualTo("first");

        Announcements.enter(models, "base:1", null);
        assertThat(models).isEmpty();
        Announcements.enter(models, "base:1", of("other", 3));
        assertThat(models.get("base:1").getSha256()).isEqualTo("other");
    }

    @Test
    void aVersionIsAsOldAsItsFirstAnnouncement() {
        Announcements.enter(models, "base:1", of("first", 2));
        Announcements.enter(models, "base:1", of("first", 2, Instant.EPOCH.plusSeconds(1)));
        assertThat(models.get("base:1").getAnnouncedAt()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void theSameBytesMayBeAnnouncedAnew() {
        Announcements.enter(models, "base:1", of("first", 2));
        Announcements.enter(models, "base:1", of("first", 3));
        assertThat(models.get("base:1").getChunkCount()).isEqualTo(3);
    }
}
