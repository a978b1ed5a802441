package io.inkstream.modelserver;

import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsException;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a model server until it is told to stop by SIGTERM or SIGINT, then finishes what it has admitted and exits with 0.
 *
 * <p>Arguments: {@code [--config FILE] [-X KEY=VALUE]...}.
 */
public final class ModelServerMain {
    private static final Logger LOG = LoggerFactory.getLogger(ModelServerMain.class);

    private ModelServerMain() {}

    /** Runs; exit status 2 and a message if it cannot start: settings, a port, the cache folder. */
    @SuppressWarnings("CatchAndPrintStackTrace") // an unexpected error of ours, before the process ends
    public static void main(String[] args) throws InterruptedException {
        try {
            Settings settings = Settings.ofProcess(ModelServerSettings.ALL, List.of(args), System.getenv());
            LOG.info("Inkstream model server {} with\n{}", CodeVersion.current(), settings);
            run(ModelServer.start(settings));
        } catch (SettingsException | IOException e) {
            System.err.println("the model server cannot start: " + e.getMessage());
            System.exit(2);
        } catch (RuntimeException | Error e) {
            System.err.println("the model server cannot start: " + e);
            e.printStackTrace();
            System.exit(2); // threads that were started would keep the process, and nothing would serve
        }
    }

    private static void run(ModelServer server) throws InterruptedException {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.close();
                            // A signal makes the JVM exit with 128 + its number; a stop that left nothing undone is a
                            // 0.
                            Runtime.getRuntime().halt(0);
                        },
                        "stop"));
        Thread.currentThread().join(); // only the hook ends the process
    }
}
