package io.inkstream.ops.client;

import io.inkstream.schemas.Topics;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.InterruptException;

/**
 * One installation of Inkstream on one Kafka cluster, by its settings.
 *
 * @param settings checked
 * @param topics of the installation
 */
public record Cluster(Settings settings, Topics topics) {
    public Cluster(Settings settings) {
        this(settings, Topics.of(settings));
    }

    /** Addresses of the brokers, for messages. */
    public String brokers() {
        return String.join(",", settings.get(CommonSettings.BOOTSTRAP_SERVERS));
    }

    /** Whether any broker answers within the time. */
    public boolean isReachable(Duration limit) {
        Map<String, Object> config = new HashMap<>(settings.clientConfig());
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) limit.toMillis());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) limit.toMillis());
        try (Admin admin = Admin.create(config)) {
            return !admin.describeCluster()
                    .nodes()
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Creates the topics that are missing; returns their names. */
    public Set<String> createTopics() {
        try (Admin admin = Admin.create(settings.clientConfig())) {
            return topics.create(
                    admin,
                    settings.get(CommonSettings.TOPIC_PARTITIONS),
                    settings.get(CommonSettings.TOPIC_REPLICATION));
        }
    }

    public EventReader eventReader(EventReader.From from) {
        return new EventReader(topics, settings.clientConfig(), from);
    }

    public TextWriter textWriter() {
        return new TextWriter(topics, settings.clientConfig());
    }
}
