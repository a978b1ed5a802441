package io.inkstream.topology;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.inkstream.schemas.AdminClients;
import io.inkstream.schemas.Topic;
import io.inkstream.schemas.Topics;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.topology.flow.Backoff;
import io.inkstream.topology.flow.Throttle;
import io.inkstream.topology.flow.ThrottledClients;
import io.inkstream.topology.health.HealthServer;
import io.inkstream.topology.health.Troubles;
import io.inkstream.topology.plan.Planner;
import io.inkstream.topology.render.GrpcRenderClient;
import io.inkstream.topology.render.RenderConfig;
import io.inkstream.topology.render.RenderProcessor;
import io.inkstream.topology.routing.CandidateWatch;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.FleetFollower;
import io.inkstream.topology.routing.RolloutReporter;
import io.inkstream.topology.routing.RoutedDocuments;
import io.inkstream.topology.routing.Router;
import io.inkstream.topology.shadow.ShadowQueue;
import io.inkstream.topology.shadow.Shadows;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole process as one object: owns what it starts, and closes it in turn.
 *
 * <p>Health and metrics answer from the beginning; the streams start when the broker and all topics are there.
 */
final class TopologyService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyService.class);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(20);
    /** Finished drawings that wait to be compared; more than there can be, unless the registry is away. */
    private static final int COMPARISONS_WAITING = 256;

    private static final String BROKER = "broker";
    private static final String STREAMS = "streams";

    private final Topics topics;
    private final InstantSource clock;
    private final Backoff backoff;
    private final Admin admin;
    private final GrpcRenderClient client;
    private final FleetFollower fleet;
    private final Thread following;
    private final CandidateWatch watch;
    private final RolloutReporter reporter;
    private final Thread reporting;
    private final ExecutorService comparing;
    private final HealthServer health;
    private final KafkaStreams streams;
    private final KafkaStreamsMetrics streamsMetrics;
    private final Troubles troubles = new Troubles();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicInteger deaths = new AtomicInteger();
    private volatile int maxPageBytes;
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * Makes everything, and starts all but the streams.
     *
     * @param random uniform from 0 to 1, for the spread of waits
     * @throws IOException if the port of health and metrics cannot be had
     */
    TopologyService(Settings settings, InstantSource clock, DoubleSupplier random) throws IOException {
        this.clock = clock;
        topics = new Topics(settings.get(CommonSettings.TOPIC_PREFIX), StreamsSettings.serdes(settings));
        backoff = new Backoff(
                settings.get(TopologySettings.RETRY_FIRST), settings.get(TopologySettings.RETRY_LONGEST), random);
        Map<String, Object> streamsConfig = StreamsSettings.streams(settings);
        maxPageBytes = Integer.parseInt(streamsConfig
                .get(StreamsConfig.producerPrefix("max.request.size"))
                .toString());
        new JvmMemoryMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        health = new HealthServer(
                new InetSocketAddress(
                        settings.get(TopologySettings.HTTP_HOST), settings.get(TopologySettings.HTTP_PORT)),
                this::isLive,
                this::reasons,
                this::remarks,
                meters::scrape);
        client = new GrpcRenderClient(
                settings.get(TopologySettings.MODEL_SERVERS).stream()
                        .map(TopologyService::channel)
                        .toList(),
                settings.get(TopologySettings.MAX_IN_FLIGHT),
                settings.get(TopologySettings.RENDER_DEADLINE),
                troubles,
                meters);
        Map<String, Object> follower = StreamsSettings.follower(settings);
        fleet = new FleetFollower(
                topics,
                () -> new KafkaConsumer<>(follower, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                settings.get(TopologySettings.SERVER_TIMEOUT),
                backoff,
                clock,
                troubles);
        following = new Thread(fleet, "fleet-follower");
        following.start();
        watch = new CandidateWatch(fleet, meters);
        RoutedDocuments routed = new RoutedDocuments();
        String instance = StreamsSettings.instance(
                settings, hostName(), () -> UUID.randomUUID().toString());
        Map<String, Object> reporterConfig = StreamsSettings.reporter(settings, instance);
        reporter = new RolloutReporter(
                () -> new KafkaProducer<>(reporterConfig, new StringSerializer(), new ByteArraySerializer()),
                topics.rolloutStatus(),
                instance,
                watch,
                routed,
                settings.get(TopologySettings.HEARTBEAT_INTERVAL),
                backoff,
                clock);
        reporting = new Thread(reporter, "rollout-reporter");
        reporting.start();
        comparing = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(COMPARISONS_WAITING),
                task -> new Thread(task, "shadow-comparison"));
        Shadows shadows = new Shadows(
                topics.shadowReports(),
                client.forShadows(settings.get(TopologySettings.MAX_SHADOWS_IN_FLIGHT)),
                comparing,
                clock,
                meters);
        Throttle throttle = new Throttle();
        Planner planner = new Planner(settings.get(TopologySettings.MAX_TEXT_BYTES));
        RenderConfig config = new RenderConfig(
                settings.get(TopologySettings.MAX_OPEN_DOCUMENTS),
                settings.get(TopologySettings.MAX_OPEN_LINES),
                settings.get(TopologySettings.MAX_LINES_AHEAD),
                settings.get(TopologySettings.UNKNOWN_MODEL_GRACE),
                backoff);
        InkstreamTopology topology = new InkstreamTopology(
                topics,
                () -> new RenderProcessor(
                        topics,
                        planner,
                        watch,
                        routed,
                        client,
                        new ShadowQueue(shadows),
                        throttle,
                        troubles,
                        config,
                        meters),
                () -> maxPageBytes);
        Properties properties = new Properties();
        properties.putAll(streamsConfig);
        streams = new KafkaStreams(topology.get(), new StreamsConfig(properties), new ThrottledClients(throttle));
        streams.setUncaughtExceptionHandler(this::replace);
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                deaths.set(0);
                troubles.clear(STREAMS);
            }
        });
        streamsMetrics = new KafkaStreamsMetrics(streams);
        admin = AdminClients.create(settings.clientConfig());
        troubles.raise(STREAMS, "they have not started yet");
        LOG.info("Health and metrics are on port {}", health.port());
    }

    /** Starts the streams as soon as the broker answers and has every topic; returns then, or when closed. */
    void start() throws InterruptedException {
        for (int failures = 1; !isClosing(); failures++) {
            Optional<String> missing = missing();
            if (missing.isEmpty()) {
                troubles.clear(BROKER);
                maxPageBytes = maxPageBytes();
                streams.start();
                streamsMetrics.bindTo(meters);
                return;
            }
            troubles.raise(BROKER, missing.get());
            if (closing.await(backoff.millisAfter(failures), TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    /** The port of health and metrics. */
    int httpPort() {
        return health.port();
    }

    /** Ends within a bounded time; what is not emitted is drawn again by the next to start. */
    @Override
    public void close() {
        closing.countDown();
        // Its calls end first, so that no answer is late for the last transaction.
        client.close();
        if (!streams.close(LONGEST_CLOSE)) {
            LOG.warn("The streams did not end within {}; their transaction will be undone", LONGEST_CLOSE);
        }
        comparing.shutdownNow();
        reporter.close();
        fleet.close();
        try {
            reporting.join(LONGEST_CLOSE.toMillis());
            following.join(LONGEST_CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        streamsMetrics.close();
        admin.close(Duration.ZERO);
        health.close();
        meters.close();
    }

    private boolean isLive() {
        return !streams.state().hasCompletedShutdown();
    }

    private Map<String, String> reasons() {
        Map<String, String> reasons = new TreeMap<>(troubles.reasons());
        Instant now = clock.instant();
        Fleet known = watch.get();
        Router.whyNotServing(known, now).ifPresent(reason -> reasons.put("model", reason));
        if (!client.isReachable()) {
            reasons.putIfAbsent("model-server", "no address of " + TopologySettings.MODEL_SERVERS.key() + " answers");
        }
        return reasons;
    }

    private Map<String, String> remarks() {
        Fleet known = watch.get();
        Map<String, String> remarks = new TreeMap<>();
        Instant now = clock.instant();
        Router.held(known, now).ifPresent(held -> remarks.put("held", held));
        known.policies().keySet().forEach(name -> Router.standing(known, now, name)
                .halt()
                .ifPresent(halt -> remarks.put(
                        "halted " + name, "the candidate of policy " + halt.revision() + ": " + halt.reason())));
        return remarks;
    }

    private Optional<String> missing() throws InterruptedException {
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
            needed.removeAll(admin.listTopics().names().get());
            return needed.isEmpty() ? Optional.empty() : Optional.of("there is no topic " + String.join(", ", needed));
        } catch (ExecutionException e) {
            return Optional.of("it does not answer: " + e.getCause().getMessage());
        }
    }

    /** The least that broker and producer take; the topic may have been made by somebody with Kafka's own default. */
    private int maxPageBytes() throws InterruptedException {
        ConfigResource pages =
                new ConfigResource(ConfigResource.Type.TOPIC, topics.pages().name());
        try {
            Config config = admin.describeConfigs(List.of(pages)).all().get().get(pages);
            return Math.min(
                    maxPageBytes,
                    Integer.parseInt(config.get("max.message.bytes").value()));
        } catch (ExecutionException e) {
            LOG.warn("Cannot ask how large a page may be, and take {} bytes", maxPageBytes, e.getCause());
            return maxPageBytes;
        }
    }

    /** A stream thread died; the one that takes its place waits a little, since the cause is often still there. */
    private StreamThreadExceptionResponse replace(Throwable cause) {
        LOG.error("A stream thread died; its transaction is undone and another takes its place", cause);
        troubles.raise(STREAMS, String.valueOf(cause.getMessage()));
        try {
            if (closing.await(backoff.millisAfter(deaths.incrementAndGet()), TimeUnit.MILLISECONDS)) {
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static ManagedChannel channel(String address) {
        return Grpc.newChannelBuilder("dns:///" + address, InsecureChannelCredentials.create())
                .defaultLoadBalancingPolicy("round_robin")
                // The callback only queues the answer: it needs no thread of its own.
                .directExecutor()
                .keepAliveTime(30, TimeUnit.SECONDS)
                .build();
    }
}
