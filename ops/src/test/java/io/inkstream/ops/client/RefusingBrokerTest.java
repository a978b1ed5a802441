package io.inkstream.ops.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.inkstream.ops.stack.Health;
import io.inkstream.schemas.AdminClients;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.topology.flow.Throttle;
import io.inkstream.topology.flow.ThrottledClients;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A broker's address that refuses connections is waited for quietly: no client of ours may fill a disk meanwhile. */
class RefusingBrokerTest {
    private static final int LIMIT_MS = 2_000;
    /** With pauses of 50 ms and more it is some dozens in the time; without a pause it is hundreds and more. */
    private static final int MOST_LINES = 150;

    private final Logger kafka = (Logger) LoggerFactory.getLogger("org.apache.kafka");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    /** Bound but not listening: the port stays ours, and refuses. */
    private final Socket bound = new Socket();

    private Map<String, Object> config;

    @BeforeEach
    void listen() throws Exception {
        bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        config = Settings.of(
                        List.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(
                                CommonSettings.BOOTSTRAP_SERVERS.key(),
                                "127.0.0.1:" + bound.getLocalPort(),
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                Integer.toString(LIMIT_MS)))
                .clientConfig();
        log.start();
        kafka.setLevel(Level.INFO);
        kafka.setAdditive(false);
        kafka.addAppender(log);
    }

    @AfterEach
    void restore() throws Exception {
        kafka.detachAppender(log);
        kafka.setAdditive(true);
        kafka.setLevel(null);
        bound.close();
    }

    @Test
    void anAdminClientIsQuiet() {
        try (Admin admin = AdminClients.create(config)) {
            askInVain(admin);
        }
        assertQuiet();
    }

    @Test
    void theAdminClientOfTheStreamsIsQuiet() {
        try (Admin admin = new ThrottledClients(new Throttle()).getAdmin(config)) {
            askInVain(admin);
        }
        assertQuiet();
    }

    @Test
    void askingForTheBrokersHealthIsQuiet() {
        Health broker = Health.ofBroker("127.0.0.1:" + bound.getLocalPort());

        assertThat(broker.ask(Duration.ofMillis(LIMIT_MS)).healthy()).isFalse();
        assertQuiet();
    }

    @Test
    void consumersAndProducersAreQuiet() {
        Map<String, Object> own = new HashMap<>(config);
        try (var consumer = new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                var producer = new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer())) {
            assertThatThrownBy(() -> consumer.partitionsFor("texts", Duration.ofMillis(LIMIT_MS)))
                    .isInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> producer.partitionsFor("texts")).isInstanceOf(TimeoutException.class);
        }
        assertQuiet();
    }

    @Test
    void anOperatorsOwnStrategyIsKept() {
        config.put(AdminClientConfig.METADATA_RECOVERY_STRATEGY_CONFIG, "as-the-operator-says");

        assertThatThrownBy(() -> AdminClients.create(config)).hasStackTraceContaining("as-the-operator-says");
    }

    private static void askInVain(Admin admin) {
        assertThatThrownBy(() -> admin.describeCluster().nodes().get(LIMIT_MS, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        admin.close(Duration.ZERO);
    }

    private void assertQuiet() {
        List<ILoggingEvent> said = List.copyOf(log.list);
        assertThat(said).extracting(ILoggingEvent::getMessage).noneMatch(line -> line.startsWith("Rebootstrapping"));
        assertThat(said).hasSizeLessThan(MOST_LINES);
    }
}
