package io.inkstream.schemas.serde;

import java.util.Map;
import org.apache.avro.Schema;

/**
 * Answers what a schema registry knows, from memory where the answer cannot change. Safe for use by many threads.
 *
 * <p>Every method throws {@link RegistryUnavailableException} when there is no usable answer after the configured
 * retries; with the default settings that takes some seconds, in which the calling thread waits.
 */
public interface RegistryClient {

    /**
     * A schema as a subject holds it.
     *
     * @param id id on the wire
     * @param version version within the subject, from 1
     */
    record Registered(int id, int version, Schema schema) {}

    /**
     * Registers a schema under a subject, or finds it there.
     *
     * @return the id that goes on the wire
     * @throws RefusedSchemaException if the registry finds it invalid or incompatible
     */
    int register(String subject, Schema schema);

    /**
     * Finds a schema that is registered under a subject.
     *
     * @throws UnknownSchemaException if it is not
     */
    int idOf(String subject, Schema schema);

    /**
     * Returns the schema of an id.
     *
     * @throws UnknownSchemaException if the registry has no such id
     * @throws UnreadableRecordException if the id is of something else than an Avro schema
     */
    Schema byId(int id);

    /**
     * Returns the newest schema of a subject; asked of the registry again every minute.
     *
     * @throws UnknownSchemaException if there is no such subject
     */
    Registered latest(String subject);

    /**
     * Connects nothing yet; reads Confluent's keys, see {@link RegistryConfig}. The URL {@code mock://NAME} gives the
     * registry of that name in this process's memory, for tests.
     */
    static RegistryClient configuredBy(Map<String, ?> configs) {
        RegistryConfig config = RegistryConfig.of(configs);
        return config.mockScope()
                .map(MemoryRegistry::named)
                .<RegistryClient>map(registry -> registry)
                .orElseGet(() -> new HttpRegistryClient(config));
    }
}
