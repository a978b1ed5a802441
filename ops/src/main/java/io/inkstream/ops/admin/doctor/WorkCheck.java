package io.inkstream.ops.admin.doctor;

import io.inkstream.ops.admin.Answers;
import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.AdminClients;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Whether the topology's group has members, and comes on with its texts. */
final class WorkCheck implements Check {
    /** How long a group with texts before it may stand still: some commits fit into it. */
    private static final Duration WATCHED = Duration.ofSeconds(3);

    private final Cluster cluster;
    private final String group;
    private final Duration limit;

    WorkCheck(Cluster cluster, String group, Duration limit) {
        this.cluster = cluster;
        this.group = group;
        this.limit = limit;
    }

    @Override
    public String part() {
        return "work";
    }

    /** What lies before the group, and how far it is in all. */
    private record Lag(long texts, long lost, long position) {}

    @Override
    public void look(Findings findings) throws InterruptedException {
        try (Admin admin = AdminClients.create(cluster.settings().clientConfig())) {
            int members = members(admin, findings);
            List<TopicPartition> partitions = partitions(admin);
            if (partitions.isEmpty()) {
                findings.warning("there is no topic of texts yet", "inkstream topics create");
                return;
            }
            Lag lag = lag(admin, partitions);
            if (lag.lost() > 0) {
                findings.problem(
                        lag.lost() + " texts were deleted by their age before group " + group + " had read them",
                        "send them again, and raise retention.ms of "
                                + cluster.topics().texts().name());
            }
            if (lag.texts() == 0) {
                findings.ok("group " + group + " has taken all texts");
            } else if (members > 0) {
                Thread.sleep(WATCHED.toMillis());
                Lag later = lag(admin, partitions);
                if (later.position() > lag.position()) {
                    findings.ok(later.texts() + " texts lie before group " + group + ", which takes "
                            + (later.position() - lag.position()) + " in " + WATCHED.toSeconds() + " s");
                } else {
                    findings.warning(
                            later.texts() + " texts lie before group " + group + ", which has taken none for "
                                    + WATCHED.toSeconds() + " s",
                            "/health/ready of the topology says what it waits for");
                }
            } else {
                findings.problem(
                        lag.texts() + " texts wait, and nobody takes them",
                        "start a topology with inkstream.topology.application.id=" + group);
            }
        }
    }

    private int members(Admin admin, Findings findings) {
        ConsumerGroupDescription described;
        try {
            described = of(admin.describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .get(group));
        } catch (GroupIdNotFoundException e) {
            findings.problem(
                    "there is no consumer group " + group + ": no topology has ever joined",
                    "start a topology, or name its group with -X inkstream.topology.application.id=...");
            return 0;
        }
        int members = described.members().size();
        if (members == 0) {
            findings.problem(
                    "group " + group + " has no members",
                    "start a topology; one that was killed a moment ago leaves the group after its session timeout");
        } else if (described.groupState() == GroupState.STABLE) {
            findings.ok("group " + group + " has " + members + (members == 1 ? " member" : " members"));
        } else {
            findings.warning(
                    "group " + group + " has " + members + " members and is " + described.groupState()
                            + ": partitions change hands",
                    "wait some seconds and ask again; if it stays so, look at the topologies' logs");
        }
        return members;
    }

    private List<TopicPartition> partitions(Admin admin) {
        String texts = cluster.topics().texts().name();
        try {
            TopicDescription topic =
                    of(admin.describeTopics(List.of(texts)).topicNameValues().get(texts));
            return topic.partitions().stream()
                    .map(partition -> new TopicPartition(texts, partition.partition()))
                    .toList();
        } catch (UnknownTopicOrPartitionException e) {
            return List.of();
        }
    }

    private Lag lag(Admin admin, Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetSpec> first = new HashMap<>();
        Map<TopicPartition, OffsetSpec> last = new HashMap<>();
        partitions.forEach(at -> {
            first.put(at, OffsetSpec.earliest());
            last.put(at, OffsetSpec.latest());
        });
        // The group first: what is written meanwhile is before it, not behind.
        Map<TopicPartition, OffsetAndMetadata> committed;
        try {
            committed = of(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        } catch (GroupIdNotFoundException e) {
            committed = Map.of();
        }
        Map<TopicPartition, ListOffsetsResultInfo> begins =
                of(admin.listOffsets(first).all());
        Map<TopicPartition, ListOffsetsResultInfo> ends =
                of(admin.listOffsets(last).all());
        long texts = 0;
        long lost = 0;
        long position = 0;
        for (TopicPartition at : partitions) {
            long begin = begins.get(at).offset();
            OffsetAndMetadata own = committed.get(at);
            long next = own == null ? begin : own.offset();
            lost += own == null ? 0 : Math.max(0, begin - next);
            texts += Math.max(0, ends.get(at).offset() - Math.max(begin, next));
            position += next;
        }
        return new Lag(texts, lost, position);
    }

    private <T> T of(KafkaFuture<T> future) {
        return Answers.of(future, limit);
    }
}
