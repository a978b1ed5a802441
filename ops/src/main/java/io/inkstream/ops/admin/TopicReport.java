package io.inkstream.ops.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * One topic of the installation as the cluster has it; the names of its JSON are fixed. What the cluster does not tell, since the
 * topic is missing or we may not ask, is null.
 *
 * @param use what the topic is for
 * @param leastReplicas least number of replicas over its partitions
 * @param retentionMs how long records stay; null where compaction alone decides, and -1 without end
 * @param records offsets in use, an upper bound: a compacted topic has gaps, and transactions leave marks
 * @param bytes of all replicas on disk
 * @param differences to what this release wants of it
 */
public record TopicReport(
        String topic,
        String use,
        Boolean exists,
        Integer partitions,
        @JsonProperty("replicas") Integer leastReplicas,
        String cleanup,
        @JsonProperty("retention_ms") Long retentionMs,
        @JsonProperty("max_message_bytes") Long maxMessageBytes,
        @JsonProperty("min_insync_replicas") Integer minInsync,
        Long records,
        Long bytes,
        List<Difference> differences) {

    /**
     * Something that is not as this release wants it.
     *
     * @param harmful whether records are lost or refused, or documents stand still, for as long as it stays so
     * @param what is different, in a sentence
     * @param remedy what to do about it
     */
    public record Difference(boolean harmful, String what, String remedy) {}

    public TopicReport {
        differences = List.copyOf(differences);
    }
}
