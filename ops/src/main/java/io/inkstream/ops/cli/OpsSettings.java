package io.inkstream.ops.cli;

import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Setting;
import java.time.Duration;
import java.util.List;

/** What the command line tools may be told beyond {@link CommonSettings}. */
public final class OpsSettings {
    public static final Setting<Integer> PAGE_PORT = Setting.integer(
            "inkstream.ops.page.port",
            8080,
            0,
            65_535,
            "Port of the web page on the loopback interface; 0 is any free one.");
    public static final Setting<Duration> CONNECT_TIMEOUT = Setting.duration(
            "inkstream.ops.connect.timeout",
            "10s",
            Duration.ofMillis(100),
            "How long a command waits for the brokers before it reports that none answers.");
    public static final Setting<Duration> START_TIMEOUT = Setting.duration(
            "inkstream.ops.start.timeout",
            "120s",
            Duration.ofSeconds(1),
            "How long each process of a quickstart may take to become healthy.");
    public static final Setting<Duration> SILENCE = Setting.duration(
            "inkstream.ops.silence",
            "15s",
            Duration.ofSeconds(1),
            "A model server or topology instance that writes no status for longer is considered dead.");

    public static final List<Setting<?>> ALL = List.of(PAGE_PORT, CONNECT_TIMEOUT, START_TIMEOUT, SILENCE);

    private OpsSettings() {}
}
