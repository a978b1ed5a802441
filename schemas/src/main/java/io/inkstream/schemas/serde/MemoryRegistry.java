package io.inkstream.schemas.serde;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/** A registry in this process's memory, for tests: it takes every schema, compatible or not. */
public final class MemoryRegistry implements RegistryClient {
    private static final Map<String, MemoryRegistry> BY_NAME = new ConcurrentHashMap<>();

    private final List<Schema> schemas = new ArrayList<>();
    private final Map<String, List<Integer>> versions = new LinkedHashMap<>();

    /** Returns the registry behind the URL {@code mock://name}, the same one at every call. */
    public static MemoryRegistry named(String name) {
        return BY_NAME.computeIfAbsent(name, unused -> new MemoryRegistry());
    }

    @Override
    public synchronized int register(String subject, Schema schema) {
        int id = schemas.indexOf(schema) + 1;
        if (id == 0) {
            schemas.add(schema);
            id = schemas.size();
        }
        List<Integer> ids = versions.computeIfAbsent(subject, unused -> new ArrayList<>());
        if (!ids.contains(id)) {
            ids.add(id);
        }
        return id;
    }

    @Override
    public synchronized int idOf(String subject, Schema schema) {
        int id = schemas.indexOf(schema) + 1;
        if (!versions.getOrDefault(subject, List.of()).contains(id)) {
            throw new UnknownSchemaException(schema.getFullName() + " is not registered under " + subject);
        }
        return id;
    }

    @Override
    public synchronized Schema byId(int id) {
        if (id < 1 || id > schemas.size()) {
            throw new UnknownSchemaException("schema id " + id + " is not in the registry");
        }
        return schemas.get(id - 1);
    }

    @Override
    public synchronized Registered latest(String subject) {
        List<Integer> ids = versions.get(subject);
        if (ids == null) {
            throw new UnknownSchemaException("subject " + subject + " is not in the registry");
        }
        int id = ids.get(ids.size() - 1);
        return new Registered(id, ids.size(), byId(id));
    }
}
