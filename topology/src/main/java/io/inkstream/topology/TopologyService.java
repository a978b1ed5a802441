package io.inkstream.topology;

import io.inkstream.schemas.AdminClients;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.rollout.PolicyClients;
import io.inkstream.schemas.rollout.PolicyWriter;
import io.inkstream.schemas.rollout.Revisions;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.topology.client.GrpcRenderClient;
import io.inkstream.topology.client.ModelServers;
import io.inkstream.topology.flow.Backoff;
import io.inkstream.topology.flow.RecordLimits;
import io.inkstream.topology.flow.Throttle;
import io.inkstream.topology.flow.ThrottledClients;
import io.inkstream.topology.health.HealthServer;
import io.inkstream.topology.health.Troubles;
import io.inkstream.topology.plan.Planner;
import io.inkstream.topology.render.RenderConfig;
import io.inkstream.topology.render.RenderParts;
import io.inkstream.topology.render.RenderProcessor;
import io.inkstream.topology.routing.CandidateWatch;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.FleetFollower;
import io.inkstream.topology.routing.RolloutKeeper;
import io.inkstream.topology.routing.RolloutReporter;
import io.inkstream.topology.routing.RoutedDocuments;
import io.inkstream.topology.routing.Router;
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
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole process as one object: owns what it starts, and closes it in turn.
 *
 * <p>Making it starts nothing, and fails if it could not run as it is told to. Once started, health and metrics answer; the
 * streams start when the broker and all topics are there.
 */
