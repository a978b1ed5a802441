package io.inkstream.modelserver.batching;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DynamicBatcherTest {
    private static final Duration DELAY = Duration.ofMillis(4);

    private final AtomicLong now = new AtomicLong(1_000);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Callers callers = new Callers();
    /** Batches in the order in which they began. */
    private final BlockingQueue<List<String>> batches = new LinkedBlockingQueue<>();

    private final List<CompletableFuture<Outcome<String>>> submitted = new ArrayList<>();
    private final Semaphore mayRun = new Semaphore(0);
    private DynamicBatcher<String, String> batcher;

    @AfterEach
    void close() {
        mayRun.release(1_000);
        if (batcher != null) {
            batcher.close();
        }
        assertThat(submitted).allMatch(CompletableFuture::isDone);
    }

    @Test
    void answersEveryJobWithItsOwnResult() {
        start(3, 16, this::upper);
        List<Outcome<String>> outcomes = batcher.call(List.of("a", "b", "c", "d"), Patience.ENDLESS);
        assertThat(outcomes).containsExactly(done("A"), done("B"), done("C"), done("D"));
    }

    @Test
    void aBatchStartsAtOnceWhenNobodyElsePreparesWork() throws Exception {
        start(8, 16, this::upper);
        submit("a");
        assertThat(batches.take()).containsExactly("a"); // the clock stands still
    }

    @Test
    void aBatchStartsAtOnceWhenItIsFullThoughOthersPrepare() throws Exception {
        start(2, 16, this::upper);
        try (Callers.Entry ignored = callers.enter()) {
            submit("a");
            submit("b");
            assertThat(batches.take()).containsExactly("a", "b");
        }
    }

    @Test
    void aBatchWaitsForACallerWhoPreparesAndStartsWhenItLeaves() throws Exception {
        start(8, 16, this::upper);
        Callers.Entry other = callers.enter();
        CompletableFuture<Outcome<String>> first = batcher.submit("a", Patience.ENDLESS);
        submit("b");
        assertThat(first).isNotDone(); // cannot be: the clock stands still, and the batch is not full
        other.close();
        assertThat(batches.take()).containsExactly("a", "b");
    }

    @Test
    void aCallerWhoWaitsForItsAnswerKeepsNobodyWaiting() throws Exception {
        start(8, 16, this::upper);
        try (Callers.Entry ignored = callers.enter()) {
            assertThat(batcher.call(List.of("a"), Patience.ENDLESS)).containsExactly(done("A"));
        }
    }

    @Test
    void delayIsCountedFromTheOldestRequest() throws Exception {
        // One worker, held by a first batch, while the delay of the next one passes.
        start(8, 16, blocking());
        try (Callers.Entry ignored = callers.enter()) {
            List<CompletableFuture<Outcome<String>>> first = fill(8);
            assertThat(batches.take()).hasSize(8);
            submit("old");
            now.addAndGet(DELAY.toNanos());
            submit("young");
            mayRun.release(2);
            // Both start with no further move of the clock: the old one's time was spent while it was queued.
            assertThat(batches.take()).containsExactly("old", "young");
            assertThat(first).allSatisfy(future -> assertThat(future.get()).isInstanceOf(Outcome.Done.class));
        }
    }

    @Test
    void fullQueueRejectsAtOnce() throws Exception {
        start(2, 4, blocking());
        fill(2);
        assertThat(batches.take()).hasSize(2);
        fill(4);
        CompletableFuture<Outcome<String>> fifth = batcher.submit("too many", Patience.ENDLESS);
        assertThat(fifth).isCompletedWithValueMatching(outcome -> outcome instanceof Outcome.Refused);
        mayRun.release(10);
        assertThat(batches.take()).doesNotContain("too many");
    }

    @Test
    void aCallThatDoesNotFitWholeIsRefusedWhole() throws Exception {
        start(2, 4, blocking());
        fill(2);
        assertThat(batches.take()).hasSize(2);
        fill(3);
        assertThat(batcher.call(List.of("x", "y"), Patience.ENDLESS)).allMatch(Outcome.Refused.class::isInstance);
        mayRun.release(10);
    }

    @Test
    void shutdownCompletesQueuedAndRunning() throws Exception {
        start(2, 16, blocking());
        List<CompletableFuture<Outcome<String>>> all = fill(7);
        assertThat(batches.take()).hasSize(2);
        Thread closing = new Thread(batcher::close);
        closing.start();
        mayRun.release(10);
        closing.join();
        assertThat(all).allSatisfy(future -> assertThat(future.getNow(null)).isInstanceOf(Outcome.Done.class));
        assertThat(batcher.submit("late", Patience.ENDLESS).get()).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void aJobFailsOnlyByItsOwnFault() throws Exception {
        start(4, 16, failingOn("bad"));
        assertThat(batcher.call(List.of("a", "bad", "b"), Patience.ENDLESS))
                .satisfiesExactly(
                        a -> assertThat(a).isEqualTo(done("A")),
                        bad -> assertThat(bad).isInstanceOf(Outcome.Failed.class),
                        b -> assertThat(b).isEqualTo(done("B")));
    }

    @Test
    void failingBatchLeavesWorkerAlive() {
        start(4, 16, jobs -> {
            if (jobs.contains("error")) {
                throw new AssertionError("as when memory runs out");
            }
            return upper(jobs);
        });
        assertThat(batcher.call(List.of("error", "a"), Patience.ENDLESS)).allMatch(Outcome.Failed.class::isInstance);
        assertThat(batcher.call(List.of("a"), Patience.ENDLESS)).containsExactly(done("A"));
    }

    @Test
    void resultsThatDoNotMatchTheJobsAreAFailure() {
        start(4, 16, jobs -> jobs.size() > 1 ? List.of("one") : upper(jobs));
        assertThat(batcher.call(List.of("a", "b"), Patience.ENDLESS)).containsExactly(done("A"), done("B"));
        start(4, 16, jobs -> new ArrayList<>(java.util.Collections.nCopies(jobs.size(), null)));
        assertThat(batcher.call(List.of("a"), Patience.ENDLESS)).allMatch(Outcome.Failed.class::isInstance);
    }

    @Test
    void noWorkIsSpentAfterTheDeadline() throws Exception {
        start(1, 16, blocking());
        fill(1);
        assertThat(batches.take()).hasSize(1);
        Patience short_ = new Patience(OptionalLong.of(now.get() + 10), () -> false);
        CompletableFuture<Outcome<String>> late = batcher.submit("late", short_);
        CompletableFuture<Outcome<String>> patient = batcher.submit("patient", Patience.ENDLESS);
        now.addAndGet(10);
        mayRun.release(10);
        assertThat(late.get()).isInstanceOf(Outcome.Abandoned.class);
        assertThat(patient.get()).isEqualTo(done("PATIENT"));
        assertThat(batches).containsExactly(List.of("patient"));
    }

    @Test
    void noWorkIsSpentOnACallerThatHasGone() throws Exception {
        start(1, 16, blocking());
        fill(1);
        assertThat(batches.take()).hasSize(1);
        AtomicBoolean gone = new AtomicBoolean();
        CompletableFuture<Outcome<String>> left = batcher.submit("left", new Patience(OptionalLong.empty(), gone::get));
        CompletableFuture<Outcome<String>> cancelled = batcher.submit("cancelled", Patience.ENDLESS);
        CompletableFuture<Outcome<String>> stays = batcher.submit("stays", Patience.ENDLESS);
        gone.set(true);
        cancelled.cancel(false);
        mayRun.release(10);
        assertThat(left.get()).isInstanceOf(Outcome.Abandoned.class);
        assertThat(stays.get()).isEqualTo(done("STAYS"));
        assertThat(batches).containsExactly(List.of("stays"));
    }

    @Test
    void everyJobOfManyThreadsEndsExactlyOnce() throws Exception {
        start(5, 20, failingOn("bad"));
        int threads = 8;
        int calls = 200;
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread = new Thread(() -> {
                await(go);
                for (int i = 0; i < calls; i++) {
                    try (Callers.Entry ignored = callers.enter()) {
                        batcher.call(List.of("a", i % 7 == 0 ? "bad" : "b"), Patience.ENDLESS);
                    }
                }
            });
            thread.start();
            all.add(thread);
        }
        go.countDown();
        for (Thread thread : all) {
            thread.join();
        }
        batcher.close(); // a job is counted a moment after its caller has the answer
        double ended = registry.find("inkstream.model.server.batch.outcomes").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
        assertThat(ended).isEqualTo(2.0 * threads * calls);
        assertThat(registry.get("inkstream.model.server.batch.queue").gauge().value())
                .isZero();
    }

    @Test
    void boundsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> new BatchingConfig(8, DELAY, 7, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxBatchSize <= maxQueueSize");
        assertThatThrownBy(() -> new BatchingConfig(0, DELAY, 7, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BatchingConfig(1, DELAY.negated(), 7, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BatchingConfig(1, DELAY, 7, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private void start(int maxBatch, int maxQueue, Function<List<String>, List<String>> function) {
        if (batcher != null) {
            batcher.close();
        }
        batcher = new DynamicBatcher<>(
                "test",
                new BatchingConfig(maxBatch, DELAY, maxQueue, 1),
                jobs -> {
                    batches.add(List.copyOf(jobs));
                    return function.apply(jobs);
                },
                callers,
                now::get,
                new BatchMeters(registry, "test"));
    }

    private void submit(String job) {
        submitted.add(batcher.submit(job, Patience.ENDLESS));
    }

    /** Submits jobs as one caller who prepares them all before any batch starts that is not full. */
    private List<CompletableFuture<Outcome<String>>> fill(int jobs) {
        List<CompletableFuture<Outcome<String>>> futures = new ArrayList<>();
        try (Callers.Entry ignored = callers.enter()) {
            for (int i = 0; i < jobs; i++) {
                futures.add(batcher.submit("job " + i, Patience.ENDLESS));
            }
        }
        return futures;
    }

    @SuppressWarnings("UnnecessaryLambda") // reads as what the batcher does
    private Function<List<String>, List<String>> blocking() {
        return jobs -> {
            mayRun.acquireUninterruptibly();
            return upper(jobs);
        };
    }

    private Function<List<String>, List<String>> failingOn(String bad) {
        return jobs -> {
            if (jobs.contains(bad)) {
                throw new IllegalStateException("a " + bad + " job");
            }
            return upper(jobs);
        };
    }

    private List<String> upper(List<String> jobs) {
        return jobs.stream().map(job -> job.toUpperCase(java.util.Locale.ROOT)).toList();
    }

    private static Outcome<String> done(String result) {
        return new Outcome.Done<>(result);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
