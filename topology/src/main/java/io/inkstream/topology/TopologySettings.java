package io.inkstream.topology;

import io.inkstream.schemas.settings.Setting;
import java.time.Duration;
import java.util.List;

/** What the topology may be told, beside what every process may. */
public final class TopologySettings {
    public static final Setting<String> APPLICATION_ID = Setting.name(
            "inkstream.topology.application.id",
            "inkstream-topology",
            "Consumer group, transactional id and prefix of the internal topics; instances with the same id share the work.");
    public static final Setting<String> ID = Setting.text(
            "inkstream.topology.id",
            "",
            "Name of this process on topic rollout-status, unique among all instances; empty means host:port.");
    public static final Setting<List<String>> MODEL_SERVERS = Setting.list(
            "inkstream.topology.model.servers",
            "127.0.0.1:50051",
            "Addresses of the model servers, as comma-separated HOST:PORT; a host name may resolve to several addresses.");
    public static final Setting<String> HTTP_HOST = Setting.name(
            "inkstream.topology.http.host",
            "127.0.0.1",
            "Address that health and metrics listen on; 0.0.0.0 accepts other machines.");
    public static final Setting<Integer> HTTP_PORT = Setting.integer(
            "inkstream.topology.http.port", 9102, 0, 65_535, "Port of health and metrics; 0 takes any free one.");
    public static final Setting<Long> MAX_TEXT_BYTES = Setting.bytes(
            "inkstream.topology.max.text.bytes",
            "64KiB",
            1,
            1 << 20,
            "Maximum size of a text in bytes of UTF-8; a longer one becomes a dead letter.");
    public static final Setting<Boolean> READ_LINES = Setting.flag(
            "inkstream.topology.read.lines",
            false,
            "Whether the model server reads each line that it has drawn: the image then carries the reading and its distance"
                    + " from the text.");
    public static final Setting<Boolean> MARK_IMAGES = Setting.flag(
            "inkstream.topology.mark.images",
            true,
            "Whether each image says, in XMP that tools read, that a trained model drew it, which one, in which style and from"
                    + " which seed; a line can then be drawn again from its file alone.");
    public static final Setting<Integer> MAX_IN_FLIGHT = Setting.integer(
            "inkstream.topology.max.in.flight",
            64,
            1,
            10_000,
            "Upper limit of concurrent line requests of this process.");
    public static final Setting<Integer> MAX_SHADOWS_IN_FLIGHT = Setting.integer(
            "inkstream.topology.max.shadows.in.flight",
            4,
            1,
            10_000,
            "Upper limit of concurrent requests for shadow lines; they are sent only when no document waits for a line.");
    public static final Setting<Duration> RENDER_DEADLINE = Setting.duration(
            "inkstream.topology.render.deadline",
            "30s",
            Duration.ofMillis(100),
            "Deadline of one line request, after which it is retried.");
    public static final Setting<Integer> MAX_OPEN_DOCUMENTS = Setting.integer(
            "inkstream.topology.max.open.documents",
            64,
            1,
            100_000,
            "Upper limit of unfinished documents of one partition; beyond it, fetching pauses.");
    public static final Setting<Integer> MAX_OPEN_LINES = Setting.integer(
            "inkstream.topology.max.open.lines",
            10_000,
            1,
            10_000_000,
            "Upper limit of unfinished lines of one partition; beyond it, fetching pauses.");
    public static final Setting<Long> MAX_OPEN_BYTES = Setting.bytes(
            "inkstream.topology.max.open.bytes",
            "32MiB",
            1 << 20,
            1L << 40,
            "Upper limit of memory of unfinished documents of one partition, drawn lines included; beyond it, fetching pauses.");
    public static final Setting<Integer> MAX_TRIES = Setting.integer(
            "inkstream.topology.max.tries",
            8,
            1,
            1_000,
            "Failures of one line, while its version draws others, after which its document becomes a dead letter.");
    public static final Setting<Integer> MAX_LINES_AHEAD = Setting.integer(
            "inkstream.topology.max.lines.ahead",
            32,
            1,
            1_000,
            "Concurrent line requests of one document; drawn lines of a longer document wait in the store for the rest.");
    public static final Setting<Duration> UNKNOWN_MODEL_GRACE = Setting.duration(
            "inkstream.topology.unknown.model.grace",
            "3s",
            Duration.ZERO,
            "How long a document waits for a pinned version that is not announced before it becomes a dead letter.");
    public static final Setting<Duration> SERVER_TIMEOUT = Setting.duration(
            "inkstream.topology.server.timeout",
            "15s",
            Duration.ofSeconds(1),
            "A model server that writes no status for longer is considered dead.");
    public static final Setting<Duration> HEARTBEAT_INTERVAL = Setting.duration(
            "inkstream.topology.heartbeat.interval",
            "5s",
            Duration.ofMillis(100),
            "Interval of heartbeats on topic rollout-status.");
    public static final Setting<Duration> RETRY_FIRST = Setting.duration(
            "inkstream.topology.retry.first",
            "50ms",
            Duration.ofMillis(1),
            "Wait before the first retry of model server or registry; it doubles with each consecutive failure.");
    public static final Setting<Duration> RETRY_LONGEST = Setting.duration(
            "inkstream.topology.retry.longest",
            "2s",
            Duration.ofMillis(1),
            "Longest wait between retries of model server or registry.");

    public static final List<Setting<?>> ALL = List.of(
            APPLICATION_ID,
            ID,
            MODEL_SERVERS,
            HTTP_HOST,
            HTTP_PORT,
            MAX_TEXT_BYTES,
            READ_LINES,
            MARK_IMAGES,
            MAX_IN_FLIGHT,
            MAX_SHADOWS_IN_FLIGHT,
            RENDER_DEADLINE,
            MAX_OPEN_DOCUMENTS,
            MAX_OPEN_LINES,
            MAX_OPEN_BYTES,
            MAX_TRIES,
            MAX_LINES_AHEAD,
            UNKNOWN_MODEL_GRACE,
            SERVER_TIMEOUT,
            HEARTBEAT_INTERVAL,
            RETRY_FIRST,
            RETRY_LONGEST);

    private TopologySettings() {}
}
