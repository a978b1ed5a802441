package io.inkstream.schemas;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The one place that makes admin clients, so that none of them fills a disk while no broker is there.
 *
 * <p>Kafka's default is to begin again with the bootstrap addresses whenever no known broker can be reached. Where these
 * refuse, an admin client does so without a pause, with a line in the log each time: thousands in a second. Without it
 * the client keeps to the brokers that it knows, with {@code reconnect.backoff.ms} between its tries. An operator whose
 * brokers all change their addresses under running processes may set {@code metadata.recovery.strategy=rebootstrap}.
 */
public final class AdminClients {
    private AdminClients() {}

    /**
     * Makes one; nothing is sent yet.
     *
     * @param config Kafka's own keys; what an admin client does not know is ignored
     */
    public static Admin create(Map<String, ?> config) {
        Map<String, Object> own = new HashMap<>(config);
        own.putIfAbsent(AdminClientConfig.METADATA_RECOVERY_STRATEGY_CONFIG, "none");
        return Admin.create(own);
    }
}
