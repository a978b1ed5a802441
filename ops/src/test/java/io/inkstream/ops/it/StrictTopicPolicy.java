package io.inkstream.ops.it;

import java.util.Map;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.CreateTopicPolicy;

/** What managed clusters ask of a topic; runs in the broker. */
public final class StrictTopicPolicy implements CreateTopicPolicy {
    private static final int LEAST_SEGMENT_BYTES = 50 << 20;
    private static final int REPLICAS = 3;

    @Override
    public void validate(RequestMetadata topic) {
        int segment = Integer.parseInt(topic.configs().getOrDefault("segment.bytes", "1073741824"));
        if (segment < LEAST_SEGMENT_BYTES) {
            throw new PolicyViolationException("segments are at least " + LEAST_SEGMENT_BYTES + " bytes");
        }
        if (topic.replicationFactor() != null && topic.replicationFactor() != REPLICAS) {
            throw new PolicyViolationException("a topic has " + REPLICAS + " replicas");
        }
    }

    @Override
    public void configure(Map<String, ?> configs) {
        // What it asks for is written above.
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
