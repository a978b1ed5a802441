package io.inkstream.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.Bars;
import io.inkstream.trainer.dataset.SampleSet;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static final int GLYPHS = 2000;
    private static final int RESAMPLES = 400;

    @Test
    void glyphsOfUnknownWritersGiveTheBinomialInterval() {
        Estimate share = share(i -> SampleSet.UNKNOWN_WRITER, i -> i % 10 < 3 ? 1 : 0, RESAMPLES);

        assertThat(share.value()).isEqualTo(.3);
        // 1.96 sqrt(.3 .7 / 2000); 400 resamples know a deviation to 4 %.
        assertThat((share.high() - share.low()) / 2).isCloseTo(.0201, within(.003));
        assertThat((share.high() + share.low()) / 2).isCloseTo(.3, within(1e-9));
    }

    @Test
    void glyphsOfOneWriterAreNoNewWitnesses() {
        // Twenty writers: six of them are read, the others are not.
        Estimate share = share(i -> i / 100, i -> i / 100 < 6 ? 1 : 0, RESAMPLES);

        // As if there were 20 glyphs: 1.96 sqrt(.3 .7 / 20).
        assertThat((share.high() - share.low()) / 2).isCloseTo(.201, within(.03));
    }

    @Test
    void aFigureThatDoesNotDependOnTheGlyphsIsCertain() {
        Estimate share = share(i -> SampleSet.UNKNOWN_WRITER, i -> 1, RESAMPLES);

        assertThat(share).isEqualTo(new Estimate(1, 1, 1, share.resampled()));
    }

    @Test
    void withoutResamplesNothingIsKnownOfTheInterval() {
        assertThat(share(i -> 0, i -> i % 2, 0).isBounded()).isFalse();
    }

    @Test
    void whatTwoModelsShareIsNoDifferenceBetweenThem() {
        // Read is what the glyph allows; the second model misses one glyph of a hundred more.
        Estimate one = share(i -> SampleSet.UNKNOWN_WRITER, i -> i % 10 < 7 ? 1 : 0, RESAMPLES);
        Estimate other = share(i -> SampleSet.UNKNOWN_WRITER, i -> i % 10 < 7 && i % 100 != 0 ? 1 : 0, RESAMPLES);

        Estimate difference = other.minus(one);

        assertThat(difference.value()).isCloseTo(-.01, within(1e-9));
        assertThat(difference.high()).isNegative();
        assertThat(other.high()).isGreaterThan(one.low());
    }

    @Test
    void theSameSeedGivesTheSameInterval() {
        assertThat(share(i -> i % 50, i -> i % 3 / 2, 30)).isEqualTo(share(i -> i % 50, i -> i % 3 / 2, 30));
    }

    /** Estimates the share of glyphs that are 1, drawn again by writer. */
    private static Estimate share(IntUnaryOperator writer, IntUnaryOperator read, int resamples) {
        SampleSet.Builder glyphs = SampleSet.builder(Bars.CLASSES);
        byte[] image = new byte[SampleSet.PIXELS];
        for (int i = 0; i < GLYPHS; i++) {
            glyphs.add(image, 0, writer.applyAsInt(i), 255, "test", SampleSet.Split.TEST);
        }
        return new Bootstrap(glyphs.build(), resamples, 1)
                .estimate(weights -> {
                    double right = 0;
                    double all = 0;
                    for (int i = 0; i < GLYPHS; i++) {
                        right += weights[i] * read.applyAsInt(i);
                        all += weights[i];
                    }
                    return Map.of("share", right / all);
                })
                .get("share");
    }
}
