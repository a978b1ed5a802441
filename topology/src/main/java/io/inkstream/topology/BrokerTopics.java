package io.inkstream.topology;

import io.inkstream.schemas.topics.Topic;
import io.inkstream.schemas.topics.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the broker about the topics: which exist, how large a record each accepts, and their ids. For many threads. */
final class BrokerTopics {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerTopics.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Admin admin;
    private final Topics topics;
    private final int producerMaxBytes;
    private final Map<String, Integer> maxBytes = new ConcurrentHashMap<>();

    /**
     * Asks nothing yet.
     *
     * @param producerMaxBytes largest request of our own producer
     */
    BrokerTopics(Admin admin, Topics topics, int producerMaxBytes) {
        this.admin = admin;
        this.topics = topics;
        this.producerMaxBytes = producerMaxBytes;
    }

    /** Says why the streams cannot start, if they cannot: the broker does not answer, or a topic is not there. */
    Optional<String> missing() {
        Set<String> needed = Stream.<Topic<?, ?>>of(
                        topics.texts(),
                        topics.lines(),
                        topics.pages(),
                        topics.deadLetters(),
                        topics.models(),
                        topics.modelStatus(),
                        topics.rollouts(),
                        topics.rolloutStatus(),
                        topics.shadowReports())
                .map(Topic::name)
                .collect(Collectors.toCollection(TreeSet::new));
        try {
            needed.removeAll(answer(admin.listTopics().names()));
            return needed.isEmpty() ? Optional.empty() : Optional.of("there is no topic " + String.join(", ", needed));
        } catch (KafkaException e) {
            return Optional.of("it does not answer: " + e.getMessage());
        }
    }

    /** Learns how large a record the output topics take; what it knew stands if the broker does not say. */
    void refresh() {
        List<ConfigResource> asked = Stream.<Topic<?, ?>>of(
                        topics.lines(), topics.pages(), topics.deadLetters(), topics.shadowReports())
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                .toList();
        try {
            Map<ConfigResource, Config> found =
                    answer(admin.describeConfigs(asked).all());
            found.forEach((topic, config) -> maxBytes.put(
                    topic.name(),
                    Integer.parseInt(config.get("max.message.bytes").value())));
        } catch (KafkaException e) {
            LOG.warn("Cannot ask how large a record the output topics take: {}", e.getMessage());
        }
    }

    /** The largest record that a topic and our own producer take. */
    int maxBytes(String topic) {
        return Math.min(producerMaxBytes, maxBytes.getOrDefault(topic, producerMaxBytes));
    }

    /**
     * Asks for the id that the broker gave the topic of texts when it was made.
     *
     * @throws KafkaException if the broker does not answer
     */
    String textsId() {
        String name = topics.texts().name();
        return answer(admin.describeTopics(List.of(name)).allTopicNames())
                .get(name)
                .topicId()
                .toString();
    }

    private static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("no answer within " + PATIENCE.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
