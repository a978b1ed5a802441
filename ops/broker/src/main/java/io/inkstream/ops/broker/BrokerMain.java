package io.inkstream.ops.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/**
 * Runs one Kafka node, broker and controller in one, from a properties file until SIGTERM: the real server, on a
 * directory that it formats itself when it is empty.
 */
public final class BrokerMain {
    private BrokerMain() {}

    /**
     * @param args the path of a {@code server.properties} with {@code log.dirs} naming one directory; then the id of the
     *     cluster, if the properties name the other voters of its quorum, and nothing if this is the only one
     * @throws IOException if the properties cannot be read
     */
    public static void main(String[] args) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(Path.of(args[0]))) {
            properties.load(in);
        }
        if (Files.notExists(Path.of(properties.getProperty("log.dirs"), "meta.properties"))) {
            int exit = StorageTool.execute(format(args), System.out);
            if (exit != 0) {
                System.exit(exit);
            }
        }
        Kafka.main(new String[] {args[0]});
    }

    private static String[] format(String[] args) {
        return args.length > 1
                ? new String[] {"format", "--cluster-id", args[1], "--config", args[0]}
                : new String[] {
                    "format", "--standalone", "--cluster-id", Uuid.randomUuid().toString(), "--config", args[0]
                };
    }
}
