package io.inkstream.schemas.topics;

import static io.inkstream.schemas.topics.Topic.Cleanup.COMPACT;
import static io.inkstream.schemas.topics.Topic.Cleanup.DELETE;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.avro.ShadowReport;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.schemas.serde.ValueSerdes;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.Serdes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics of one installation, each with its name, serdes and cleanup policy. Safe for use by many threads. */
public final class Topics {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    /** What the topics of one installation take, see {@link Limits#RECORD_BYTES}. */
    public static final int MAX_MESSAGE_BYTES = Limits.RECORD_BYTES;

    /** The broker compacts closed segments only; at its own week every start would read a week of heartbeats. */
    private static final String HEARTBEAT_SEGMENT_MS = "600000";

    private final Topic<String, TextDocument> texts;
    private final Topic<String, LineImage> lines;
    private final Topic<String, PageImage> pages;
    private final Topic<byte[], byte[]> deadLetters;
    private final Topic<String, ModelAnnouncement> models;
    private final Topic<String, ModelChunk> modelChunks;
    private final Topic<String, RolloutPolicy> rollouts;
    private final Topic<String, ModelStatus> modelStatus;
    private final Topic<String, RolloutStatus> rolloutStatus;
    private final Topic<String, ShadowReport> shadowReports;
    private final Topic<String, GlyphSample> glyphSamples;
    private final Topic<String, TrainingEvent> trainingRuns;
    private final Set<Topic<?, ?>> partitioned;
    private final ValueSerdes serdes;
    private final Map<String, Class<? extends SpecificRecord>> valueTypes = new LinkedHashMap<>();

    /**
     * Connects nothing yet.
     *
     * @param prefix what every topic's name begins with, such as {@code inkstream.}
     * @param serdeConfig Confluent's keys, {@code schema.registry.url} at least
     */
    public Topics(String prefix, Map<String, ?> serdeConfig) {
        serdes = new ValueSerdes(serdeConfig);
        texts = topic(prefix + "texts", TextDocument.class, DELETE);
        lines = topic(prefix + "lines", LineImage.class, DELETE);
        pages = topic(prefix + "pages", PageImage.class, DELETE);
        deadLetters = new Topic<>(prefix + "dead-letters", Serdes.ByteArray(), Serdes.ByteArray(), DELETE);
        models = topic(prefix + "models", ModelAnnouncement.class, COMPACT);
        modelChunks = topic(prefix + "model-chunks", ModelChunk.class, COMPACT);
        rollouts = topic(prefix + "rollouts", RolloutPolicy.class, COMPACT);
        modelStatus = topic(prefix + "model-status", ModelStatus.class, COMPACT);
        rolloutStatus = topic(prefix + "rollout-status", RolloutStatus.class, COMPACT);
        shadowReports = topic(prefix + "shadow-reports", ShadowReport.class, DELETE);
        glyphSamples = topic(prefix + "glyph-samples", GlyphSample.class, COMPACT);
        trainingRuns = topic(prefix + "training-runs", TrainingEvent.class, DELETE);
        partitioned = Set.of(texts, lines, pages, deadLetters, shadowReports, glyphSamples);
    }

    /** Returns the topics that the settings name, through the serde that they choose. */
    public static Topics of(Settings settings) {
        return new Topics(settings.get(CommonSettings.TOPIC_PREFIX), settings.clientConfig());
    }

    /** Texts to be drawn; key: document id. */
    public Topic<String, TextDocument> texts() {
        return texts;
    }

    /** Line images; key: document id. */
    public Topic<String, LineImage> lines() {
        return lines;
    }

    /** Page images; key: document id. */
    public Topic<String, PageImage> pages() {
        return pages;
    }

    /** Refused inputs, as received, with {@link DeadLetterHeaders}. */
    public Topic<byte[], byte[]> deadLetters() {
        return deadLetters;
    }

    /** Model versions; key: {@link ModelId}; null withdraws. */
    public Topic<String, ModelAnnouncement> models() {
        return models;
    }

    /** Pieces of model bundles; key: {@code name:version:index}. */
    public Topic<String, ModelChunk> modelChunks() {
        return modelChunks;
    }

    /** Which version draws which document; key: model name. */
    public Topic<String, RolloutPolicy> rollouts() {
        return rollouts;
    }

    /** States of versions on model servers; key: {@code serverId/name:version}. */
    public Topic<String, ModelStatus> modelStatus() {
        return modelStatus;
    }

    /** Status of policies on topology instances; key: {@code instance/name}. */
    public Topic<String, RolloutStatus> rolloutStatus() {
        return rolloutStatus;
    }

