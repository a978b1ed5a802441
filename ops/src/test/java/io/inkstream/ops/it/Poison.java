package io.inkstream.ops.it;

import io.inkstream.schemas.topics.DeadLetterReason;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.schemas.topics.Topics;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;

/**
 * One kind of record that somebody may write and nobody should be hurt by.
 *
 * @param name says what is wrong with it
 * @param topic where it is written
 * @param delivery how it travels
 * @param outcome what becomes of it, where it is a text
 * @param maker makes the record
 */
record Poison(String name, Function<Topics, Topic<?, ?>> topic, Delivery delivery, Outcome outcome, Maker maker) {

    /** Makes a record of what the kitchen has. */
    @FunctionalInterface
    interface Maker {
        RawRecord make(PoisonKitchen kitchen) throws Exception;
    }

    /** How a record travels to the broker. */
    enum Delivery {
        PLAIN,
        /** These four: in one compressed batch with the healthy record that follows. */
        GZIP,
        SNAPPY,
        LZ4,
        ZSTD,
        /** In a transaction that is aborted, so that nobody who reads committed records sees it. */
        ABORTED
    }

    /**
     * What may become of a text.
     *
     * @param mayBeDrawn as its lines
     * @param reasons as a dead letter with one of these
     * @param hint what the message of the dead letter says among other things
     * @param hasPages whether pages come too
     */
    record Outcome(boolean mayBeDrawn, Set<DeadLetterReason> reasons, String hint, boolean hasPages) {
        static Outcome drawn() {
            return new Outcome(true, EnumSet.noneOf(DeadLetterReason.class), "", false);
        }

        static Outcome drawnWithPages() {
            return new Outcome(true, EnumSet.noneOf(DeadLetterReason.class), "", true);
        }

        static Outcome refused(DeadLetterReason first, DeadLetterReason... others) {
            return new Outcome(false, EnumSet.of(first, others), "", false);
        }

        /** Nobody sees it. */
        static Outcome nothing() {
            return new Outcome(false, EnumSet.noneOf(DeadLetterReason.class), "", false);
        }

        /** It may be drawn as well. */
        Outcome orDrawn() {
            return new Outcome(true, reasons, hint, hasPages);
        }

        /** It may be refused as well. */
        Outcome or(DeadLetterReason reason) {
            return new Outcome(mayBeDrawn, EnumSet.of(reason), hint, hasPages);
        }

        Outcome saying(String words) {
            return new Outcome(mayBeDrawn, reasons, words, hasPages);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
