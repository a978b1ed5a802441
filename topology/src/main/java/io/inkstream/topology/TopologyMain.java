package io.inkstream.topology;

import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the topology until the process is told to end. Arguments: {@code [--config FILE] [-X KEY=VALUE]...}. */
public final class TopologyMain {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyMain.class);

    private TopologyMain() {}

    /** Runs; exit status 2 if it cannot begin as it is told to. */
    public static void main(String[] args) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        try {
            Settings settings = Settings.ofProcess(TopologySettings.ALL, List.of(args), System.getenv());
            LOG.info("Inkstream topology {} with\n{}", CodeVersion.current(), settings);
            TopologyService service =
                    new TopologyService(settings, InstantSource.system(), () -> ThreadLocalRandom.current()
                            .nextDouble());
            Runnable close = () -> {
                service.close();
                ended.countDown();
            };
            Runtime.getRuntime().addShutdownHook(new Thread(close, "close"));
            service.start();
        } catch (SettingsException | IOException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
        ended.await();
    }
}
