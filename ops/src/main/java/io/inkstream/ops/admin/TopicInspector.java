package io.inkstream.ops.admin;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Compares the topics that a cluster has with those that this release would create, and changes nothing. */
public final class TopicInspector {
    private static final String BY_INKSTREAM = "inkstream topics create";

    private final Admin admin;
    private final Topics topics;
    private final int partitions;
    private final int replication;
    private final Duration limit;

    /**
     * Asks nothing yet.
     *
     * @param partitions of topics that spread over many, as they would be created now
     * @param replication replicas likewise, or -1 for the broker's default
     * @param limit of each wait for the brokers
     */
    public TopicInspector(Admin admin, Topics topics, int partitions, int replication, Duration limit) {
        this.admin = requireNonNull(admin, "admin");
        this.topics = requireNonNull(topics, "topics");
        this.partitions = partitions;
        this.replication = replication;
        this.limit = requireNonNull(limit, "limit");
    }

    /**
     * Describes all topics, in the order of their table in the README.
     *
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
     */
    public List<TopicReport> reports() {
        Map<String, NewTopic> wanted = topics.definitions(partitions, replication).stream()
                .collect(Collectors.toMap(NewTopic::name, Function.identity(), (a, b) -> a, LinkedHashMap::new));
        int brokers = Answers.of(admin.describeCluster().nodes(), limit).size();
        Map<String, TopicDescription> found = new HashMap<>();
        Map<String, TopicReport> others = new HashMap<>();
        admin.describeTopics(wanted.keySet()).topicNameValues().forEach((name, description) -> {
            try {
                found.put(name, Answers.of(description, limit));
            } catch (TimeoutException e) {
                throw e;
            } catch (ApiException e) {
                others.put(name, undescribed(wanted.get(name), e));
            }
        });
        Map<String, Config> configs = configs(found.keySet().stream().toList());
        Map<String, Long> records = records(found);
        Map<String, Long> bytes = bytes();
        return wanted.values().stream()
                .map(want -> {
                    TopicDescription there = found.get(want.name());
                    return there == null
                            ? others.get(want.name())
                            : report(
                                    want,
                                    there,
                                    Optional.ofNullable(configs.get(want.name())),
                                    brokers,
                                    records.get(want.name()),
                                    bytes.get(want.name()));
                })
                .toList();
    }

    /** Of a topic that is missing, or of which the brokers tell us nothing: it may well be there. */
    TopicReport undescribed(NewTopic want, ApiException why) {
        boolean isMissing = why instanceof UnknownTopicOrPartitionException;
        return new TopicReport(
                want.name(),
                useOf(want.name()),
                isMissing ? false : null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(
                        isMissing
                                ? new TopicReport.Difference(true, "the cluster does not have it", BY_INKSTREAM)
                                : new TopicReport.Difference(
                                        false,
                                        "it may not be asked about, and may be there: " + why.getMessage(),
                                        "give this command's user the rights that OPERATIONS.md lists for the command line")));
    }

