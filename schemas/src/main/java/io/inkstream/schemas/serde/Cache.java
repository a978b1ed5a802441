package io.inkstream.schemas.serde;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Remembers the {@code capacity} entries used last. A value may be made twice when two threads miss together. */
final class Cache<K, V> {
    private final Map<K, V> entries;

    Cache(int capacity) {
        entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > capacity;
            }
        };
    }

    /** Returns the value of the key, made by {@code make} outside of any lock when it is not here. */
    V get(K key, Function<? super K, ? extends V> make) {
        synchronized (entries) {
            V known = entries.get(key);
            if (known != null) {
                return known;
            }
        }
        V made = make.apply(key);
        synchronized (entries) {
            entries.put(key, made);
        }
        return made;
    }

    /** Drops the key's value, if it is here. */
    void forget(K key) {
        synchronized (entries) {
            entries.remove(key);
        }
    }
}
