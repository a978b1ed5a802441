package io.inkstream.ops.web;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.rollout.Situation;
import io.inkstream.ops.rollout.SituationReader;
import io.inkstream.schemas.ModelKind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows at any time what the topics say of versions, servers and policies. Safe for many threads. */
final class SituationWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SituationWatch.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);
    private static final Duration FIRST_WITHIN = Duration.ofSeconds(20);

    private final Cluster cluster;
    private final Duration silence;
    private final InstantSource clock;
    private final Thread thread;
    private Situation latest;
    private boolean closed;

    /** @param silence a process that is silent for longer is considered dead */
    SituationWatch(Cluster cluster, Duration silence, InstantSource clock) {
        this.cluster = cluster;
        this.silence = silence;
        this.clock = clock;
        this.thread = new Thread(this::watch, "page-situation");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The situation now.
     *
     * @throws TimeoutException if nothing could be read yet
     */
    synchronized Situation situation() {
        long deadline = System.nanoTime() + FIRST_WITHIN.toNanos();
        try {
            while (latest == null && !closed) {
                long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (millis <= 0) {
                    break;
                }
                wait(millis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (latest == null) {
            throw new TimeoutException("nothing was read of its topics within " + FIRST_WITHIN.toSeconds() + " s");
        }
        return latest;
    }

    /** Why a document may have to wait, in a sentence; empty if nothing is known to be missing. */
    synchronized String missing() {
        if (latest == null) {
            return "The cluster does not answer.";
        }
        if (latest.models().values().stream().noneMatch(ModelKind.HANDWRITING::is)) {
            return "No model is published yet.";
        }
        if (latest.liveServers().isEmpty()) {
            return "No model server answers.";
        }
        return latest.instances().values().stream().noneMatch(latest::isLive) ? "No topology answers." : "";
    }

    private synchronized boolean goesOn() {
        return !closed;
    }

    private synchronized void say(Situation situation) {
        latest = situation;
        notifyAll();
    }

    private void watch() {
        boolean away = false;
        while (goesOn()) {
            try (SituationReader reader = new SituationReader(cluster, silence, clock)) {
                say(reader.read());
                away = false;
                while (goesOn()) {
                    say(reader.poll(POLL));
                }
            } catch (KafkaException e) {
                if (!away) {
                    LOG.warn("the page does not see versions and policies for now", e);
                }
                away = true;
                pause();
            }
        }
    }

    private synchronized void pause() {
        try {
            if (!closed) {
                wait(AGAIN_AFTER.toMillis());
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    /** Does not wait for a broker that does not answer. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join(4 * POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
