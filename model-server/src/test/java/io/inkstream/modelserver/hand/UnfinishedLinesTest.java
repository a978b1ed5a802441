package io.inkstream.modelserver.hand;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.compositing.PenGlyph;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnfinishedLinesTest {
    private static final List<PenGlyph> DONE = Collections.nCopies(5, PenGlyph.BLANK);

    private final AtomicLong now = new AtomicLong();

    @Test
    void whatWasKeptIsTakenOnceByTheSameLineOnly() {
        UnfinishedLines lines = new UnfinishedLines(1 << 20, now::get);
        lines.keep(line(1), DONE);
        assertThat(lines.take(line(2))).isEmpty();
        assertThat(lines.take(line(1))).isEqualTo(DONE);
        assertThat(lines.take(line(1))).isEmpty();
    }

    @Test
    void whoCameFirstKeepsItsPlaceForAWhile() {
        UnfinishedLines lines = new UnfinishedLines(20_000, now::get);
        for (int seed = 0; seed < 100; seed++) {
            lines.keep(line(seed), DONE);
        }
        assertThat(lines.take(line(0))).isEqualTo(DONE);
        assertThat(lines.take(line(99))).isEmpty();
        now.addAndGet(Duration.ofHours(1).toNanos());
        lines.keep(line(99), DONE);
        assertThat(lines.take(line(1))).as("nobody came back for it").isEmpty();
        assertThat(lines.take(line(99))).isEqualTo(DONE);
    }

    private static UnfinishedLines.Line line(long seed) {
        List<Hand.Form> forms =
                IntStream.range(0, 20).mapToObj(i -> new Hand.Form(i, 0, i)).toList();
        return new UnfinishedLines.Line("0", "plain", seed, forms);
    }
}
