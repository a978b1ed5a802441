package io.inkstream.modelserver.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LineWorkersTest {
    private static final int QUICK = 40;
    private static final int COSTLY = 4_096;

    private final Semaphore gate = new Semaphore(0);
    private final List<String> done = new CopyOnWriteArrayList<>();
    private LineWorkers workers;

    @AfterEach
    void drain() {
        gate.release(1_000_000);
        workers.drain(Duration.ofSeconds(20));
    }

    @Test
    void costlyLinesLeaveThreadsToQuickOnes() throws Exception {
        workers = new LineWorkers(8, 256);
        for (int i = 0; i < 16; i++) {
            workers.admit(COSTLY, gate::acquireUninterruptibly);
        }
        CountDownLatch quick = new CountDownLatch(1_000);
        for (int i = 0; i < 1_000; i++) {
            while (workers.pending() > 200) {
                Thread.onSpinWait();
            }
            workers.admit(QUICK, quick::countDown);
        }
        quick.await(); // though no costly line ends
        while (workers.inWork() > 2) {
            Thread.onSpinWait(); // a line has said so before its thread is free again
        }
        assertThat(workers.inWork()).isEqualTo(2);
        assertThat(workers.pending()).isEqualTo(14);
    }

    @Test
    void neitherKindWaitsForEverForTheOther() throws Exception {
        workers = new LineWorkers(1, 256);
        workers.admit(QUICK, gate::acquireUninterruptibly);
        while (workers.inWork() < 1) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < 3; i++) {
            workers.admit(COSTLY, named("costly"));
        }
        for (int i = 0; i < 6; i++) {
            workers.admit(QUICK, named("quick"));
        }
        gate.release();
        assertThat(workers.drain(Duration.ofSeconds(20))).isTrue();
        assertThat(done)
                .containsExactly("costly", "quick", "costly", "quick", "costly", "quick", "quick", "quick", "quick");
    }

    @Test
    void costlyLinesTakeNoMoreThanTheirShareOfThePlaces() throws Exception {
        workers = new LineWorkers(4, 80);
        int admitted = 0;
        try {
            while (true) {
                workers.admit(COSTLY, gate::acquireUninterruptibly);
                admitted++;
            }
        } catch (StatusException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(e.getStatus().getDescription()).contains("more than 256 letters");
        }
        assertThat(admitted).isEqualTo(1 + 10);
        CountDownLatch quick = new CountDownLatch(1);
        workers.admit(QUICK, quick::countDown);
        quick.await();
    }

    @Test
    void manyCallersOfBothKindsAllComeToTheirEnd() throws Exception {
        workers = new LineWorkers(4, 64);
        AtomicInteger inWork = new AtomicInteger();
        AtomicInteger costlyInWork = new AtomicInteger();
        AtomicInteger mostCostly = new AtomicInteger();
        CountDownLatch ends = new CountDownLatch(64 * 50);
        List<Thread> callers = new ArrayList<>();
        for (int caller = 0; caller < 64; caller++) {
            boolean isCostly = caller % 4 != 0;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 50; ) {
                    Runnable work = () -> {
                        inWork.incrementAndGet();
                        if (isCostly) {
                            mostCostly.accumulateAndGet(costlyInWork.incrementAndGet(), Math::max);
                            costlyInWork.decrementAndGet();
                        }
                        inWork.decrementAndGet();
                        ends.countDown();
                    };
                    try {
                        workers.admit(isCostly ? COSTLY : QUICK, work);
                        i++;
                    } catch (StatusException e) {
                        Thread.yield(); // full; asks again
                    }
                }
            });
            thread.start();
            callers.add(thread);
        }
        ends.await();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(mostCostly.get()).isEqualTo(1);
    }

    @Test
    void aPlaceThatIsGivenBackIsAnothers() throws Exception {
        workers = new LineWorkers(1, 1);
        workers.admit(QUICK, gate::acquireUninterruptibly);
        while (workers.inWork() < 1) {
            Thread.onSpinWait();
        }
        Runnable giveBack = workers.admit(QUICK, named("never"));
        assertThatThrownBy(() -> workers.admit(QUICK, named("refused"))).isInstanceOf(StatusException.class);
        giveBack.run();
        giveBack.run();
        workers.admit(QUICK, named("taken"));
        gate.release();
        workers.drain(Duration.ofSeconds(20));
        assertThat(done).containsExactly("taken");
    }

    @Test
    void aLineThatThrowsLeavesItsThreadToTheNext() throws Exception {
        workers = new LineWorkers(1, 4);
        workers.admit(QUICK, () -> {
            throw new IllegalStateException("a bug");
        });
        CountDownLatch next = new CountDownLatch(1);
        workers.admit(QUICK, next::countDown);
        next.await();
    }

    @Test
    void drainingAdmitsNothingAndSaysWhetherAllWasDone() throws Exception {
        workers = new LineWorkers(1, 4);
        workers.admit(QUICK, gate::acquireUninterruptibly);
        assertThat(workers.drain(Duration.ZERO)).isFalse();
        assertThatThrownBy(() -> workers.admit(QUICK, named("late")))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        gate.release();
        assertThat(workers.drain(Duration.ofSeconds(20))).isTrue();
    }

    private Runnable named(String name) {
        return () -> done.add(name);
    }
}