    /** Comparisons of shadow lines with emitted ones; key: document id. */
    public Topic<String, ShadowReport> shadowReports() {
        return shadowReports;
    }

    /** Handwritten characters for training; key: content id. */
    public Topic<String, GlyphSample> glyphSamples() {
        return glyphSamples;
    }

    /** Progress of training; key: run id. */
    public Topic<String, TrainingEvent> trainingRuns() {
        return trainingRuns;
    }

    /** All of them, in the order of their table in the README. */
    public List<Topic<?, ?>> all() {
        return List.of(
                texts,
                lines,
                pages,
                deadLetters,
                models,
                modelChunks,
                rollouts,
                modelStatus,
                rolloutStatus,
                shadowReports,
                glyphSamples,
                trainingRuns);
    }

    /**
     * Creates the topics that the cluster does not have, and waits until it has them; those that it has stay as they are.
     *
     * @param partitions of the topics that spread over many; the others have one, which keeps their order
     * @param replication replicas, or -1 for the broker's default
     * @return names of the topics that were created
     * @throws KafkaException if the cluster does not answer or refuses
     */
    public Set<String> create(Admin admin, int partitions, int replication) {
        Set<String> created = new HashSet<>();
        var results = admin.createTopics(definitions(partitions, replication)).values();
        results.forEach((name, result) -> {
            try {
                result.get();
                created.add(name);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new KafkaException(
                            "cannot create topic " + name + ": " + e.getCause().getMessage(), e.getCause());
                }
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        });
        forgetful(admin, created)
                .forEach(name -> LOG.warn(
                        "topic {} is not compacted and will lose records; fix it with kafka-configs --alter"
                                + " --entity-type topics --entity-name {} --add-config cleanup.policy=compact",
                        name,
                        name));
        return created;
    }

    /**
     * Returns the topics that should be compacted and are not: a broker that creates topics by itself makes them forget
     * after a week, models among them.
     *
     * @param except names that need no look
     */
    Set<String> forgetful(Admin admin, Set<String> except) {
        Map<String, ConfigResource> compacted = all().stream()
                .filter(topic -> topic.cleanup() == COMPACT && !except.contains(topic.name()))
                .collect(Collectors.toMap(
                        Topic::name, topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name())));
        var found = admin.describeConfigs(compacted.values()).values();
        Set<String> forgetful = new TreeSet<>();
        compacted.forEach((name, resource) -> {
            try {
                ConfigEntry policy = found.get(resource).get().get("cleanup.policy");
                if (policy != null && !policy.value().contains(COMPACT.policy())) {
                    forgetful.add(name);
                }
            } catch (ExecutionException e) {
                LOG.debug("cannot read the configuration of topic {}", name, e);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        });
        return forgetful;
    }

    /** Types of the values by the names of the topics; without {@code dead-letters}, whose values are bytes. */
    public Map<String, Class<? extends SpecificRecord>> valueTypes() {
        return Collections.unmodifiableMap(valueTypes);
    }

    /**
     * Registers the schemas of all values, so that clients which use registered schemas only can begin at once.
     *
     * @throws io.inkstream.schemas.serde.RefusedSchemaException if the registry finds one incompatible
     * @throws io.inkstream.schemas.serde.RegistryUnavailableException if the registry gives no usable answer
     */
    public void registerSchemas() {
        valueTypes.forEach(serdes::register);
    }

    /** What {@link #create} creates. */
    public List<NewTopic> definitions(int partitions, int replication) {
        return all().stream()
                .map(topic -> definition(topic, partitions, replication))
                .toList();
    }

    private NewTopic definition(Topic<?, ?> topic, int partitions, int replication) {
        Optional<Short> replicas = replication < 0 ? Optional.empty() : Optional.of((short) replication);
        Map<String, String> configs = new HashMap<>(Map.of(
                "cleanup.policy", topic.cleanup().policy(),
                "max.message.bytes", Integer.toString(MAX_MESSAGE_BYTES)));
        if (topic.equals(modelStatus) || topic.equals(rolloutStatus)) {
            configs.put("segment.ms", HEARTBEAT_SEGMENT_MS);
        }
        return new NewTopic(topic.name(), Optional.of(partitioned.contains(topic) ? partitions : 1), replicas)
                .configs(configs);
    }

    private <V extends SpecificRecord> Topic<String, V> topic(String name, Class<V> type, Topic.Cleanup cleanup) {
        valueTypes.put(name, type);
        return new Topic<>(name, Serdes.String(), serdes.of(type), cleanup);
    }
}
