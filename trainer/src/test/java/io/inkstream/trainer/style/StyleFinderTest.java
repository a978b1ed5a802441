package io.inkstream.trainer.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inkstream.schemas.bundle.StyleSpec;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StyleFinderTest {
    private static final int LEAN = 0;
    private static final int THICKNESS = 1;
    private static final int WIDTH = 2;
    private static final int ROUNDNESS = 3;
    private static final int ILLEGIBLE = 4;

    private static List<FoundStyle> found;
    private static Map<String, StyleSpec> byName;

    private static List<FoundStyle> find(long seed) {
        StyleFinder.Config config = new StyleFinder.Config(120, 10, 1, .8, .2, seed);
        return new StyleFinder(config).find(new PaintedHands(), PaintedHands.manifest());
    }

    @BeforeAll
    static void findStyles() {
        found = find(1);
        byName = found.stream().map(FoundStyle::spec).collect(Collectors.toMap(StyleSpec::name, Function.identity()));
    }

    private static float latent(String style, int dimension) {
        return byName.get(style).latent()[dimension];
    }

    @Test
    void theWholeSpaceComesFirst() {
        StyleSpec natural = found.get(0).spec();

        assertThat(natural.name()).isEqualTo("natural");
        assertThat(natural.latent()).isEmpty();
        assertThat(natural).isEqualTo(Typography.standard().styles().get(0));
    }

    @Test
    void everyStyleLiesWhereItsNameSays() {
        assertThat(latent("slanted", LEAN)).isGreaterThan(latent("upright", LEAN) + .5f);
        assertThat(latent("felt", THICKNESS)).isGreaterThan(1).isGreaterThan(latent("fine", THICKNESS) + 2);
        assertThat(latent("wide", WIDTH)).isGreaterThan(1).isGreaterThan(latent("narrow", WIDTH) + 2);
        assertThat(latent("round", ROUNDNESS)).isGreaterThan(.5f);
    }

    @Test
    void theComposerIsToldWhatTheHandShows() {
        assertThat(byName.get("slanted").slant())
                .isGreaterThan(byName.get("upright").slant() + .1);
        assertThat(byName.get("felt").pen()).isGreaterThan(byName.get("fine").pen());
        assertThat(byName.get("wide").gap()).isGreaterThan(byName.get("narrow").gap());
    }

    @Test
    void theNeatHandIsOfferedJoinedToo() {
        StyleSpec neat = byName.get("neat");

        assertThat(List.of(byName.get("joined"), byName.get("cursive"))).allSatisfy(style -> {
            assertThat(style.latent()).isEqualTo(neat.latent());
            assertThat(style.traits())
                    .containsKey("joining")
                    .containsEntry("evenWidth", neat.traits().get("evenWidth"));
        });
        assertThat(byName.get("cursive").slant()).isGreaterThanOrEqualTo(.2);
    }

    @Test
    void whatIsManyPeoplesHandIsOfferedAsItIs() {
        assertThat(found.stream().map(FoundStyle::spec).filter(StyleSpec::hasManyWriters))
                .extracting(StyleSpec::name)
                .containsExactly("natural", "hasty", "various");
    }

    @Test
    void illegibleHandsAreNotOffered() {
        assertThat(found)
                .filteredOn(style -> !style.spec().hasManyWriters())
                .hasSizeGreaterThan(8)
                .allSatisfy(style -> {
                    assertThat(style.spec().latent()[ILLEGIBLE]).isLessThan(.5f);
                    assertThat(style.measures().legibility()).isPositive();
                });
    }

    @Test
    void stylesStayWhereTheGeneratorWasTrained() {
        assertThat(found.stream().skip(1)).allSatisfy(style -> {
            double square = 0;
            for (float value : style.spec().latent()) {
                square += value * value;
            }
            assertThat(Math.sqrt(square)).isLessThan(3 * Math.sqrt(PaintedHands.STYLE));
        });
    }

    @Test
    void oneSeedFindsTheSameStylesAgain() {
        assertThat(find(1)).isEqualTo(found);
        assertThat(find(2)).isNotEqualTo(found);
    }

    @Test
    void namesAreDistinctAndDescribed() {
        assertThat(found).extracting(style -> style.spec().name()).doesNotHaveDuplicates();
        assertThat(found).extracting(style -> style.spec().description()).allSatisfy(text -> assertThat(text)
                .endsWith("."));
    }

    @Test
    void tooFewHandsToChooseFromAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StyleFinder.Config(10, 10, 1, .8, .2, 1))
                .withMessageContaining("hands");
    }
}
