package io.inkstream.modelserver;

import io.inkstream.modelserver.hand.HandCache;
import io.inkstream.modelserver.hand.LineRenderer;
import io.inkstream.modelserver.health.HttpEndpoint;
import io.inkstream.modelserver.health.Readiness;
import io.inkstream.modelserver.predict.Readers;
import io.inkstream.modelserver.repository.Backoff;
import io.inkstream.modelserver.repository.BundleCache;
import io.inkstream.modelserver.repository.Locations;
import io.inkstream.modelserver.repository.ModelRepository;
import io.inkstream.modelserver.repository.RepositoryMeters;
import io.inkstream.modelserver.repository.StatusReporter;
import io.inkstream.modelserver.repository.TopicFollower;
import io.inkstream.modelserver.repository.VerifyingBundleLoader;
import io.inkstream.modelserver.repository.VersionStatus;
import io.inkstream.modelserver.rpc.LineWorkers;
import io.inkstream.modelserver.rpc.RenderMeters;
import io.inkstream.modelserver.rpc.RenderService;
import io.inkstream.modelserver.rpc.RpcServer;
import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsException;
import io.inkstream.schemas.topics.Topics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running model server: follows the model topics, draws lines over gRPC, tells how it is over HTTP. */
public final class ModelServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelServer.class);
    private static final int LINES_PER_CORE = 4;
    private static final int MAX_VERSIONS = 2000;

    private final Settings settings;
    private final Readiness readiness;
    private final TopicFollower follower;
    private final ModelRepository repository;
    private final BundleCache cache;
    private final Readers readers;
    private final StatusReporter reporter;
    private final LineWorkers workers;
    private final RpcServer rpc;
    private final HttpEndpoint http;
    private final PrometheusMeterRegistry metrics;

    private ModelServer(
            Settings settings,
            Readiness readiness,
            TopicFollower follower,
            ModelRepository repository,
            BundleCache cache,
            Readers readers,
            StatusReporter reporter,
            LineWorkers workers,
            RpcServer rpc,
            HttpEndpoint http,
            PrometheusMeterRegistry metrics) {
        this.settings = settings;
        this.readiness = readiness;
        this.follower = follower;
        this.repository = repository;
        this.cache = cache;
        this.readers = readers;
        this.reporter = reporter;
        this.workers = workers;
        this.rpc = rpc;
        this.http = http;
        this.metrics = metrics;
    }

    /**
     * Starts a server; it becomes ready by itself once a model is.
     *
     * @throws SettingsException if settings contradict each other
     * @throws IOException if a port or the cache folder cannot be had; nothing is left running then
     */
    public static ModelServer start(Settings settings) throws IOException {
        ModelServer server = of(settings);
        try {
            server.start();
            return server;
        } catch (IOException | RuntimeException | Error e) {
            server.free();
            throw e;
        }
    }

    /** Makes all parts and starts none. */
    private static ModelServer of(Settings settings) {
        LongSupplier nanos = System::nanoTime;
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Topics topics = Topics.of(settings);
        String serverId = serverId(settings);
        Map<String, Object> consuming = checked(consumerConfig(settings, serverId), ConsumerConfig::new);
        Map<String, Object> producing = checked(producerConfig(settings, serverId), ProducerConfig::new);
        Backoff backoff = backoff(settings);
        Locations locations = locations(settings);
        Readers readers = Readers.open();
        VerifyingBundleLoader loader;
        try {
            loader = ModelLoading.loader(settings, readers.glyphs(), nanos, metrics);
        } catch (RuntimeException | Error e) {
            readers.close();
            throw e;
        }

        Readiness readiness = new Readiness();
        ModelReadiness modelReadiness =
                new ModelReadiness(readiness, topics.models().name());
        StatusReporter reporter = new StatusReporter(
                () -> new KafkaProducer<>(producing, new StringSerializer(), new ByteArraySerializer()),
                topics.modelStatus(),
                serverId,
                settings.get(ModelServerSettings.HEARTBEAT_INTERVAL),
                InstantSource.system());
        HandCache hands = new HandCache(settings.get(ModelServerSettings.HAND_CACHE_BYTES));
        LineRenderer renderer = new LineRenderer(hands, nanos);
        int formsAhead = settings.get(ModelServerSettings.FORMS_AHEAD);
        BundleCache cache = new BundleCache(settings.get(ModelServerSettings.CACHE_DIR));
        ModelRepository repository = new ModelRepository(
                loader,
                model -> renderer.drawAhead(model.drawing(), formsAhead),
                cache,
                locations,
                limits(settings),
                backoff,
                nanos,
                new RepositoryMeters(metrics),
                status -> {
                    reporter.changed(status);
                    modelReadiness.accept(status);
                });
        LineWorkers workers = new LineWorkers(
                ModelLoading.orCores(settings.get(ModelServerSettings.LINES_IN_WORK), LINES_PER_CORE),
                settings.get(ModelServerSettings.MAX_PENDING_LINES));
        register(metrics, hands);
        RenderService service = new RenderService(
                repository,
                renderer,
                readers,
                workers,
                new RenderMeters(metrics, workers),
                nanos,
                new RenderService.Identity(CpuFamily.current(), CodeVersion.current()));
        return new ModelServer(
                settings,
                readiness,
                new TopicFollower(
                        () -> new KafkaConsumer<>(consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                        topics.models(),
                        topics.modelChunks(),
                        topics.rollouts(),
                        topics.modelStatus(),
                        repository,
                        reporter::heard,
                        readiness),
                repository,
                cache,
                readers,
                reporter,
                workers,
                new RpcServer(
                        settings.get(ModelServerSettings.HOST), settings.get(ModelServerSettings.GRPC_PORT), service),
                new HttpEndpoint(
                        settings.get(ModelServerSettings.HTTP_HOST),
                        settings.get(ModelServerSettings.HTTP_PORT),
                        readiness,
                        () -> states(repository),
                        metrics),
                metrics);
    }

    /** What may fail comes first, and what speaks to others last. */
    private void start() throws IOException {
        try {
            cache.tryOut();
        } catch (IOException e) {
            throw new IOException(
                    "the folder " + settings.get(ModelServerSettings.CACHE_DIR) + " cannot be used ("
                            + ModelServerSettings.CACHE_DIR.key() + "): " + e,
                    e);
        }
        rpc.start();
        http.start();
        readiness.whenChanged(rpc::serving);
        reporter.start();
        follower.start();
        LOG.info(
                "Model server {}: gRPC on {}:{}, health and metrics on http://{}:{}.",
                serverId(settings),
                settings.get(ModelServerSettings.HOST),
                rpc.port(),
                settings.get(ModelServerSettings.HTTP_HOST),
                http.port());
    }

    /** Port of the rendering service. */
    public int grpcPort() {
        return rpc.port();
    }

    /** Port of health and metrics. */
    public int httpPort() {
        return http.port();
    }

    /** Admits nothing more, answers what was admitted, deregisters on topic {@code model-status}, and frees everything. */
    @Override
    public void close() {
        LOG.info("Stopping: {} pending lines are finished first.", workers.pending() + workers.inWork());
        free();
        LOG.info("Stopped.");
    }

    private void free() {
        readiness.obstacle("process", "the server is shutting down");
        rpc.drain(workers, settings.get(ModelServerSettings.DRAIN_TIMEOUT));
        follower.close();
        repository.close();
        readers.close();
        reporter.close();
        http.close();
        metrics.close();
    }

    private static ModelRepository.Limits limits(Settings settings) {
        return new ModelRepository.Limits(
                settings.get(ModelServerSettings.MAX_BUNDLE_BYTES),
                MAX_VERSIONS,
                settings.get(ModelServerSettings.MAX_RESIDENT_BYTES),
                settings.get(ModelServerSettings.DOWNLOAD_TIMEOUT));
    }

    private static Locations locations(Settings settings) {
        List<String> prefixes = Arrays.stream(
                        settings.get(ModelServerSettings.LOCATIONS).split(","))
                .map(String::trim)
                .filter(prefix -> !prefix.isEmpty())
                .toList();
        try {
            return new Locations(prefixes, settings.get(ModelServerSettings.FETCH_TIMEOUT));
        } catch (IllegalArgumentException e) {
            throw new SettingsException(ModelServerSettings.LOCATIONS.key() + ": " + e.getMessage());
        }
    }

    private static String serverId(Settings settings) {
        String id = settings.get(ModelServerSettings.ID);
        if (!id.isEmpty()) {
            return id;
        }
        int port = settings.get(ModelServerSettings.GRPC_PORT);
        return hostName() + ":"
                + (port > 0 ? Integer.toString(port) : UUID.randomUUID().toString());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static Map<String, String> states(ModelRepository repository) {
        Map<String, String> states = new LinkedHashMap<>();
        for (VersionStatus version : repository.versions()) {
            states.put(
                    version.id().toString(),
                    version.state()
                            + (version.reason().isEmpty()
                                    ? ""
                                    : ": " + Limits.cut(version.reason(), Limits.QUOTED_CHARS)));
        }
        return states;
    }

    private static void register(MeterRegistry metrics, HandCache hands) {
        Gauge.builder("inkstream.model.server.hand.cache", hands, HandCache::bytes)
                .description("Memory used by cached letter forms")
                .baseUnit("bytes")
                .register(metrics);
        for (MeterBinder binder :
                List.of(new JvmMemoryMetrics(), new ProcessorMetrics(), new UptimeMetrics(), new JvmThreadMetrics())) {
            binder.bindTo(metrics);
        }
    }

    private static Backoff backoff(Settings settings) {
        try {
            return new Backoff(
                    settings.get(ModelServerSettings.RETRY_FIRST),
                    settings.get(ModelServerSettings.RETRY_LONGEST),
                    () -> ThreadLocalRandom.current().nextDouble());
        } catch (IllegalArgumentException e) {
            throw new SettingsException("inkstream.model.server.retry.*: " + e.getMessage());
        }
    }

    /** What Kafka would refuse later, in a thread of its own, is refused before anything starts. */
    private static Map<String, Object> checked(Map<String, Object> config, Consumer<Map<String, Object>> check) {
        try {
            check.accept(config);
            return config;
        } catch (ConfigException e) {
            throw new SettingsException(e.getMessage());
        }
    }

    private static Map<String, Object> consumerConfig(Settings settings, String serverId) {
        Map<String, Object> config = new HashMap<>(settings.clientConfig());
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, "model-server-" + serverId);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        // Kafka's megabyte would make many round trips of one bundle.
        config.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Topics.MAX_MESSAGE_BYTES);
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return config;
    }

    private static Map<String, Object> producerConfig(Settings settings, String serverId) {
        Map<String, Object> config = new HashMap<>(settings.clientConfig());
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "model-server-" + serverId);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000");
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return config;
    }
}
