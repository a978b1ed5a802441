package io.inkstream.topology;

import io.inkstream.schemas.Limits;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Says which settings change an internal topic that the brokers refuse to make: on a managed cluster an administrator's
 * policy decides what a topic may look like.
 *
 * @param config what Kafka Streams is configured with
 */
record RefusedTopics(Map<String, Object> config) {
    /** How many causes are looked at: a chain may bite its own tail. */
    private static final int DEEPEST_CAUSE = 10;

    /** One sentence for the operator; nothing if this is not what a stream thread died of. */
    Optional<String> explain(Throwable death) {
        String topic = "";
        Throwable cause = death;
        for (int i = 0; cause != null && i < DEEPEST_CAUSE; i++) {
            if (isRefusal(cause)) {
                return Optional.of(Limits.cut(
                        topic + "the brokers refuse an internal topic: " + cause.getMessage()
                                + "; it was requested with " + asked()
                                + ", which the settings of the same names override",
                        Limits.MESSAGE_CHARS));
            }
            topic = cause.getMessage() == null ? "" : cause.getMessage() + " ";
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private static boolean isRefusal(Throwable cause) {
        return cause instanceof PolicyViolationException
                || cause instanceof InvalidReplicationFactorException
                || cause instanceof InvalidConfigurationException
                || cause instanceof TopicAuthorizationException
                || cause instanceof ClusterAuthorizationException;
    }

    private Map<String, Object> asked() {
        Map<String, Object> asked = new TreeMap<>();
        asked.put(
                StreamsConfig.REPLICATION_FACTOR_CONFIG,
                config.getOrDefault(StreamsConfig.REPLICATION_FACTOR_CONFIG, "-1 (the broker's default)"));
        config.forEach((key, value) -> {
            if (key.startsWith(StreamsConfig.TOPIC_PREFIX)) {
                asked.put(key, value);
            }
        });
        return asked;
    }
}
