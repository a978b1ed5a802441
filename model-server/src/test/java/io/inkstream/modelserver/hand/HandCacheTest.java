package io.inkstream.modelserver.hand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.compositing.PenGlyph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HandCacheTest {
    private final HandCache cache = new HandCache(100_000);

    private static Hand.Key key(int index) {
        return new Hand.Key("model", "plain", 1, Hand.Form.variant(0, index));
    }

    private static List<PenGlyph> blanks(List<Hand.Key> keys) {
        return keys.stream().map(key -> PenGlyph.BLANK).toList();
    }

    @Test
    void onlyWhatIsMissingIsComputed() {
        cache.get(List.of(key(1), key(2)), HandCacheTest::blanks);
        List<Hand.Key> computed = new ArrayList<>();
        Map<Hand.Key, PenGlyph> forms = cache.get(List.of(key(1), key(2), key(3)), missing -> {
            computed.addAll(missing);
            return blanks(missing);
        });
        assertThat(computed).containsExactly(key(3));
        assertThat(forms).containsOnlyKeys(key(1), key(2), key(3));
    }

    @Test
    void itNeverHoldsMoreThanItsBytes() {
        for (int i = 0; i < 5_000; i++) {
            cache.get(List.of(key(i)), HandCacheTest::blanks);
        }
        assertThat(cache.bytes()).isBetween(50_000L, 100_000L);
    }

    @Test
    void callersThatMissTheSameFormComputeItOnce() throws Exception {
        AtomicInteger computed = new AtomicInteger();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> first = threads.submit(() -> cache.get(List.of(key(1)), missing -> {
                computed.incrementAndGet();
                inside.countDown();
                await(release);
                return blanks(missing);
            }));
            inside.await();
            Future<?> second = threads.submit(() -> cache.get(List.of(key(1), key(2)), missing -> {
                computed.addAndGet(10 * missing.size());
                release.countDown(); // the second caller is past the look-up of form 1
                return blanks(missing);
            }));
            first.get();
            second.get();
            assertThat(computed.get()).isEqualTo(11);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aFailureReachesItsOwnCallerAsItIsAndLeavesNothingBehind() {
        IllegalStateException failure = new IllegalStateException("no model");
        assertThatThrownBy(() -> cache.get(List.of(key(1)), missing -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(cache.get(List.of(key(1)), HandCacheTest::blanks)).hasSize(1);
    }

    @Test
    void theFailureOfAnotherCallerIsNotPassedOn() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> failing = threads.submit(() -> cache.get(List.of(key(1)), missing -> {
                inside.countDown();
                await(release);
                throw new IllegalStateException("cancelled");
            }));
            inside.await();
            Future<Map<Hand.Key, PenGlyph>> waiting =
                    threads.submit(() -> cache.get(List.of(key(1), key(2)), missing -> {
                        release.countDown();
                        return blanks(missing);
                    }));
            assertThat(waiting.get()).containsOnlyKeys(key(1), key(2));
            assertThatThrownBy(failing::get).hasRootCauseMessage("cancelled");
        } finally {
            threads.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
