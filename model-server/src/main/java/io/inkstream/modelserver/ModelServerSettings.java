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

    public static final Setting<String> ID = Setting.text(
            "inkstream.model.server.id",
            "",
            "Name of this server on topic model-status, unlike that of every other one; empty makes host:port of it.");
    public static final Setting<String> HOST = Setting.name(
            "inkstream.model.server.host",
            "127.0.0.1",
            "Address that gRPC listens on; 0.0.0.0 lets other machines in.");
    public static final Setting<Integer> GRPC_PORT = Setting.integer(
            "inkstream.model.server.grpc.port",
            50051,
            0,
            65535,
            "Port of the rendering service; 0 takes any free one.");
    public static final Setting<String> HTTP_HOST = Setting.name(
            "inkstream.model.server.http.host",
            "127.0.0.1",
            "Address that /health and /metrics are served on; 0.0.0.0 lets other machines in.");
    public static final Setting<Integer> HTTP_PORT = Setting.integer(
            "inkstream.model.server.http.port",
            9101,
            0,
            65535,
            "Port of /health/live, /health/ready and /metrics; 0 takes any free one.");
    public static final Setting<Engine> PREDICTOR = Setting.choice(
            "inkstream.model.server.predictor",
            Engine.ONNXRUNTIME,
            "Engine that runs the networks; images of different engines may differ in single bytes.");
    public static final Setting<Integer> THREADS = Setting.integer(
            "inkstream.model.server.threads",
            0,
            0,
            1024,
            "Batches that run at the same time, each on one core; 0 means as many as there are cores.");
    public static final Setting<Integer> LINES_IN_WORK = Setting.integer(
            "inkstream.model.server.lines.in.work",
            0,
            0,
            4096,
            "Lines that are drawn at the same time, so that their glyphs share batches; 0 means four a core.");
    public static final Setting<Integer> MAX_PENDING_LINES = Setting.integer(
            "inkstream.model.server.max.pending.lines",
            256,
            1,
            1_000_000,
            "Most lines that wait to be drawn; one more is answered RESOURCE_EXHAUSTED at once.");
    public static final Setting<Integer> MAX_BATCH_SIZE =
            Setting.integer("inkstream.model.server.max.batch.size", 16, 1, 4096, "Most glyphs that run together.");
    public static final Setting<Duration> MAX_QUEUE_DELAY = Setting.duration(
            "inkstream.model.server.max.queue.delay",
            "1ms",
            Duration.ZERO,
            "Longest that a glyph waits for others to fill its batch; none waits when no other line is in work.");
    public static final Setting<Integer> MAX_QUEUE_SIZE = Setting.integer(
            "inkstream.model.server.max.queue.size",
            4096,
            1,
            10_000_000,
            "Most glyphs that wait for a batch, at least the batch size.");
    public static final Setting<Long> HAND_CACHE_BYTES = Setting.bytes(
            "inkstream.model.server.hand.cache.bytes",
            "64MiB",
            0,
            1L << 40,
            "Memory for letter forms that hands have drawn; a form takes about a kilobyte.");
    public static final Setting<Integer> FORMS_AHEAD = Setting.integer(
            "inkstream.model.server.hand.forms.ahead",
            128,
            0,
            100_000,
            "Letter forms of the hands in use that the newest version pre-warms, before it serves; a hand in full use has"
                    + " some 500, and a form takes some milliseconds of a core.");
    public static final Setting<Path> CACHE_DIR = Setting.path(
            "inkstream.model.server.cache.dir",
            "var/models",
            "Folder that keeps downloaded bundles under their SHA-256; it may be deleted at any time.");
    public static final Setting<Long> MAX_BUNDLE_BYTES = Setting.bytes(
            "inkstream.model.server.max.bundle.bytes", "16MiB", 1, 1L << 30, "Largest bundle that is accepted.");
    public static final Setting<Long> MAX_RESIDENT_BYTES = Setting.bytes(
            "inkstream.model.server.max.resident.bytes",
            "24MiB",
            1,
            1L << 40,
            "Bytes of network files whose models are in memory (each takes about four times as much there); above it the"
                    + " one unused for longest leaves, and comes back when it is asked for. Versions that a policy names"
                    + " and those in use stay.");
    public static final Setting<Long> MAX_MODEL_MEMORY_BYTES = Setting.bytes(
            "inkstream.model.server.max.model.memory.bytes",
            "256MiB",
            1 << 20,
            1L << 40,
            "Most memory outside the heap that the networks of one version may need to run, by their sizes and shapes; one that"
                    + " needs more is rejected, as is one that needs more than half of the heap to be judged.");
    public static final Setting<Duration> DOWNLOAD_TIMEOUT = Setting.duration(
            "inkstream.model.server.download.timeout",
            "10s",
            Duration.ZERO,
            "How long an announced version waits for chunks that topic model-chunks lacks, or for a location that does not"
                    + " answer, before it counts as FAILED and is tried again.");
    public static final Setting<Duration> RETRY_FIRST = Setting.duration(
            "inkstream.model.server.retry.first",
            "1s",
            Duration.ofMillis(1),
            "How long a version that FAILED (chunks, location, disk, memory, engine) waits until it is tried again; twice as"
                    + " long after each further failure.");
    public static final Setting<Duration> RETRY_LONGEST = Setting.duration(
            "inkstream.model.server.retry.longest",
            "2m",
            Duration.ofMillis(1),
            "Longest that a version that FAILED waits until it is tried again; each try may read topic model-chunks as a"
                    + " whole.");
    public static final Setting<String> LOCATIONS = Setting.text(
            "inkstream.model.server.locations",
            "",
            "Where bundles may be fetched from that lie outside topic model-chunks: prefixes with commas between, such as"
                    + " https://models.example.org/inkstream/ or file:/srv/models/; empty allows none.");
    public static final Setting<Duration> FETCH_TIMEOUT = Setting.duration(
            "inkstream.model.server.fetch.timeout",
            "60s",
            Duration.ofMillis(1),
            "Longest that fetching one bundle from its location takes.");
    public static final Setting<Duration> HEARTBEAT_INTERVAL = Setting.duration(
            "inkstream.model.server.heartbeat.interval",
            "5s",
            Duration.ofMillis(100),
            "How often the status of every version is written again, so that a dead server is noticed.");
    public static final Setting<Duration> DRAIN_TIMEOUT = Setting.duration(
            "inkstream.model.server.drain.timeout",
            "20s",
            Duration.ZERO,
            "How long a stop waits for lines in work; what is left then is answered UNAVAILABLE.");

    public static final List<Setting<?>> ALL = Stream.of(
                    List.of(
                            ID,
                            HOST,
                            GRPC_PORT,
                            HTTP_HOST,
                            HTTP_PORT,
                            PREDICTOR,
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
