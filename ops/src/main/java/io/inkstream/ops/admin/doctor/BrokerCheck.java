package io.inkstream.ops.admin.doctor;

import io.inkstream.ops.admin.Answers;
import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.AdminClients;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/** Whether the brokers answer, and have what exactly-once needs. */
final class BrokerCheck implements Check {
    private static final String TRANSACTION_VERSION = "transaction.version";
    /** Of a topology, unless its settings say otherwise. */
    private static final int SESSION_TIMEOUT_MS = 6_000;

    private final Cluster cluster;
    private final Duration limit;

    BrokerCheck(Cluster cluster, Duration limit) {
        this.cluster = cluster;
        this.limit = limit;
    }

    @Override
    public String part() {
        return "brokers";
    }

    @Override
    public void look(Findings findings) {
        Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) limit.toMillis());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) limit.toMillis());
        try (Admin admin = AdminClients.create(config)) {
            Collection<Node> nodes;
            try {
                nodes = Answers.of(admin.describeCluster().nodes(), limit);
            } catch (InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                String why = e instanceof TimeoutException ? "" : ": " + e.getMessage();
                findings.unreachable(
                        "no broker answers at " + cluster.brokers() + " within " + limit.toSeconds() + " s" + why,
                        "start the brokers, or correct bootstrap.servers (-b HOST:PORT) and the security settings");
                return;
            }
            look(admin, nodes, findings);
        }
    }

    private void look(Admin admin, Collection<Node> nodes, Findings findings) {
        findings.ok(nodes.size() + (nodes.size() == 1 ? " broker answers" : " brokers answer") + " at "
                + cluster.brokers());
        ifAny(admin.describeFeatures().featureMetadata()).ifPresent(features -> {
            FinalizedVersionRange transactions = features.finalizedFeatures().get(TRANSACTION_VERSION);
            if (transactions == null || transactions.maxVersionLevel() < 2) {
                findings.warning(
                        TRANSACTION_VERSION + " is "
                                + (transactions == null ? "not set" : transactions.maxVersionLevel())
                                + ": transactions are of the protocol before Kafka 4.0, in which one may be left hanging",
                        "kafka-features.sh --bootstrap-server BROKER upgrade --feature " + TRANSACTION_VERSION + "=2");
            } else {
                findings.ok("transactions: " + TRANSACTION_VERSION + " " + transactions.maxVersionLevel());
            }
        });
        Optional<Node> any = nodes.stream().findFirst();
        if (any.isPresent()) {
            ConfigResource broker =
                    new ConfigResource(ConfigResource.Type.BROKER, any.get().idString());
            Optional<Config> config =
                    ifAny(admin.describeConfigs(List.of(broker)).values().get(broker));
            config.ifPresent(read -> look(read, nodes.size(), findings));
        }
    }

    private static void look(Config config, int brokers, Findings findings) {
        number(config, "transaction.state.log.replication.factor")
                .filter(replicas -> replicas > brokers)
                .ifPresent(replicas -> findings.problem(
                        "transaction.state.log.replication.factor is " + replicas + ", and " + brokers
                                + " brokers answer: if the topic of transactions is not there yet, none can begin",
                        "start more brokers, or set it to at most " + brokers));
        number(config, "group.min.session.timeout.ms")
                .filter(least -> least > SESSION_TIMEOUT_MS)
                .ifPresent(least -> findings.problem(
                        "group.min.session.timeout.ms is " + least + ": the topology cannot join with its session of "
                                + SESSION_TIMEOUT_MS + " ms",
                        "lower it, or set main.consumer.session.timeout.ms=" + least + " for the topology"));
    }

    private static Optional<Long> number(Config config, String key) {
        ConfigEntry entry = config.get(key);
        return entry == null || entry.value() == null || !entry.value().matches("\\d{1,18}")
                ? Optional.empty()
                : Optional.of(Long.valueOf(entry.value()));
    }

    /** Nothing where we may not ask: of the brokers it is enough to know that they answer. */
    private <T> Optional<T> ifAny(KafkaFuture<T> future) {
        return Answers.ifAny(future, limit);
    }
}