    private TopicReport report(
            NewTopic want, TopicDescription there, Optional<Config> config, int brokers, Long records, Long bytes) {
        int leastReplicas = there.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        String cleanup = value(config, TopicConfig.CLEANUP_POLICY_CONFIG).orElse(null);
        List<TopicReport.Difference> differences = new ArrayList<>();
        compareShape(want, there, leastReplicas, brokers, differences);
        Integer minInsync = value(config, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG)
                .map(Integer::valueOf)
                .orElse(null);
        if (minInsync != null && minInsync > leastReplicas) {
            differences.add(new TopicReport.Difference(
                    true,
                    "min.insync.replicas is " + minInsync + ", and there are " + leastReplicas
                            + " replicas: every write is refused",
                    alter(want.name(), TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(leastReplicas))));
        }
        compareConfig(want, config, differences);
        boolean isDeleting = cleanup != null && cleanup.contains("delete");
        return new TopicReport(
                want.name(),
                useOf(want.name()),
                true,
                there.partitions().size(),
                leastReplicas,
                cleanup,
                isDeleting
                        ? value(config, TopicConfig.RETENTION_MS_CONFIG)
                                .map(Long::valueOf)
                                .orElse(null)
                        : null,
                value(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                        .map(Long::valueOf)
                        .orElse(null),
                minInsync,
                records,
                bytes,
                differences);
    }

    private void compareShape(
            NewTopic want,
            TopicDescription there,
            int leastReplicas,
            int brokers,
            List<TopicReport.Difference> differences) {
        int has = there.partitions().size();
        int wants = want.numPartitions();
        boolean isOrdered = topics.definitions(2, replication).stream()
                .anyMatch(topic -> topic.name().equals(want.name()) && topic.numPartitions() == 1);
        if (isOrdered && has != 1) {
            differences.add(new TopicReport.Difference(
                    true,
                    "it has " + has + " partitions and needs exactly one, which keeps its order",
                    "stop all processes, delete the topic, run " + BY_INKSTREAM + ", and write its records again"));
        } else if (has != wants) {
            differences.add(new TopicReport.Difference(
                    false,
                    "it has " + has + " partitions; one that is created now would have " + wants,
                    "nothing, if that was meant; the number of texts cannot change without a reset"));
        }
        if (there.partitions().stream()
                .anyMatch(partition -> partition.leader() == null
                        || partition.leader().id() == Node.noNode().id())) {
            differences.add(new TopicReport.Difference(
                    true, "a partition has no leader: nobody can read or write it", "start the brokers that hold it"));
        } else if (there.partitions().stream()
                .anyMatch(partition ->
                        partition.isr().size() < partition.replicas().size())) {
            differences.add(new TopicReport.Difference(
                    false,
                    "replicas are behind or away: of a partition fewer are in sync than there are",
                    "look after the brokers that are down or slow"));
        }
        if (want.replicationFactor() > 0 && leastReplicas < want.replicationFactor()) {
            differences.add(new TopicReport.Difference(
                    false,
                    "it has " + leastReplicas + " replicas, and inkstream.topic.replication is "
                            + want.replicationFactor(),
                    "kafka-reassign-partitions.sh"));
        } else if (leastReplicas == 1 && brokers > 1) {
            differences.add(new TopicReport.Difference(
                    false,
                    "it has one replica though there are " + brokers + " brokers: what a lost disk held is gone",
                    "kafka-reassign-partitions.sh; for new topics --replication"));
        }
    }

    private static void compareConfig(
            NewTopic want, Optional<Config> config, List<TopicReport.Difference> differences) {
        want.configs().forEach((key, wanted) -> value(config, key).ifPresent(has -> {
            switch (key) {
                case TopicConfig.CLEANUP_POLICY_CONFIG -> {
                    if (!has.contains(wanted)) {
                        differences.add(new TopicReport.Difference(
                                true,
                                wanted.equals("compact")
                                        ? "it is not compacted and loses records when they get old"
                                        : "cleanup.policy is " + has + " and not " + wanted
                                                + ": records of one key replace each other",
                                alter(want.name(), key, wanted)));
                    } else if (wanted.equals("compact") && has.contains("delete")) {
                        differences.add(new TopicReport.Difference(
                                true,
                                "cleanup.policy is " + has + ": it loses records when they get old",
                                alter(want.name(), key, wanted)));
                    }
                }
                case TopicConfig.MAX_MESSAGE_BYTES_CONFIG -> {
                    if (Long.parseLong(has) < Long.parseLong(wanted)) {
                        differences.add(new TopicReport.Difference(
                                true,
                                "it takes records of " + has + " bytes at most, and those of " + wanted
                                        + " may be written",
                                alter(want.name(), key, wanted)));
                    }
                }
                default -> {
                    if (Long.parseLong(has) > Long.parseLong(wanted)) {
                        differences.add(new TopicReport.Difference(
                                false,
                                key + " is " + has + " and not " + wanted
                                        + ": old heartbeats stay long, and starts read them all",
                                alter(want.name(), key, wanted)));
                    }
                }
            }
        }));
    }

    private Map<String, Config> configs(List<String> names) {
        Map<String, Config> configs = new HashMap<>();
        admin.describeConfigs(names.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .values()
                .forEach((resource, config) ->
                        Answers.ifAny(config, limit).ifPresent(read -> configs.put(resource.name(), read)));
        return configs;
    }

    private Map<String, Long> records(Map<String, TopicDescription> found) {
        List<TopicPartition> all = found.values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        var begins = admin.listOffsets(all.stream().collect(Collectors.toMap(at -> at, at -> OffsetSpec.earliest())));
        var ends = admin.listOffsets(all.stream().collect(Collectors.toMap(at -> at, at -> OffsetSpec.latest())));
        Map<String, Long> records = new HashMap<>();
        for (TopicPartition at : all) {
            Optional<Long> begin = offset(begins.partitionResult(at));
            Optional<Long> end = offset(ends.partitionResult(at));
            if (begin.isPresent() && end.isPresent()) {
                records.merge(at.topic(), end.get() - begin.get(), Long::sum);
            }
        }
        return records;
    }

    private Optional<Long> offset(KafkaFuture<ListOffsetsResultInfo> asked) {
        return Answers.ifAny(asked, limit).map(ListOffsetsResultInfo::offset);
    }

    /** Of all replicas, by topic; empty where we may not ask. */
    private Map<String, Long> bytes() {
        Map<String, Long> bytes = new HashMap<>();
        List<Integer> brokers = Answers.of(admin.describeCluster().nodes(), limit).stream()
                .map(Node::id)
                .toList();
        for (KafkaFuture<Map<String, LogDirDescription>> asked :
                admin.describeLogDirs(brokers).descriptions().values()) {
            Answers.ifAny(asked, limit).stream()
                    .flatMap(directories -> directories.values().stream())
                    .flatMap(directory -> directory.replicaInfos().entrySet().stream())
                    .forEach(replica -> bytes.merge(
                            replica.getKey().topic(), replica.getValue().size(), Long::sum));
        }
        return bytes;
    }

    private static Optional<String> value(Optional<Config> config, String key) {
        return config.map(read -> read.get(key)).map(ConfigEntry::value);
    }

    private static String alter(String topic, String key, String value) {
        return "kafka-configs.sh --bootstrap-server BROKER --alter --entity-type topics --entity-name " + topic
                + " --add-config " + key + "=" + value;
    }

    private String useOf(String name) {
        Map<String, String> uses = new HashMap<>();
        uses.put(topics.texts().name(), "texts to be drawn");
        uses.put(topics.lines().name(), "images of lines");
        uses.put(topics.pages().name(), "images of pages");
        uses.put(topics.deadLetters().name(), "refused texts, with the reason");
        uses.put(topics.models().name(), "announced model versions");
        uses.put(topics.modelChunks().name(), "pieces of model bundles");
        uses.put(topics.rollouts().name(), "which version draws which document");
        uses.put(topics.modelStatus().name(), "heartbeats of model servers, and the states of their versions");
        uses.put(topics.rolloutStatus().name(), "heartbeats of topology instances, and their view of the policies");
        uses.put(topics.shadowReports().name(), "comparisons of shadow lines with emitted ones");
        uses.put(topics.glyphSamples().name(), "handwritten characters to train with");
        uses.put(topics.trainingRuns().name(), "progress of trainings");
        return uses.getOrDefault(name, "");
    }
}
