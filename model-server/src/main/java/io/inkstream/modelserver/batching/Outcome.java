package io.inkstream.modelserver.batching;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;

/** How a job ended. */
public sealed interface Outcome<R> {

    /** Calls the function of the case that this is. */
    <T> T match(
            Function<Done<R>, T> done,
            Function<Refused<R>, T> refused,
            Function<Abandoned<R>, T> abandoned,
            Function<Failed<R>, T> failed);

    /** It was computed. */
    record Done<R>(R result) implements Outcome<R> {
        public Done {
            requireNonNull(result, "result");
        }

        @Override
        public <T> T match(
                Function<Done<R>, T> done,
                Function<Refused<R>, T> refused,
                Function<Abandoned<R>, T> abandoned,
                Function<Failed<R>, T> failed) {
            return done.apply(this);
        }
    }

    /** It was never queued: the queue is full or the batcher is closed. */
    record Refused<R>(String reason) implements Outcome<R> {
        public Refused {
            requireNonNull(reason, "reason");
        }

        @Override
        public <T> T match(
                Function<Done<R>, T> done,
                Function<Refused<R>, T> refused,
                Function<Abandoned<R>, T> abandoned,
                Function<Failed<R>, T> failed) {
            return refused.apply(this);
        }
    }

    /** Its caller lost patience before work was spent on it. */
    record Abandoned<R>() implements Outcome<R> {
        @Override
        public <T> T match(
                Function<Done<R>, T> done,
                Function<Refused<R>, T> refused,
                Function<Abandoned<R>, T> abandoned,
                Function<Failed<R>, T> failed) {
            return abandoned.apply(this);
        }
    }

    /** It was tried, alone if it had company before, and threw. */
    record Failed<R>(Throwable cause) implements Outcome<R> {
        public Failed {
            requireNonNull(cause, "cause");
        }

        @Override
        public <T> T match(
                Function<Done<R>, T> done,
                Function<Refused<R>, T> refused,
                Function<Abandoned<R>, T> abandoned,
                Function<Failed<R>, T> failed) {
            return failed.apply(this);
        }
    }
}
