package io.inkstream.modelserver;

import io.inkstream.modelserver.repository.GateConfig;
import io.inkstream.schemas.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What the model server may be told. */
public final class ModelServerSettings {
    /** Engines that run the networks. */
    public enum Engine {
        ONNXRUNTIME,
        ONNXRUNTIME_CUDA,
        ND4J
    }

    /** Numbers that generators compute with. */
    public enum Precision {
        FLOAT32,
        INT8,
        AUTO
    }

    public static final Setting<String> ID = Setting.text(
            "inkstream.model.server.id",
            "",
            "Name of this server on topic model-status, unique among all servers; empty means host:port.");
    public static final Setting<String> HOST = Setting.name(
            "inkstream.model.server.host",
            "127.0.0.1",
            "Address that gRPC listens on; 0.0.0.0 accepts other machines.");
    public static final Setting<Integer> GRPC_PORT = Setting.integer(
            "inkstream.model.server.grpc.port",
            50051,
            0,
            65535,
            "Port of the rendering service; 0 takes any free one.");
    public static final Setting<String> HTTP_HOST = Setting.name(
            "inkstream.model.server.http.host",
            "127.0.0.1",
            "Address that /health and /metrics are served on; 0.0.0.0 accepts other machines.");
    public static final Setting<Integer> HTTP_PORT = Setting.integer(
            "inkstream.model.server.http.port",
            9101,
            0,
            65535,
            "Port of /health/live, /health/ready and /metrics; 0 takes any free one.");
    public static final Setting<Engine> PREDICTOR = Setting.choice(
            "inkstream.model.server.predictor",
            Engine.ONNXRUNTIME,
            "Inference engine; images of different engines may differ in single bytes.");
    public static final Setting<Precision> PRECISION = Setting.choice(
            "inkstream.model.server.precision",
            Precision.FLOAT32,
            "What generators compute with: int8 takes the second generator of a bundle that has one, which draws slightly"
                    + " other ink in half the time; auto does so where the processor has VNNI. For predictor"
                    + " onnxruntime only.");
    public static final Setting<Integer> THREADS = Setting.integer(
            "inkstream.model.server.threads",
            0,
            0,
            1024,
            "Batches that run concurrently, each on one core; 0 means one per core.");
    public static final Setting<Integer> LINES_IN_WORK = Setting.integer(
            "inkstream.model.server.lines.in.work",
            0,
            0,
            4096,
            "Lines that are drawn concurrently, so that their glyphs share batches; 0 means four per core.");
    public static final Setting<Integer> MAX_PENDING_LINES = Setting.integer(
            "inkstream.model.server.max.pending.lines",
            256,
            1,
            1_000_000,
            "Upper limit of lines in the queue; further lines are answered RESOURCE_EXHAUSTED at once.");
    public static final Setting<Integer> MAX_BATCH_SIZE = Setting.integer(
            "inkstream.model.server.max.batch.size", 16, 1, 4096, "Maximum number of glyphs in a batch.");
    public static final Setting<Duration> MAX_QUEUE_DELAY = Setting.duration(
            "inkstream.model.server.max.queue.delay",
            "1ms",
            Duration.ZERO,
            "Longest time that a glyph waits for its batch to fill; it does not wait when no other line is being drawn.");
    public static final Setting<Integer> MAX_QUEUE_SIZE = Setting.integer(
            "inkstream.model.server.max.queue.size",
            4096,
            1,
            10_000_000,
            "Upper limit of glyphs that wait for a batch; at least the batch size.");
    public static final Setting<Long> HAND_CACHE_BYTES = Setting.bytes(
            "inkstream.model.server.hand.cache.bytes",
            "64MiB",
            0,
            1L << 40,
            "Size of the cache of letter forms; a form takes about a kilobyte.");
    public static final Setting<Integer> FORMS_AHEAD = Setting.integer(
            "inkstream.model.server.hand.forms.ahead",
            128,
            0,
            100_000,
            "Most used letter forms that the newest version pre-warms before it serves; a hand in full use has"
                    + " some 500 forms, and a form takes some milliseconds of a core.");
    public static final Setting<Path> CACHE_DIR = Setting.path(
            "inkstream.model.server.cache.dir",
            "var/models",
            "Cache folder of downloaded bundles, named by SHA-256; it may be deleted at any time.");
    public static final Setting<Long> MAX_BUNDLE_BYTES =
            Setting.bytes("inkstream.model.server.max.bundle.bytes", "16MiB", 1, 1L << 30, "Maximum size of a bundle.");
    public static final Setting<Long> MAX_RESIDENT_BYTES = Setting.bytes(
            "inkstream.model.server.max.resident.bytes",
            "24MiB",
            1,
            1L << 40,
            "Upper limit of the network files of loaded models (each takes about four times as much memory); beyond it the"
                    + " least recently used one is unloaded, and loaded again on demand. Versions that a policy names"
                    + " and those in use stay loaded.");
    public static final Setting<Long> MAX_MODEL_MEMORY_BYTES = Setting.bytes(
            "inkstream.model.server.max.model.memory.bytes",
            "256MiB",
            1 << 20,
            1L << 40,
            "Upper limit of off-heap memory that the networks of one version may need, by their sizes and shapes; a version"
                    + " that needs more is rejected, as is one whose checks need more than half of the heap.");
    public static final Setting<Duration> DOWNLOAD_TIMEOUT = Setting.duration(
            "inkstream.model.server.download.timeout",
            "10s",
            Duration.ZERO,
            "How long an announced version waits for missing chunks on topic model-chunks, or for a location that does not"
                    + " answer, before it is FAILED and retried.");
    public static final Setting<Duration> RETRY_FIRST = Setting.duration(
            "inkstream.model.server.retry.first",
            "1s",
            Duration.ofMillis(1),
            "Wait before a FAILED version (chunks, location, disk, memory, engine) is first retried; it doubles with each"
                    + " further failure.");
    public static final Setting<Duration> RETRY_LONGEST = Setting.duration(
            "inkstream.model.server.retry.longest",
            "2m",
            Duration.ofMillis(1),
            "Longest wait before a FAILED version is retried; each retry may read all of topic model-chunks, so keep it"
                    + " in minutes.");
    public static final Setting<String> LOCATIONS = Setting.text(
            "inkstream.model.server.locations",
            "",
            "Allowed locations of bundles outside topic model-chunks: comma-separated prefixes such as"
                    + " https://models.example.org/inkstream/ or file:/srv/models/; empty allows none.");
    public static final Setting<Duration> FETCH_TIMEOUT = Setting.duration(
            "inkstream.model.server.fetch.timeout",
            "60s",
            Duration.ofMillis(1),
            "Timeout of fetching one bundle from its location.");
    public static final Setting<Duration> HEARTBEAT_INTERVAL = Setting.duration(
            "inkstream.model.server.heartbeat.interval",
            "5s",
            Duration.ofMillis(100),
            "Interval of heartbeats: the status of every version is written again, so that a dead server is noticed.");
    public static final Setting<Duration> DRAIN_TIMEOUT = Setting.duration(
            "inkstream.model.server.drain.timeout",
            "20s",
            Duration.ZERO,
            "How long a shutdown waits for pending lines; the rest is answered UNAVAILABLE.");

    public static final List<Setting<?>> ALL = Stream.of(
                    List.of(
                            ID,
                            HOST,
                            GRPC_PORT,
                            HTTP_HOST,
                            HTTP_PORT,
                            PREDICTOR,
                            PRECISION,
                            THREADS,
                            LINES_IN_WORK,
                            MAX_PENDING_LINES,
                            MAX_BATCH_SIZE,
                            MAX_QUEUE_DELAY,
                            MAX_QUEUE_SIZE,
                            HAND_CACHE_BYTES,
                            FORMS_AHEAD,
                            CACHE_DIR,
                            MAX_BUNDLE_BYTES,
                            MAX_RESIDENT_BYTES,
                            MAX_MODEL_MEMORY_BYTES,
                            DOWNLOAD_TIMEOUT,
                            RETRY_FIRST,
                            RETRY_LONGEST,
                            LOCATIONS,
                            FETCH_TIMEOUT),
                    GateConfig.SETTINGS,
                    List.of(HEARTBEAT_INTERVAL, DRAIN_TIMEOUT))
            .<Setting<?>>flatMap(List::stream)
            .toList();

    private ModelServerSettings() {}
}
