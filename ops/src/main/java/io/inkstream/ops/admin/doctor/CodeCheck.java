package io.inkstream.ops.admin.doctor;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.TopicTail;
import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.avro.LineImage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** Whether the servers that drew the latest lines run the release of this command: their images say so. */
final class CodeCheck implements Check {
    /** Offsets at the end of each partition that are looked at. */
    private static final long LATEST = 20;

    private final Cluster cluster;
    private final Duration limit;

    CodeCheck(Cluster cluster, Duration limit) {
        this.cluster = cluster;
        this.limit = limit;
    }

    @Override
    public String part() {
        return "releases";
    }

    @Override
    public void look(Findings findings) {
        Map<String, Integer> lines = latest();
        String own = CodeVersion.current();
        if (lines.isEmpty()) {
            findings.ok("no line has been drawn yet that would say its release; this command is " + own);
        } else if (lines.keySet().equals(Set.of(own))) {
            findings.ok("the latest lines were drawn by release " + own + ", as this command is");
        } else {
            findings.warning(
                    "the latest lines were drawn by "
                            + String.join(
                                    ", ",
                                    lines.entrySet().stream()
                                            .map(entry -> "release " + entry.getKey() + " (" + entry.getValue() + ")")
                                            .toList())
                            + "; this command is " + own,
                    "finish the upgrade, one process after the other, or use the command of the servers' release");
        }
    }

    private Map<String, Integer> latest() {
        Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) limit.toMillis());
        Map<String, Integer> lines = new TreeMap<>();
        try (TopicTail<LineImage> tail = new TopicTail<>(cluster.topics().lines(), config, LATEST)) {
            tail.read(
                    limit, (document, line) -> lines.merge(line.getProvenance().getCodeVersion(), 1, Integer::sum));
        }
        return lines;
    }
}
