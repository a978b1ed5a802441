package io.inkstream.schemas.topics;

import org.apache.kafka.common.serialization.Serde;

/**
 * Everything that the two ends of a topic agree on.
 *
 * @param name the topic's name on the cluster, prefix included
 * @param key how keys are written
 * @param value how values are written
 * @param cleanup how the broker forgets
 */
public record Topic<K, V>(String name, Serde<K> key, Serde<V> value, Cleanup cleanup) {

    /** The broker's clean-up policy, by its value of {@code cleanup.policy}. */
    public enum Cleanup {
        COMPACT("compact"),
        DELETE("delete");

        private final String policy;

        Cleanup(String policy) {
            this.policy = policy;
        }

        /** The value of {@code cleanup.policy}. */
        public String policy() {
            return policy;
        }
    }
}
