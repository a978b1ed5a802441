package io.inkstream.topology.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class LargeValuesTest {
    private static final int PIECE = 10;

    private final KeyValueStore<Bytes, byte[]> store = store();

    @Test
    void isAMapWhateverTheSizesOfTheValues() {
        Random random = new Random(1);
        Map<Integer, byte[]> expected = new TreeMap<>();
        LargeValues values = values();
        for (int step = 0; step < 5_000; step++) {
            int key = random.nextInt(20);
            switch (random.nextInt(4)) {
                case 0 -> {
                    values.delete(key(key));
                    expected.remove(key);
                }
                case 1 -> values = values(); // as after a restart
                default -> {
                    byte[] value = new byte[1 + random.nextInt(5 * PIECE)];
                    Arrays.fill(value, (byte) (1 + random.nextInt(100)));
                    values.put(key(key), value);
                    expected.put(key, value);
                }
            }
            for (int i = 0; i < 20; i++) {
                assertThat(values.get(key(i))).isEqualTo(expected.get(i));
            }
        }
        List<Integer> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = values.all()) {
            while (all.hasNext()) {
                var entry = all.next();
                int key = ByteBuffer.wrap(entry.key.get()).getInt();
                keys.add(key);
                assertThat(entry.value).isEqualTo(expected.get(key));
            }
        }
        assertThat(keys).containsExactlyElementsOf(expected.keySet());
    }

    @Test
    void noValueOfTheStoreIsLargerThanAPieceAndNothingStaysBehind() {
        LargeValues values = values();
        values.put(key(1), filled(95));
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            all.forEachRemaining(entry -> assertThat(entry.value).hasSizeLessThanOrEqualTo(PIECE));
        }
        values.put(key(1), filled(3));
        values.put(key(2), filled(30));
        values.delete(key(1));
        values.delete(key(2));
        assertThat(store.approximateNumEntries()).isZero();
    }

    @Test
    void rangesHaveWholeValues() {
        LargeValues values = values();
        values.put(key(1), filled(25));
        values.put(key(2), filled(25));
        values.put(key(3), filled(25));
        try (KeyValueIterator<Bytes, byte[]> range = values.range(key(1), key(2))) {
            assertThat(range.next().value).isEqualTo(filled(25));
            assertThat(range.next().key).isEqualTo(key(2));
            assertThat(range.hasNext()).isFalse();
        }
    }

    @Test
    void refusesWhatItCouldNotTellFromItsOwnMarks() {
        LargeValues values = values();
        assertThatThrownBy(() -> values.put(key(1), new byte[] {0, 1})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> values.put(Bytes.wrap(new byte[3]), filled(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private LargeValues values() {
        return new LargeValues(store, Integer.BYTES, PIECE);
    }

    private static byte[] filled(int length) {
        byte[] value = new byte[length];
        Arrays.fill(value, (byte) 7);
        return value;
    }

    private static Bytes key(int key) {
        return Bytes.wrap(ByteBuffer.allocate(Integer.BYTES).putInt(key).array());
    }

    private static KeyValueStore<Bytes, byte[]> store() {
        KeyValueStore<Bytes, byte[]> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("any"), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled()
                .withCachingDisabled()
                .build();
        store.init(new MockProcessorContext<Object, Object>().getStateStoreContext(), store);
        return store;
    }
}