final class TopologyService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyService.class);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(20);
    /** Finished drawings that wait to be compared; more than there can be, unless the registry is away. */
    private static final int COMPARISONS_WAITING = 256;

    /** How often the broker is asked how large a record the output topics take. */
    private static final Duration REFRESH = Duration.ofSeconds(30);

    private static final Duration POLICIES_READ_WITHIN = Duration.ofSeconds(20);

    private static final String BROKER = "broker";
    private static final String STREAMS = "streams";

    private final Topics topics;
    private final InstantSource clock;
    private final Backoff backoff;
    private final Admin admin;
    private final BrokerTopics broker;
    private final Thread refreshing;
    private final GrpcRenderClient client;
    private final FleetFollower fleet;
    private final Thread following;
    private final CandidateWatch watch;
    private final RolloutReporter reporter;
    private final Thread reporting;
    private final RolloutKeeper keeper;
    private final Thread keeping;
    private final ExecutorService comparing;
    private final HealthServer health;
    private final Supplier<KafkaStreams> makesStreams;
    private final Troubles troubles = new Troubles();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicInteger deaths = new AtomicInteger();
    private final RefusedTopics refusedTopics;
    private volatile Optional<String> transactions = Optional.empty();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile KafkaStreams streams;
    private volatile Optional<KafkaStreamsMetrics> streamsMetrics = Optional.empty();

    /**
     * Makes everything, and starts nothing.
     *
     * @param random uniform from 0 to 1, for the spread of waits
     * @throws IOException if the port of health and metrics cannot be had
     * @throws org.apache.kafka.common.KafkaException if a key of Kafka's has no usable value, or another process uses the
     *     state directory
     */
    TopologyService(Settings settings, InstantSource clock, DoubleSupplier random) throws IOException {
        this.clock = clock;
        topics = new Topics(settings.get(CommonSettings.TOPIC_PREFIX), StreamsSettings.serdes(settings));
        backoff = new Backoff(
                settings.get(TopologySettings.RETRY_FIRST), settings.get(TopologySettings.RETRY_LONGEST), random);
        Map<String, Object> streamsConfig = StreamsSettings.streams(settings);
        refusedTopics = new RefusedTopics(streamsConfig);
        streamsConfig.put(ProductionFailures.TROUBLES, troubles);
        admin = AdminClients.create(settings.clientConfig());
        broker = new BrokerTopics(
                admin,
                topics,
                Integer.parseInt(streamsConfig
                        .get(StreamsConfig.producerPrefix("max.request.size"))
                        .toString()));
        refreshing = new Thread(this::refresh, "broker-topics");
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
                ModelServers.of(settings.get(TopologySettings.MODEL_SERVERS)),
                settings.get(TopologySettings.MAX_IN_FLIGHT),
                settings.get(TopologySettings.RENDER_DEADLINE),
                troubles,
                meters,
                System::nanoTime);
        Map<String, Object> follower = StreamsSettings.follower(settings);
        fleet = new FleetFollower(
                topics,
                () -> new KafkaConsumer<>(follower, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                settings.get(TopologySettings.SERVER_TIMEOUT),
                backoff,
                clock,
                troubles);
        following = new Thread(fleet, "fleet-follower");
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
        PolicyWriter policies = new PolicyWriter(
                topics.rollouts(),
                PolicyClients.of(settings.clientConfig()),
                clock,
                System::nanoTime,
                random,
                POLICIES_READ_WITHIN);
        keeper = new RolloutKeeper(
                watch, policies::write, new Revisions(clock, new SecureRandom()), instance, backoff, clock, random);
        keeping = new Thread(keeper, "rollout-keeper");
        keeping.setDaemon(true);
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
        Planner planner =
                new Planner(settings.get(TopologySettings.MAX_TEXT_BYTES), settings.get(TopologySettings.READ_LINES));
        RenderConfig config = new RenderConfig(
                settings.get(TopologySettings.MAX_OPEN_DOCUMENTS),
                settings.get(TopologySettings.MAX_OPEN_LINES),
                settings.get(TopologySettings.MAX_OPEN_BYTES),
                settings.get(TopologySettings.MAX_LINES_AHEAD),
                settings.get(TopologySettings.MAX_TRIES),
                settings.get(TopologySettings.UNKNOWN_MODEL_GRACE),
                settings.get(TopologySettings.MARK_IMAGES),
                backoff);
        if (!config.areMarked()) {
            LOG.warn(
                    "{} is off: images do not say that a machine drew them, which some laws ask for, such as Art. 50(2) of the"
                            + " EU's AI Act",
                    TopologySettings.MARK_IMAGES.key());
        }
        RecordLimits limits = new RecordLimits(broker::maxBytes);
        RenderParts parts = new RenderParts(
                topics,
                planner,
                watch,
                routed,
                client,
                shadows,
                throttle,
                troubles,
                config,
                limits,
                broker::textsId,
                meters);
        InkstreamTopology topology =
                new InkstreamTopology(topics, () -> new RenderProcessor(parts), limits, config.areMarked());
        Properties properties = new Properties();
        properties.putAll(streamsConfig);
        StreamsConfig checked = new StreamsConfig(properties);
        makesStreams = () -> {
            KafkaStreams made = new KafkaStreams(topology.get(), checked, new ThrottledClients(throttle));
            made.setUncaughtExceptionHandler(this::replace);
            made.setStateListener((now, before) -> {
                if (now == KafkaStreams.State.RUNNING) {
                    deaths.set(0);
                    troubles.clear(STREAMS);
                    troubles.clear(ProductionFailures.PART);
                }
            });
            return made;
        };
        streams = makesStreams.get();
    }

    /**
     * Starts all, the streams as soon as the broker answers, has every topic, and their state can be opened; returns then, or
     * when closed.
     */
    void start() throws InterruptedException {
        troubles.raise(STREAMS, "the streams have not started yet");
        health.start();
        LOG.info("Health and metrics are on port {}", health.port());
        following.start();
        reporting.start();
        client.start();
        keeping.start();
        refreshing.start();
        for (int failures = 1; !begin(); failures++) {
            if (closing.await(backoff.millisAfter(failures), TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    /** Starts the streams, or says on readiness why they cannot start now. */
    private boolean begin() throws InterruptedException {
        Optional<String> missing = broker.missing();
        if (missing.isPresent()) {
            troubles.raise(BROKER, missing.get());
            return false;
        }
        troubles.clear(BROKER);
        broker.refresh();
        transactions = TransactionVersion.remark(admin);
        transactions.ifPresent(LOG::warn);
        try {
            streams.start();
        } catch (StreamsException e) {
            // There may be no room to open the stores, and streams that failed once never start.
            LOG.error("The streams cannot start and are retried; their state is in state.dir", e);
            troubles.raise(STREAMS, "the streams cannot start: " + Limits.cut(String.valueOf(e), Limits.MESSAGE_CHARS));
            streams.close(LONGEST_CLOSE);
            streams = makesStreams.get();
            return false;
        }
        KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
        metrics.bindTo(meters);
        streamsMetrics = Optional.of(metrics);
        return true;
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
            LOG.warn("The streams did not end within {}; their transaction will be aborted", LONGEST_CLOSE);
        }
        comparing.shutdownNow();
        reporter.close();
        keeper.close();
        keeping.interrupt();
        fleet.close();
        try {
            for (Thread thread : List.of(reporting, following, refreshing, keeping)) {
                thread.join(LONGEST_CLOSE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        streamsMetrics.ifPresent(KafkaStreamsMetrics::close);
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
        transactions.ifPresent(remark -> remarks.put("transactions", remark));
        Router.held(known, now).ifPresent(held -> remarks.put("held", held));
        known.policies().keySet().forEach(name -> Router.standing(known, now, name)
                .halt()
                .ifPresent(halt -> remarks.put(
                        "halted " + name, "the candidate of policy " + halt.revision() + ": " + halt.reason())));
        return remarks;
    }

    /** An administrator may change what a topic takes at any time. */
    private void refresh() {
        try {
            while (!closing.await(REFRESH.toMillis(), TimeUnit.MILLISECONDS)) {
                broker.refresh();
            }
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A stream thread died; the one that takes its place waits a little, since the cause is often still there. */
    private StreamThreadExceptionResponse replace(Throwable cause) {
        LOG.error("A stream thread died; its transaction is aborted and the thread is replaced", cause);
        troubles.raise(
                STREAMS,
                refusedTopics
                        .explain(cause)
                        .orElseGet(() -> Limits.cut(String.valueOf(cause.getMessage()), Limits.MESSAGE_CHARS)));
        try {
            if (closing.await(backoff.millisAfter(deaths.incrementAndGet()), TimeUnit.MILLISECONDS)) {
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
            broker.refresh(); // a topic may take less than was known
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
}
