package io.inkstream.topology;

import io.inkstream.schemas.settings.Setting;
import java.time.Duration;
import java.util.List;

/** What the topology may be told, beside what every process may. */
public final class TopologySettings {
    public static final Setting<String> APPLICATION_ID = Setting.name(
            "inkstream.topology.application.id",
            "inkstream-topology",
            "Consumer group, transactional id and prefix of the internal topics; instances with the same one share the work.");
    public static final Setting<String> ID = Setting.text(
            "inkstream.topology.id",
            "",
            "Name of this process on topic rollout-status, unlike that of every other one; empty makes host:port of it.");
    public static final Setting<List<String>> MODEL_SERVERS = Setting.list(
            "inkstream.topology.model.servers",
            "127.0.0.1:50051",
            "Addresses of the model servers, HOST:PORT with commas between; a host name may stand for several addresses.");
    public static final Setting<String> HTTP_HOST = Setting.name(
            "inkstream.topology.http.host",
            "127.0.0.1",
            "Address that health and metrics listen on; 0.0.0.0 lets other machines ask.");
    public static final Setting<Integer> HTTP_PORT = Setting.integer(
            "inkstream.topology.http.port", 9102, 0, 65_535, "Port of health and metrics; 0 takes any free one.");
    public static final Setting<Long> MAX_TEXT_BYTES = Setting.bytes(
            "inkstream.topology.max.text.bytes",
            "64KiB",
            1,
            1 << 20,
            "Longest text, in bytes of UTF-8; a longer one becomes a dead letter.");
    public static final Setting<Integer> MAX_IN_FLIGHT = Setting.integer(
            "inkstream.topology.max.in.flight",
            64,
            1,
            10_000,
            "Lines that the model servers draw for this process at a time.");
    public static final Setting<Integer> MAX_SHADOWS_IN_FLIGHT = Setting.integer(
            "inkstream.topology.max.shadows.in.flight",
            4,
            1,
            10_000,
            "Lines that the model servers draw for comparison at a time, beside the others and only when none of those waits.");
    public static final Setting<Duration> RENDER_DEADLINE = Setting.duration(
            "inkstream.topology.render.deadline",
            "30s",
            Duration.ofMillis(100),
            "Longest wait for one line before it is asked for again.");
    public static final Setting<Integer> MAX_OPEN_DOCUMENTS = Setting.integer(
            "inkstream.topology.max.open.documents",
            64,
            1,
            100_000,
            "Unfinished documents of one partition beyond which no more are fetched from it.");
    public static final Setting<Integer> MAX_OPEN_LINES = Setting.integer(
            "inkstream.topology.max.open.lines",
            10_000,
            1,
            10_000_000,
            "Unfinished lines of one partition beyond which no more documents are fetched from it.");
    public static final Setting<Long> MAX_OPEN_BYTES = Setting.bytes(
            "inkstream.topology.max.open.bytes",
            "32MiB",
            1 << 20,
            1L << 40,
            "Memory of unfinished documents of one partition, drawn lines included, beyond which no more are fetched from it.");
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
            "Lines of one document that are drawn at a time; drawn lines of a document that has more wait in the store for the rest.");
    public static final Setting<Duration> UNKNOWN_MODEL_GRACE = Setting.duration(
            "inkstream.topology.unknown.model.grace",
            "3s",
            Duration.ZERO,
            "How long a document may be pinned to a version that is not announced before it becomes a dead letter.");
    public static final Setting<Duration> SERVER_TIMEOUT = Setting.duration(
            "inkstream.topology.server.timeout",
            "15s",
            Duration.ofSeconds(1),
            "A model server that writes no status for longer is taken for dead.");
    public static final Setting<Duration> HEARTBEAT_INTERVAL = Setting.duration(
            "inkstream.topology.heartbeat.interval",
            "5s",
            Duration.ofMillis(100),
            "How often topic rollout-status is told again what this process makes of the policies.");
    public static final Setting<Duration> RETRY_FIRST = Setting.duration(
            "inkstream.topology.retry.first",
            "50ms",
            Duration.ofMillis(1),
            "Wait after the first failure of model server or registry; doubles with each failure in a row.");
    public static final Setting<Duration> RETRY_LONGEST = Setting.duration(
            "inkstream.topology.retry.longest",
            "2s",
            Duration.ofMillis(1),
            "Longest wait between attempts on model server or registry.");

    public static final List<Setting<?>> ALL = List.of(
            APPLICATION_ID,
            ID,
            MODEL_SERVERS,
            HTTP_HOST,
            HTTP_PORT,
            MAX_TEXT_BYTES,
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
