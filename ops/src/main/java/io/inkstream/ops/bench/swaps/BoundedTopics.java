package io.inkstream.ops.bench.swaps;

import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.AdminClients;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;

/** Bounds what topics keep on disk during a long run. */
final class BoundedTopics {
    private BoundedTopics() {}

    /** A long run must not fill the disk with lines that were looked at, and chunks that were deleted. */
    static void bound(Cluster cluster) {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        changes.put(
                topic(cluster.topics().lines().name()),
                List.of(set("segment.bytes", 8 << 20), set("retention.bytes", 16 << 20)));
        changes.put(
                topic(cluster.topics().modelChunks().name()),
                List.of(set("segment.bytes", 32 << 20), set("max.compaction.lag.ms", 60_000)));
        try (Admin admin = AdminClients.create(cluster.settings().clientConfig())) {
            admin.incrementalAlterConfigs(changes).all().get();
        } catch (ExecutionException e) {
            throw new KafkaException("cannot bound the topics: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }

    private static AlterConfigOp set(String key, int value) {
        return new AlterConfigOp(new ConfigEntry(key, Integer.toString(value)), AlterConfigOp.OpType.SET);
    }
}
