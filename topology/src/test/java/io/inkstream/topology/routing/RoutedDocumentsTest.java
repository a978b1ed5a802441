package io.inkstream.topology.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutedDocumentsTest {
    private final RoutedDocuments routed = new RoutedDocuments();

    @Test
    void documentsAreCountedByVersionForAMinute() {
        routed.count("base:1", 1_000);
        routed.count("base:2", 3_000);
        routed.count("base:1", 30_000);

        assertThat(routed.lastMinute(59_000)).isEqualTo(Map.of("base:1", 2L, "base:2", 1L));
        assertThat(routed.lastMinute(66_000)).isEqualTo(Map.of("base:1", 1L));
        assertThat(routed.lastMinute(100_000)).isEmpty();
    }
}
