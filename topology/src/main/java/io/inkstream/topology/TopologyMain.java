package io.inkstream.topology;

import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the topology until the process is told to end.
 *
 * <p>Arguments: {@code --config FILE} for a properties file, and {@code --KEY=VALUE} for a setting.
 */
public final class TopologyMain {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyMain.class);

    private TopologyMain() {}

    /** Runs; exit status 2 if the settings cannot be used. */
    public static void main(String[] args) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        try {
            Settings settings = settings(args, System.getenv());
            LOG.info("Inkstream topology {} with\n{}", CodeVersion.current(), settings);
            TopologyService service =
                    new TopologyService(settings, InstantSource.system(), () -> ThreadLocalRandom.current()
                            .nextDouble());
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                service.close();
                                ended.countDown();
                            },
                            "close"));
            service.start();
        } catch (SettingsException | IOException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
        ended.await();
    }

    /** Reads the settings of this process from its arguments, the file that they name, and its environment. */
    static Settings settings(String[] args, Map<String, String> environment) throws IOException {
        Map<String, String> file = new TreeMap<>();
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            if (args[i].equals("--config") && i + 1 < args.length) {
                file.putAll(properties(Path.of(args[++i])));
            } else if (args[i].startsWith("--") && equals > 2) {
                flags.put(args[i].substring(2, equals), args[i].substring(equals + 1));
            } else {
                throw new SettingsException("'" + args[i] + "' is neither --config FILE nor --KEY=VALUE");
            }
        }
        return Settings.of(TopologySettings.ALL, file, environment, flags);
    }

    private static Map<String, String> properties(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new SettingsException("the settings file " + file + " cannot be read");
        }
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        }
        Map<String, String> map = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
        return map;
    }
}
