package io.inkstream.topology;

import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the topology until the process is told to end. Arguments: {@code [--config FILE] [-X KEY=VALUE]...}. */
public final class TopologyMain {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyMain.class);

    private TopologyMain() {}

    /** Runs; exit status 2 if it cannot begin as it is told to. */
    public static void main(String[] args) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        TopologyService service = null;
        try {
            Settings settings = Settings.ofProcess(TopologySettings.ALL, List.of(args), System.getenv());
            LOG.info("Inkstream topology {} with\n{}", CodeVersion.current(), settings);
            service = new TopologyService(settings, InstantSource.system(), () -> ThreadLocalRandom.current()
                    .nextDouble());
        } catch (SettingsException | IOException | KafkaException e) {
            System.err.println("inkstream topology: it cannot start: " + reason(e));
            System.exit(2);
        }
        TopologyService started = service;
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            started.close();
                            ended.countDown();
                        },
                        "close"));
        try {
            started.start();
        } catch (KafkaException e) {
            System.err.println("inkstream topology: it cannot start: " + reason(e));
            System.exit(2);
        }
        ended.await();
    }

    /** Kafka's exceptions often have the reason in their cause. */
    private static String reason(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return cause == null
                        || cause.getMessage() == null
                        || thrown.getMessage().contains(cause.getMessage())
                ? thrown.getMessage()
                : thrown.getMessage() + ": " + cause.getMessage();
    }
}
