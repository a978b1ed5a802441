package io.inkstream.ops.admin;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.FileTree;
import io.inkstream.topology.flow.NodeNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Has a topology begin anew: its group's offsets are set, the transactions that it left open are aborted, and its changelogs and
 * the state of this machine are deleted. Texts, lines, pages, dead letters and models stay. For one thread.
 */
public final class TopologyReset {
    private static final List<String> STORES =
            List.of(NodeNames.DOCUMENTS, NodeNames.LINES, NodeNames.PAGE_LINES, NodeNames.PROGRESS);
    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private final Admin admin;
    private final String applicationId;
    private final String texts;
    private final Duration limit;

    /** Where a topology begins to read after it. */
    public enum To {
        /** All that the topic still holds is drawn again. */
        EARLIEST,
        /** Only what is written from now on is drawn. */
        LATEST
    }

    /**
     * What is or would be reset.
     *
     * @param members of the consumer group; it is reset only while there are none
     * @param offsets that its partitions of texts get
     * @param transactions ids of producers of the application whose transactions are open
     * @param topics internal topics to delete
     * @param directories of local state that exist here
     */
    public record Plan(
            List<String> members,
            Map<Integer, Long> offsets,
            Set<String> transactions,
            Set<String> topics,
            List<Path> directories) {
        public Plan {
            members = List.copyOf(members);
            offsets = new TreeMap<>(offsets);
            transactions = new TreeSet<>(transactions);
            topics = new TreeSet<>(topics);
            directories = List.copyOf(directories);
        }
    }

    /**
     * Asks nothing yet.
     *
     * @param texts name of the topic that the topology reads
     * @param limit of each wait for the brokers
     */
    public TopologyReset(Admin admin, String applicationId, String texts, Duration limit) {
        this.admin = requireNonNull(admin, "admin");
        this.applicationId = requireNonNull(applicationId, "applicationId");
        this.texts = requireNonNull(texts, "texts");
        this.limit = requireNonNull(limit, "limit");
    }

    /**
     * Finds what there is to reset, and changes nothing.
     *
     * @param stateDirectories of instances on this machine, as their {@code state.dir} says
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer, or refuse, or have no topic of texts
     */
    public Plan plan(To to, List<Path> stateDirectories) {
        return new Plan(
                members(),
                offsets(to),
                openTransactions(),
                internalTopics(),
                stateDirectories.stream()
                        .map(directory -> directory.resolve(applicationId))
                        .filter(Files::isDirectory)
                        .toList());
    }

    /**
     * Does it. The offsets come first: the brokers refuse them if an instance has joined meanwhile, and nothing is changed then.
     *
     * @throws IllegalArgumentException if the plan would delete state and set no offsets: texts that the group has read and that wait
     *     there to be drawn would be lost
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer, or refuse
     * @throws IOException if local state cannot be deleted; all else is done then
     */
    public void carryOut(Plan plan) throws IOException {
        if (plan.offsets().isEmpty()
                && !(plan.topics().isEmpty() && plan.directories().isEmpty())) {
            throw new IllegalArgumentException("state of " + applicationId + " is deleted only with offsets for "
                    + texts + ", from which what waits in it is read again");
        }
        if (!plan.offsets().isEmpty()) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            plan.offsets()
                    .forEach((partition, offset) ->
                            offsets.put(new TopicPartition(texts, partition), new OffsetAndMetadata(offset)));
            Answers.of(admin.alterConsumerGroupOffsets(applicationId, offsets).all(), limit);
        }
        if (!plan.transactions().isEmpty()) {
            Answers.of(
                    admin.fenceProducers(
                                    plan.transactions(), new FenceProducersOptions().timeoutMs((int) limit.toMillis()))
                            .all(),
                    limit);
        }
        if (!plan.topics().isEmpty()) {
            Answers.of(admin.deleteTopics(plan.topics()).all(), limit);
        }
        for (Path directory : plan.directories()) {
            FileTree.delete(directory);
        }
    }

    private List<String> members() {
        ConsumerGroupDescription group;
        try {
            group = Answers.of(
                    admin.describeConsumerGroups(List.of(applicationId))
                            .describedGroups()
                            .get(applicationId),
                    limit);
        } catch (GroupIdNotFoundException e) {
            return List.of();
        }
        return group.members().stream()
                .map(member -> member.clientId() + " at " + member.host())
                .sorted()
                .toList();
    }

    private Map<Integer, Long> offsets(To to) {
        TopicDescription topic;
        try {
            topic = Answers.of(
                    admin.describeTopics(List.of(texts)).topicNameValues().get(texts), limit);
        } catch (UnknownTopicOrPartitionException e) {
            throw new UnknownTopicOrPartitionException(
                    "there is no topic " + texts + ", so nothing is reset; look at inkstream.topic.prefix", e);
        }
        OffsetSpec spec = to == To.EARLIEST ? OffsetSpec.earliest() : OffsetSpec.latest();
        List<TopicPartition> partitions = topic.partitions().stream()
                .map(partition -> new TopicPartition(texts, partition.partition()))
                .toList();
        var asked = admin.listOffsets(partitions.stream().collect(Collectors.toMap(at -> at, at -> spec)));
        Map<Integer, Long> offsets = new HashMap<>();
        partitions.forEach(at -> offsets.put(
                at.partition(), Answers.of(asked.partitionResult(at), limit).offset()));
        return offsets;
    }

    /** Those of Kafka Streams for this application alone: another's id may begin with ours. */
    private Set<String> openTransactions() {
        Pattern ours = Pattern.compile(Pattern.quote(applicationId) + "-" + UUID + "-\\d+");
        return Answers.of(admin.listTransactions().all(), limit).stream()
                .filter(listing -> listing.state() == TransactionState.ONGOING)
                .map(TransactionListing::transactionalId)
                .filter(id -> ours.matcher(id).matches())
                .collect(Collectors.toSet());
    }

    private Set<String> internalTopics() {
        Set<String> ours = STORES.stream()
                .map(store -> applicationId + "-" + store + "-changelog")
                .collect(Collectors.toSet());
        ours.retainAll(Answers.of(admin.listTopics().names(), limit));
        return ours;
    }
}
