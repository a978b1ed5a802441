package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.Completion;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects what arrives of some documents, in the order in which committed records are read. */
final class Lines {
    private final Map<String, List<LineImage>> lines = new HashMap<>();
    private final Map<String, List<PageImage>> pages = new HashMap<>();
    private final Map<String, DocumentEvent.Refused> refused = new HashMap<>();

    /** Reads until everything of the documents has come, and fails when nothing comes for the limit. */
    static Lines await(EventReader reader, Set<String> documents, boolean withPages, Duration limit) {
        return await(reader, documents, withPages, limit, arrived -> {});
    }

    interface Watcher {
        void arrived(int events) throws Exception;
    }

    /** Like the other; the watcher hears the number of events so far after each batch. */
    static Lines await(EventReader reader, Set<String> documents, boolean withPages, Duration limit, Watcher watcher) {
        Lines all = new Lines();
        Map<String, Completion> open = new HashMap<>();
        documents.forEach(document -> open.put(document, new Completion(withPages)));
        long lastNanos = System.nanoTime();
        int events = 0;
        while (!open.isEmpty()) {
            List<DocumentEvent> batch = reader.poll(Duration.ofMillis(200)).stream()
                    .filter(event -> documents.contains(event.document()))
                    .toList();
            for (DocumentEvent event : batch) {
                all.add(event);
                Completion completion = open.get(event.document());
                assertThat(completion)
                        .as("an event after document %s was complete", event.document())
                        .isNotNull();
                if (completion.isCompletedBy(event)) {
                    open.remove(event.document());
                }
            }
            if (!batch.isEmpty()) {
                lastNanos = System.nanoTime();
                events += batch.size();
                try {
                    watcher.arrived(events);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
            assertThat(Duration.ofNanos(System.nanoTime() - lastNanos))
                    .as("silence while %s are open", open.keySet())
                    .isLessThan(limit);
        }
        return all;
    }

    /** Also reads what is there by the given time, so that a line that comes twice shows. */
    void assertNothingMore(EventReader reader, Duration patience) {
        Set<String> documents = new HashSet<>(lines.keySet());
        assertThat(reader.poll(patience).stream()
                        .filter(event -> documents.contains(event.document()))
                        .toList())
                .isEmpty();
    }

    List<LineImage> of(String document) {
        return lines.getOrDefault(document, List.of());
    }

    List<PageImage> pagesOf(String document) {
        return pages.getOrDefault(document, List.of());
    }

    DocumentEvent.Refused refusalOf(String document) {
        return refused.get(document);
    }

    /** Fails unless each document has each of its lines once, in order. */
    void assertComplete() {
        lines.forEach((document, images) -> {
            int count = images.get(0).getCount();
            assertThat(images)
                    .as("lines of %s", document)
                    .extracting(LineImage::getIndex)
                    .isEqualTo(
                            java.util.stream.IntStream.range(0, count).boxed().toList());
        });
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = BufferBytes.of(buffer);
        return bytes;
    }

    private void add(DocumentEvent event) {
        event.match(
                line -> lines.computeIfAbsent(line.document(), d -> new ArrayList<>())
                        .add(line.image()),
                page -> pages.computeIfAbsent(page.document(), d -> new ArrayList<>())
                        .add(page.image()),
                letter -> refused.put(letter.document(), letter) == null);
    }
}
